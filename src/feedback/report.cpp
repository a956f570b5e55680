#include "feedback/report.h"

#include "base/strings.h"
#include "feedback/annotation_report.h"
#include "feedback/comparison_report.h"
#include "feedback/exploration_text.h"
#include "feedback/finding_text.h"
#include "feedback/poor_trend.h"
#include "feedback/survey_report.h"

namespace falconet {
namespace {

/// Writes one analysis in one language.
class ReportWriter {
 public:
  ReportWriter(const FeedbackAnalysis& analysis, ReportLanguage language)
      : analysis_(analysis), language_(language) {}

  ReportDocument write() {
    ReportDocument report{.language = language_,
                          .title = say("What users say of the model", "用户对模型的反馈"),
                          .warning = warning()};
    report.sections = {sources(), praise(), problems()};
    ReportSection unobserved = not_observed();
    if (!unobserved.items.empty()) report.sections.push_back(std::move(unobserved));
    add_if_any(themes_section(analysis_, language_), report);
    report.sections.push_back(quality());
    add_if_any(drivers_section(analysis_.drivers, language_), report);
    add_if_any(trend_section(analysis_, language_), report);
    add_if_any(comparison_section(analysis_, language_), report);
    if (!analysis_.segments.empty()) report.sections.push_back(segments());
    for (ReportSection& section : survey_sections(analysis_.surveys, language_)) {
      report.sections.push_back(std::move(section));
    }
    if (!analysis_.annotations.empty()) {
      report.sections.push_back(annotation_section(analysis_.annotations, language_));
    }
    report.sections.push_back(limits());
    return report;
  }

 private:
  std::string say(std::string_view english, std::string_view chinese) const {
    return std::string(language_ == ReportLanguage::Chinese ? chinese : english);
  }

  std::string rate_with_interval(const MessageRate& rate) const {
    return cat(percent(rate.rate), " (", percent_interval(rate.interval), ")");
  }

  static void add_if_any(ReportSection section, ReportDocument& report) {
    const bool is_empty = section.paragraphs.empty() && section.items.empty() &&
                          section.tables.empty() && section.charts.empty();
    if (!is_empty) report.sections.push_back(std::move(section));
  }

  std::int64_t answers_of(Provenance origin) const {
    return analysis_.answers_by_provenance[static_cast<std::size_t>(origin)];
  }

  std::string warning() const {
    const std::int64_t simulated = answers_of(Provenance::Simulated);
    if (simulated == 0) return {};
    return cat(say("Simulated data: ", "模拟数据："), simulated, say(" of ", " / "),
               analysis_.flow.num_answers,
               say(" answers were written by a program, not by people.",
                   " 个回答由程序生成，并非来自真实用户。"));
  }

  ReportSection sources() const {
    const ResponseFlow& flow = analysis_.flow;
    ReportSection section{.heading = say("Sources and methods", "数据来源与方法")};
    if (std::string only = restriction_text(analysis_.options, language_); !only.empty()) {
      section.paragraphs.push_back(std::move(only));
    }
    section.paragraphs.push_back(
        cat(flow.num_answers, say(" answers; ", " 个回答；"), flow.num_probes_answered,
            say(" of ", " / "), flow.num_probes_shown,
            say(" that were drawn by chance and asked about were rated, ",
                " 个随机询问的回答得到评分，"),
            flow.num_voluntary, say(" more were rated unasked.", " 个为主动评分。")));
    if (const auto& poor = analysis_.categories.poor) {
      section.paragraphs.push_back(
          cat(say("Poor answers: ", "不满意的回答："), rate_with_interval(*poor), "."));
    }
    section.paragraphs.push_back(
        say("Intervals are 95 % intervals and count people, not messages: one talkative person is "
            "not a hundred. All tests of the study are corrected together (Holm). Methods: "
            "docs/feedback-data.md and docs/statistics.md of Falconet.",
            "区间均为 95% "
            "区间，按人而非按消息计算：一个话多的人不等于一百个人。全部检验统一校正（Holm）。"
            "方法见 Falconet 的 docs/feedback-data.md 与 docs/statistics.md。"));
    section.tables.push_back(flow_table());
    return section;
  }

  ReportTable flow_table() const {
    ReportTable table{
        .caption = say("Who took part", "参与情况"),
        .columns = {say("Segment", "人群"), say("Wanted", "目标"), say("Invited", "受邀"),
                    say("Consented", "同意"), say("Active", "使用"), say("Rated", "评分"),
                    say("Questionnaire", "问卷"), say("Interview", "访谈")}};
    for (const SegmentFlow& row : analysis_.flow.segments) {
      table.rows.push_back(flow_row(segment_name(row.segment), row));
    }
    table.rows.push_back(flow_row(say("All", "合计"), analysis_.flow.total));
    return table;
  }

  std::string segment_name(const std::string& segment) const {
    if (segment == kMergedSegment) return say("(smaller ones together)", "（较小人群合计）");
    return segment.empty() ? say("(none)", "（未分组）") : segment;
  }

  static std::vector<std::string> flow_row(const std::string& name, const SegmentFlow& row) {
    return {name,
            cat(row.target),
            count_text(row.invited),
            count_text(row.consented),
            count_text(row.active),
            count_text(row.rated),
            count_text(row.surveyed),
            count_text(row.interviewed)};
  }

  ReportSection praise() const {
    ReportSection section{.heading = say("What users praise", "用户的好评")};
    ReportTable table{
        .columns = {say("About", "方面"), say("People", "人数"), say("In their words", "原话")}};
    for (const Finding& finding : analysis_.findings) {
      if (finding.kind != FindingKind::Praise) continue;
      table.rows.push_back({std::string(issue_category_label(finding.category, language_)),
                            people_of(finding), quotes_text(finding.quotes)});
    }
    if (table.rows.empty()) {
      section.paragraphs.push_back(
          say("Nothing that several people praised.", "没有多人称赞的方面。"));
    } else {
      section.tables.push_back(std::move(table));
    }
    return section;
  }

  std::string people_of(const Finding& finding) const {
    std::string text = cat(count_text(finding.people), say(" of ", " / "), finding.of_people);
    if (finding.interval) text += cat("; ", percent_interval(*finding.interval));
    return text;
  }

  static bool is_problem(const Finding& finding) {
    return finding.kind != FindingKind::Praise && finding.kind != FindingKind::NoneObserved &&
           finding.kind != FindingKind::Preference;
  }

  ReportSection problems() const {
    ReportSection section{.heading = say("Problems and what to do", "问题与改进建议")};
    ReportTable table{.columns = {say("Problem", "问题类别"), say("What was found", "具体反馈"),
                                  say("What to do", "改进建议"),
                                  say("Priority (0–100)", "优先级（0–100）")}};
    for (const Finding& finding : analysis_.findings) {
      if (!is_problem(finding)) continue;
      const std::string words = quotes_text(finding.quotes);
      table.rows.push_back({label_of(finding),
                            cat(finding_text(finding, language_), words.empty() ? "" : "\n", words),
                            finding.suggestion == nullptr
                                ? ""
                                : say(finding.suggestion->english, finding.suggestion->chinese),
                            priority_of(finding)});
    }
    if (table.rows.empty()) {
      section.paragraphs.push_back(
          say("Nothing that the data could carry. With few people that says little.",
              "现有数据不足以支持任何结论；人数少时这说明不了什么。"));
    } else {
      section.tables.push_back(std::move(table));
    }
    return section;
  }

  static std::string priority_of(const Finding& finding) {
    if (finding.priority <= 0) return {};
    std::string text = fixed(100 * finding.priority, 1);
    if (const auto& interval = finding.priority_interval) {
      text += cat(" (", fixed(100 * interval->low, 1), "–", fixed(100 * interval->high, 1), ")");
    }
    return text;
  }

  std::string label_of(const Finding& finding) const {
    if (finding.kind == FindingKind::SegmentDifference) return finding.segment;
    return std::string(issue_category_label(finding.category, language_));
  }

  ReportSection not_observed() const {
    ReportSection section{.heading = say("Not observed", "未观察到的问题")};
    for (const Finding& finding : analysis_.findings) {
      if (finding.kind != FindingKind::NoneObserved) continue;
      section.items.push_back(finding_text(finding, language_));
    }
    return section;
  }

  ReportSection quality() const {
    ReportSection section{.heading =
                              say("Quality against length and turn", "质量与提示长度、轮次的关系")};
    for (const QualityCurve* curve : {&analysis_.curves.length, &analysis_.curves.turn}) {
      const bool is_length = curve->variable == CurveVariable::PromptTokens;
      const std::string name =
          is_length ? say("Tokens of the prompt", "提示词元数") : say("Turn", "轮次");
      section.paragraphs.push_back(cat(name, say(": ", "："), curve_text(*curve, language_), "."));
      if (!curve->bins.empty()) section.charts.push_back(chart_of(*curve, name));
    }
    if (const auto& failed = analysis_.structured.failed) {
      section.paragraphs.push_back(
          cat(say("Answers that had to be JSON or a tool call and were malformed: ",
                  "应为 JSON 或工具调用而格式有误的回答："),
              rate_with_interval(*failed),
              structured_part(say("free", "未约束"), analysis_.structured.failed_free),
              structured_part(say("bound by a grammar", "受语法约束"),
                              analysis_.structured.failed_constrained),
              "."));
    }
    return section;
  }

  std::string structured_part(const std::string& name,
                              const std::optional<MessageRate>& rate) const {
    if (!rate) return {};
    return cat("; ", name, " ", rate->num_with, " / ", rate->num_messages);
  }

  ReportChart chart_of(const QualityCurve& curve, const std::string& name) const {
    ReportChart chart{.axis = name,
                      .table = {.caption = cat(say("Poor answers by ", "不满意率："), name),
                                .columns = {name, say("Poor", "不满意"), say("Interval", "区间"),
                                            say("Rated answers", "已评回答")}}};
    for (const CurveBin& bin : curve.bins) {
      const std::string label = bin.high ? cat(fixed(bin.low, 0), "–", fixed(*bin.high - 1, 0))
                                         : cat(fixed(bin.low, 0), "+");
      chart.bars.push_back({label, bin.poor.rate, bin.poor.interval});
      chart.table.rows.push_back({label, percent(bin.poor.rate),
                                  percent_interval(bin.poor.interval), cat(bin.poor.num_messages)});
    }
    return chart;
  }

  ReportSection segments() const {
    ReportSection section{.heading = say("Segments", "人群比较")};
    ReportTable table{.columns = {say("Segment", "人群"), say("People", "人数"),
                                  say("Poor", "不满意"), say("Others", "其他人"), "p",
                                  say("Detectable from", "可检出的差异")}};
    for (const SegmentResult& row : analysis_.segments) {
      table.rows.push_back(
          {row.segment, cat(row.num_people), percent(row.poor_share), percent(row.others_share),
           row.adjusted_p_value ? p_text(*row.adjusted_p_value)
                                : say("too few to test", "人数太少，不作检验"),
           row.detectable_difference ? cat("+", percent(*row.detectable_difference)) : ""});
    }
    section.tables.push_back(std::move(table));
    return section;
  }

  ReportSection limits() const {
    return {.heading = say("Limits", "局限"), .items = limits_of(analysis_, language_)};
  }

  const FeedbackAnalysis& analysis_;
  ReportLanguage language_;
};

}  // namespace

ReportDocument report_of(const FeedbackAnalysis& analysis, ReportLanguage language,
                         std::int64_t least_people) {
  const FeedbackAnalysis shown = without_small_groups(analysis, least_people);
  return ReportWriter(shown, language).write();
}

}  // namespace falconet
