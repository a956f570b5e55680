#include "feedback/survey_report.h"

#include "base/strings.h"
#include "feedback/finding_text.h"
#include "feedback/rate_json.h"

namespace falconet {
namespace {

Json value_json(const SurveyValue& value) {
  Json out = {{"id", value.choice.id},
              {"en", value.choice.text_en},
              {"zh", value.choice.text_zh},
              {"people", people_json(value.rate)}};
  if (value.mean_place) out["mean_place"] = *value.mean_place;
  return out;
}

Json mean_estimate_json(const MeanEstimate& estimate) {
  Json out = {{"mean", estimate.mean}, {"deviation", estimate.deviation}};
  add_interval(out, "interval", estimate.interval);
  return out;
}

Json question_json(const QuestionResult& result) {
  Json values = Json::array();
  for (const SurveyValue& value : result.values) values.push_back(value_json(value));
  Json out = {{"id", result.question.id},
              {"type", result.question.type},
              {"en", result.question.text_en},
              {"zh", result.question.text_zh},
              {"answered", people_json(result.answered)},
              {"values", std::move(values)}};
  if (result.mean) out["mean"] = mean_estimate_json(*result.mean);
  if (const auto& nps = result.net_promoters) {
    out["net_promoters"] = {{"score", nps->score},
                            {"interval", interval_json(nps->interval)},
                            {"promoters", count_json(nps->promoters)},
                            {"passives", count_json(nps->passives)},
                            {"detractors", count_json(nps->detractors)}};
  }
  if (result.satisfied) out["satisfied"] = people_json(*result.satisfied);
  if (!result.texts.empty()) out["texts"] = result.texts;
  if (result.is_hidden) out["hidden"] = true;
  return out;
}

/// Writes one questionnaire in one language.
class SurveyWriter {
 public:
  SurveyWriter(const SurveyResult& result, ReportLanguage language)
      : result_(result), language_(language) {}

  ReportSection write() const {
    const StudySurvey& survey = result_.survey;
    ReportSection section{
        .heading = cat(say("Questionnaire: ", "问卷："), say(survey.title, survey.title_zh))};
    section.paragraphs.push_back(
        cat(say("Answered by ", "回收："), people_text(result_.responded, language_), "."));
    for (const QuestionResult& question : result_.questions) add(question, section);
    if (result_.num_unknown > 0) {
      section.paragraphs.push_back(
          cat(result_.num_unknown, say(" answers to questions of earlier versions are not shown.",
                                       " 个针对旧版问题的回答未列出。")));
    }
    return section;
  }

 private:
  /// A text that is missing in one language stands in the other.
  std::string say(std::string_view english, std::string_view chinese) const {
    const bool is_chinese = language_ == ReportLanguage::Chinese;
    const bool is_missing = is_chinese ? chinese.empty() : english.empty();
    return std::string(is_chinese != is_missing ? chinese : english);
  }

  std::string text_of(const QuestionResult& result) const {
    const std::string text = say(result.question.text_en, result.question.text_zh);
    return text.empty() ? result.question.id : text;
  }

  void add(const QuestionResult& result, ReportSection& section) const {
    ReportTable table{.caption = text_of(result)};
    const std::string answered =
        cat(say("answered by ", "回答："), people_text(result.answered, language_));
    if (result.is_hidden) {
      section.paragraphs.push_back(
          cat(table.caption,
              say(": answered by too few people to be shown.", "：回答人数太少，不予显示。")));
      return;
    }
    add_figures(result, table);
    if (!result.values.empty()) {
      table.columns = columns_of(result);
      for (const SurveyValue& value : result.values) table.rows.push_back(row_of(result, value));
    } else if (!result.texts.empty()) {
      table.columns = {say("In their words", "原话")};
      for (const std::string& text : result.texts) table.rows.push_back({text});
    }
    table.caption += cat(" (", answered, ")");
    if (table.rows.empty()) {
      section.paragraphs.push_back(table.caption);
    } else {
      section.tables.push_back(std::move(table));
    }
  }

  void add_figures(const QuestionResult& result, ReportTable& table) const {
    if (const auto& nps = result.net_promoters) {
      table.caption +=
          cat(say(": net promoter score ", "：净推荐值 "), fixed(nps->score, 0), " (",
              fixed(nps->interval.low, 0), say(" to ", " 至 "), fixed(nps->interval.high, 0), ")");
    }
    if (const auto& mean = result.mean) {
      table.caption += cat(say(": mean ", "：均值 "), fixed(mean->mean, 1));
      if (mean->interval) {
        table.caption +=
            cat(" (", fixed(mean->interval->low, 1), "–", fixed(mean->interval->high, 1), ")");
      }
    }
    if (result.satisfied) {
      table.caption += cat(say("; satisfied (4 or 5): ", "；满意（4 或 5）："),
                           people_text(*result.satisfied, language_));
    }
  }

  std::vector<std::string> columns_of(const QuestionResult& result) const {
    if (result.question.type == "ranking") {
      return {say("Choice", "选项"), say("Mean place", "平均名次"), say("Put first", "排在首位")};
    }
    return {say("Answer", "回答"), say("People", "人数"), say("Share", "占比")};
  }

  std::vector<std::string> row_of(const QuestionResult& result, const SurveyValue& value) const {
    const std::string name = say(value.choice.text_en, value.choice.text_zh);
    const std::string count = count_text(value.rate.with);
    if (result.question.type == "ranking") {
      return {name, value.mean_place ? fixed(*value.mean_place, 1) : "", count};
    }
    const bool is_shown = value.rate.with >= 0 && value.rate.interval;
    return {name, count,
            is_shown
                ? cat(percent(value.rate.rate()), " (", percent_interval(*value.rate.interval), ")")
                : ""};
  }

  const SurveyResult& result_;
  ReportLanguage language_;
};

}  // namespace

Json surveys_json(const std::vector<SurveyResult>& results) {
  Json out = Json::array();
  for (const SurveyResult& result : results) {
    Json questions = Json::array();
    for (const QuestionResult& question : result.questions) {
      questions.push_back(question_json(question));
    }
    out.push_back({{"id", result.survey.id},
                   {"version", result.survey.version},
                   {"en", result.survey.title},
                   {"zh", result.survey.title_zh},
                   {"responded", people_json(result.responded)},
                   {"unknown_answers", result.num_unknown},
                   {"questions", std::move(questions)}});
  }
  return out;
}

std::vector<ReportSection> survey_sections(const std::vector<SurveyResult>& results,
                                           ReportLanguage language) {
  std::vector<ReportSection> sections;
  for (const SurveyResult& result : results) {
    if (result.responded.with != 0) sections.push_back(SurveyWriter(result, language).write());
  }
  return sections;
}

}  // namespace falconet
