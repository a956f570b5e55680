// What may be asked and answered.
#include "feedback/questionnaire_answers.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/strings.h"
#include "feedback/issue_category.h"
#include "feedback/questionnaire_templates.h"

namespace falconet {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// One question of each type.
constexpr const char* kEachType = R"({
  "title": {"en": "All", "zh": "全部"},
  "questions": [
    {"id": "one", "type": "single", "text": {"en": "a", "zh": "甲"},
     "choices": [{"id": "yes", "text": {"en": "Yes", "zh": "是"}},
                 {"id": "no", "text": {"en": "No", "zh": "否"}}]},
    {"id": "many", "type": "multiple", "text": {"en": "a", "zh": "甲"},
     "choices": [{"id": "memory", "text": {"en": "Memory", "zh": "记忆"}},
                 {"id": "praise/speed", "text": {"en": "Speed", "zh": "速度"}}]},
    {"id": "agree", "type": "likert", "most": 7, "text": {"en": "a", "zh": "甲"}},
    {"id": "grid", "type": "matrix", "text": {"en": "a", "zh": "甲"}, "required": true,
     "rows": [{"id": "r1", "text": {"en": "x", "zh": "乙"}},
              {"id": "r2", "text": {"en": "y", "zh": "丙"}}]},
    {"id": "nps", "type": "nps", "text": {"en": "a", "zh": "甲"}},
    {"id": "csat", "type": "csat", "text": {"en": "a", "zh": "甲"}},
    {"id": "sus", "type": "sus", "text": {"en": "a", "zh": "甲"}},
    {"id": "order", "type": "ranking", "text": {"en": "a", "zh": "甲"},
     "choices": [{"id": "a", "text": {"en": "A", "zh": "子"}},
                 {"id": "b", "text": {"en": "B", "zh": "丑"}}]},
    {"id": "count", "type": "number", "least": -1, "most": 2.5, "text": {"en": "a", "zh": "甲"}},
    {"id": "line", "type": "short_text", "text": {"en": "a", "zh": "甲"}},
    {"id": "words", "type": "long_text", "text": {"en": "a", "zh": "甲"},
     "show_if": {"question": "one", "is": "no"}}
  ]})";

QuestionnaireDefinition each_type() {
  return read_definition(parse_json(kEachType).value()).value();
}

Json all_sus(int step) {
  Json items = Json::object();
  for (int item = 1; item <= kNumSusItems; ++item) items[cat(item)] = step;
  return items;
}

/// What is wrong with one answer; the matrix, which is required, is answered.
std::string problem(const std::string& id, const Json& answer) {
  Json answers = {{"grid", {{"r1", 1}, {"r2", 5}}}};
  answers[id] = answer;
  const auto checked = checked_answers(each_type(), answers, ResponseCheck::Complete);
  return checked ? "" : checked.error().message;
}

TEST(QuestionnaireAnswers, AreTakenInTheFormOfTheirQuestion) {
  struct Case {
    const char* id;
    std::vector<Json> good;
    std::vector<Json> bad;
  };
  const Json list = Json::array({"memory"});
  const std::vector<Case> cases = {
      {"one", {"yes", "no"}, {"maybe", 1, list}},
      {"many",
       {list, Json::array({"praise/speed", "memory"})},
       {"memory", Json::array({"memory", "memory"}), Json::array({"x"}), Json::array({1})}},
      {"agree", {1, 7}, {0, 8, 2.5, "3"}},
      {"grid",
       {Json{{"r1", 1}, {"r2", 2}}},
       {Json{{"r1", 1}}, Json{{"r1", 1}, {"r2", 6}}, Json{{"r1", 1}, {"r2", 2}, {"r3", 3}}, 3}},
      {"nps", {0, 10}, {-1, 11, 0.5, "9"}},
      {"csat", {1, 5}, {0, 6}},
      {"sus", {all_sus(3)}, {Json{{"1", 3}}, Json::array({3, 3}), all_sus(6)}},
      {"order", {Json::array({"b", "a"})}, {Json::array({"b"}), Json::array({"b", "c"})}},
      {"count", {-1, 0.25, 2.5}, {-1.1, 2.6, "2"}},
      {"line",
       {"知", std::string(kMaxShortAnswerBytes, 'a')},
       {std::string(kMaxShortAnswerBytes + 1, 'a'), 3}},
  };
  for (const Case& each : cases) {
    for (const Json& answer : each.good) {
      EXPECT_EQ(problem(each.id, answer), "") << each.id << ": " << to_text(answer);
    }
    for (const Json& answer : each.bad) {
      EXPECT_THAT(problem(each.id, answer), StartsWith(cat("answers.", each.id, ": ")))
          << to_text(answer);
    }
  }
}

TEST(QuestionnaireAnswers, MayBeIncompleteUntilTheyAreSubmitted) {
  const QuestionnaireDefinition definition = each_type();
  const Json begun = {{"grid", {{"r1", 4}}}, {"sus", {{"3", 2}}}, {"order", {"a"}}};
  const auto draft = checked_answers(definition, begun, ResponseCheck::Draft);
  ASSERT_TRUE(draft) << draft.error().message;
  EXPECT_EQ(*draft, begun);
  const auto complete = checked_answers(definition, begun, ResponseCheck::Complete);
  ASSERT_FALSE(complete);
  for (const char* id : {"answers.grid: ", "answers.sus: ", "answers.order: "}) {
    EXPECT_THAT(complete.error().message, HasSubstr(id));
  }
}

TEST(QuestionnaireAnswers, OfHiddenQuestionsAreLeftOut) {
  const QuestionnaireDefinition definition = each_type();
  const QuestionDefinition& words = definition.questions.back();
  EXPECT_FALSE(is_shown(definition, words, Json::object()));
  EXPECT_FALSE(is_shown(definition, words, {{"one", "yes"}}));
  EXPECT_TRUE(is_shown(definition, words, {{"one", "no"}}));
  const Json hidden = {{"one", "yes"}, {"words", "too slow"}};
  const auto draft = checked_answers(definition, hidden, ResponseCheck::Draft);
  ASSERT_TRUE(draft);
  EXPECT_FALSE(draft->contains("words"));
  const auto has_words = [](const SurveyAnswer& record) { return record.question_id == "words"; };
  const auto records = answer_records(definition, hidden, {});
  EXPECT_TRUE(std::ranges::none_of(records, has_words)) << "it was not shown";
  for (const SurveyAnswer& record : records) {
    EXPECT_EQ(record.choices.empty(), record.question_id != "one") << record.question_id;
  }
}

/// A condition on a question that is hidden itself is not met.
TEST(QuestionnaireAnswers, AreHiddenAlongAChain) {
  Json json = parse_json(kEachType).value();
  json["questions"].push_back({{"id", "deeper"},
                               {"type", "nps"},
                               {"text", {{"en", "a"}, {"zh", "b"}}},
                               {"show_if", {{"question", "agree"}, {"at_least", 5}}}});
  for (Json& question : json["questions"]) {
    if (question["id"] == "agree") question["show_if"] = {{"question", "one"}, {"is", "no"}};
  }
  const QuestionnaireDefinition definition = read_definition(json).value();
  const QuestionDefinition& deeper = definition.questions.back();
  EXPECT_TRUE(is_shown(definition, deeper, {{"one", "no"}, {"agree", 5}}));
  EXPECT_FALSE(is_shown(definition, deeper, {{"one", "no"}, {"agree", 4}}));
  EXPECT_FALSE(is_shown(definition, deeper, {{"one", "yes"}, {"agree", 5}}));
}

/// By the rule that Brooke states (1996); the last are the answers of his own example.
TEST(SusScore, CountsOddItemsUpAndEvenOnesDown) {
  EXPECT_EQ(sus_score({5, 1, 5, 1, 5, 1, 5, 1, 5, 1}), 100);
  EXPECT_EQ(sus_score({1, 5, 1, 5, 1, 5, 1, 5, 1, 5}), 0);
  EXPECT_EQ(sus_score({3, 3, 3, 3, 3, 3, 3, 3, 3, 3}), 50);
  EXPECT_EQ(sus_score({5, 4, 2, 1, 2, 3, 2, 4, 5, 2}), 55);
}

TEST(QuestionnaireAnswers, BecomeRecordsOfTheAnalysis) {
  const QuestionnaireDefinition definition = each_type();
  const Json answers = {{"one", "no"},
                        {"many", {"memory", "praise/speed"}},
                        {"grid", {{"r1", 4}, {"r2", 2}}},
                        {"sus", all_sus(3)},
                        {"order", {"b", "a"}},
                        {"nps", 9},
                        {"words", "太慢"}};
  const SurveyAnswer blank{.survey_id = "s", .participant_id = "p"};
  std::map<std::string, SurveyAnswer> by_question;
  for (const SurveyAnswer& record : answer_records(definition, answers, blank)) {
    EXPECT_EQ(record.survey_id, "s");
    EXPECT_EQ(record.participant_id, "p");
    EXPECT_TRUE(by_question.emplace(record.question_id, record).second) << record.question_id;
  }
  EXPECT_THAT(by_question["many"].choices, testing::ElementsAre("memory", "praise/speed"));
  EXPECT_EQ(by_question["grid/r1"].number, 4);
  EXPECT_EQ(by_question["grid/r2"].number, 2);
  EXPECT_EQ(by_question["sus"].number, 50);
  EXPECT_EQ(by_question["sus/10"].number, 3);
  EXPECT_EQ(by_question["order/b"].number, 1);
  EXPECT_EQ(by_question["order/a"].number, 2);
  EXPECT_EQ(by_question["nps"].number, 9);
  EXPECT_EQ(by_question["words"].text, "太慢");
  const SurveyAnswer& left_out = by_question["agree"];
  EXPECT_EQ(left_out.survey_id, "s") << "that it was shown is known";
  EXPECT_FALSE(left_out.number);
  const auto is_answer = [](const auto& entry) {
    return entry.second.number || !entry.second.choices.empty() || !entry.second.text.empty();
  };
  EXPECT_EQ(std::ranges::count_if(by_question, is_answer), 19)
      << "4 plain ones, 2 rows, 10 items and a score, 2 places";
}

TEST(QuestionnaireDefinitions, AreRefusedWithThePlaceThatIsWrong) {
  const auto message = [](const char* path, const Json& value) {
    Json json = parse_json(kEachType).value();
    json[Json::json_pointer(path)] = value;
    const auto definition = read_definition(json);
    EXPECT_FALSE(definition) << path;
    return definition ? "" : definition.error().message;
  };
  EXPECT_THAT(message("/title", nullptr), StartsWith("title: "));
  EXPECT_THAT(message("/questions", Json::array()), StartsWith("questions: "));
  EXPECT_THAT(message("/questions/0/type", "guess"), StartsWith("questions[0].type: "));
  EXPECT_THAT(message("/questions/0/id", "a b"), StartsWith("questions[0].id: "));
  EXPECT_THAT(message("/questions/1/id", "one"), StartsWith("questions[1].id: "));
  EXPECT_THAT(message("/questions/0/text/zh", " "), StartsWith("questions[0].text.zh: "));
  EXPECT_THAT(message("/questions/0/choices/1/id", "yes"),
              StartsWith("questions[0].choices[1].id: "));
  EXPECT_THAT(message("/questions/2/most", 1), StartsWith("questions[2].most: "));
  EXPECT_THAT(message("/questions/8/most", -2), StartsWith("questions[8].most: "));
  EXPECT_THAT(message("/questions/10/show_if/is", "maybe"), StartsWith("questions[10].show_if: "));
  EXPECT_THAT(message("/questions/10/show_if/question", "words"),
              StartsWith("questions[10].show_if: "));
  EXPECT_FALSE(read_definition(Json("text")));
  EXPECT_FALSE(read_definition(Json::array()));
}

TEST(QuestionnaireTemplates, AreDefinitionsWhoseChoicesTheAnalysisKnows) {
  const auto templates = questionnaire_templates();
  ASSERT_EQ(templates.size(), 3u);
  for (const QuestionnaireTemplate& each : templates) {
    const auto definition = read_definition(each.definition);
    EXPECT_TRUE(definition) << each.name << ": " << (definition ? "" : definition.error().message);
  }
  const QuestionnaireDefinition study = read_definition(templates[0].definition).value();
  int num_categories = 0;
  for (const QuestionDefinition& question : study.questions) {
    if (question.id != "problems" && question.id != "strengths") continue;
    for (const QuestionChoice& choice : question.choices) {
      std::string_view name = choice.id;
      EXPECT_EQ(name.starts_with("praise/"), question.id == "strengths");
      if (name.starts_with("praise/")) name.remove_prefix(7);
      EXPECT_TRUE(issue_category_of(name)) << name;
      ++num_categories;
    }
  }
  EXPECT_EQ(num_categories, 21) << "eleven to complain of, ten to praise";
}

}  // namespace
}  // namespace falconet
