#include "feedback/comparison_report.h"

#include <cmath>

#include "base/strings.h"
#include "feedback/finding_text.h"
#include "feedback/optional_member.h"
#include "feedback/rate_json.h"

namespace falconet {
namespace {

class ComparisonWords {
 public:
  ComparisonWords(const FeedbackAnalysis& analysis, ReportLanguage language)
      : analysis_(analysis), language_(language) {}

  ReportSection section() const {
    ReportSection out{.heading = say("Models and settings under test", "受测的模型与设置")};
    if (!analysis_.arms.empty()) out.tables.push_back(arms());
    const ComparisonResults& results = analysis_.comparisons;
    if (results.pairs.empty()) return out;
    out.paragraphs.push_back(
        cat(results.num_judged, say(" of ", " / "), results.num_offered,
            say(" questions with two answers side by side were judged, blind and in random order. "
                "p: exact sign test of people, corrected with the study's other tests.",
                " 个并排给出两个回答的问题得到了判断；判断时不知来源，左右次序随机。p："
                "按人的精确符号检验，与本研究其他检验一并校正。")));
    for (const Finding& finding : analysis_.findings) {
      if (finding.kind == FindingKind::Preference) {
        out.items.push_back(finding_text(finding, language_));
      }
    }
    out.tables.push_back(pairs());
    if (results.left) {
      out.paragraphs.push_back(
          cat(say("The left answer was found better in ", "左侧回答胜出占 "),
              percent(results.left->rate), " (", percent_interval(results.left->interval),
              say("); one half is what chance gives.", ")；随机排列时应为一半。")));
    }
    return out;
  }

 private:
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(language_ == ReportLanguage::Chinese ? chinese : english);
  }

  std::string rate_text(const std::optional<MessageRate>& rate) const {
    if (!rate) return "–";
    return cat(percent(rate->rate), " (", percent_interval(rate->interval), ")");
  }

  ReportTable arms() const {
    ReportTable table{
        .caption = say("Each for itself", "各自的表现"),
        .columns = {say("Arm", "组别"), say("People", "人数"), say("Answers", "回答数"),
                    say("Ratings", "评分数"), say("Poor", "不满意"), say("Malformed", "格式有误"),
                    say("Median time, s", "耗时中位数（秒）")}};
    for (const ArmOutcome& arm : analysis_.arms) {
      table.rows.push_back({arm.arm, count_text(arm.num_people), cat(arm.num_answers),
                            cat(arm.num_ratings), rate_text(arm.poor), rate_text(arm.malformed),
                            arm.median_total_ms > 0 ? fixed(arm.median_total_ms / 1000, 1) : "–"});
    }
    return table;
  }

  std::string odds_text(const ContestantPair& pair) const {
    if (!pair.log_odds || !pair.log_odds_interval) return "–";
    return cat(fixed(std::exp(*pair.log_odds), 2), " (",
               fixed(std::exp(pair.log_odds_interval->low), 2), "–",
               fixed(std::exp(pair.log_odds_interval->high), 2), ")");
  }

  ReportTable pairs() const {
    ReportTable table{.caption = say("A against B, side by side", "并排比较：甲与乙"),
                      .columns = {"A", "B", say("People", "人数"), say("A better", "甲更好"),
                                  say("B better", "乙更好"), say("Ties", "不分高下"),
                                  say("Odds of A", "甲的胜算比"), "p"}};
    for (const ContestantPair& pair : analysis_.comparisons.pairs) {
      table.rows.push_back({pair.first, pair.second, cat(pair.num_people), cat(pair.first_wins),
                            cat(pair.second_wins), cat(pair.num_ties), odds_text(pair),
                            pair.adjusted_p_value ? p_text(*pair.adjusted_p_value)
                                                  : say("too few to test", "人数太少，不作检验")});
    }
    return table;
  }

  const FeedbackAnalysis& analysis_;
  ReportLanguage language_;
};

}  // namespace

Json contestant_pair_json(const ContestantPair& pair) {
  Json out = {{"first", pair.first},
              {"second", pair.second},
              {"people", pair.num_people},
              {"first_wins", pair.first_wins},
              {"second_wins", pair.second_wins},
              {"ties", pair.num_ties},
              {"people_for_first", count_json(pair.people_for_first)},
              {"people_for_second", count_json(pair.people_for_second)},
              {"tested", pair.p_value.has_value()}};
  add_optional(out, "p", pair.p_value);
  add_optional(out, "p_adjusted", pair.adjusted_p_value);
  add_optional(out, "log_odds", pair.log_odds);
  add_interval(out, "log_odds_interval", pair.log_odds_interval);
  return out;
}

Json comparisons_json(const ComparisonResults& results) {
  Json pairs = Json::array();
  for (const ContestantPair& pair : results.pairs) pairs.push_back(contestant_pair_json(pair));
  Json out = {{"offered", results.num_offered},
              {"judged", results.num_judged},
              {"pairs", std::move(pairs)}};
  add_rate(out, "left", results.left);
  return out;
}

Json arm_outcomes_json(const std::vector<ArmOutcome>& arms) {
  Json out = Json::array();
  for (const ArmOutcome& arm : arms) {
    Json row = {{"arm", arm.arm},
                {"people", count_json(arm.num_people)},
                {"answers", arm.num_answers},
                {"ratings", arm.num_ratings},
                {"median_total_ms", arm.median_total_ms}};
    add_rate(row, "poor", arm.poor);
    add_rate(row, "malformed", arm.malformed);
    out.push_back(std::move(row));
  }
  return out;
}

ReportSection comparison_section(const FeedbackAnalysis& analysis, ReportLanguage language) {
  return ComparisonWords(analysis, language).section();
}

}  // namespace falconet
