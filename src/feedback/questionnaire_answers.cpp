#include "feedback/questionnaire_answers.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/strings.h"

namespace falconet {
namespace {

const QuestionDefinition* question_called(const QuestionnaireDefinition& definition,
                                          const std::string& id) {
  for (const QuestionDefinition& question : definition.questions) {
    if (question.id == id) return &question;
  }
  return nullptr;
}

bool is_empty_answer(const Json* answer) {
  if (answer == nullptr || answer->is_null()) return true;
  if (answer->is_string()) return trim(answer->get_ref<const std::string&>()).empty();
  return (answer->is_array() || answer->is_object()) && answer->empty();
}

bool is_met(const ShowCondition& condition, const Json& answer) {
  const bool is_choice = answer.is_string() && answer == Json(condition.choice);
  const double number = answer.is_number() ? answer.get<double>() : 0;
  switch (condition.kind) {
    case ConditionKind::Is: return answer.is_number() ? number == condition.number : is_choice;
    case ConditionKind::Contains:
      return answer.is_array() &&
             std::find(answer.begin(), answer.end(), Json(condition.choice)) != answer.end();
    case ConditionKind::AtLeast: return answer.is_number() && number >= condition.number;
    case ConditionKind::AtMost: return answer.is_number() && number <= condition.number;
  }
  return false;
}

bool is_whole_step(const Json& answer, const QuestionDefinition& question) {
  if (!answer.is_number()) return false;
  const double number = answer.get<double>();
  const bool must_be_whole = question.type != QuestionType::Number;
  return number >= question.least && number <= question.most &&
         (!must_be_whole || number == std::floor(number));
}

/// The ids that a list of choices or an object of rows may hold.
std::set<std::string> known_ids(const QuestionDefinition& question) {
  std::set<std::string> ids;
  for (const QuestionChoice& choice : question.choices) ids.insert(choice.id);
  for (const QuestionChoice& row : question.rows) ids.insert(row.id);
  if (question.type == QuestionType::Sus) {
    for (int item = 1; item <= kNumSusItems; ++item) ids.insert(cat(item));
  }
  return ids;
}

/// What is wrong with a number, a choice or a text; "" if nothing is.
std::string problem_of_value(const QuestionDefinition& question, const Json& answer) {
  if (has_number(question.type)) {
    if (is_whole_step(answer, question)) return "";
    return cat("expected a number from ", question.least, " to ", question.most);
  }
  if (!answer.is_string()) return "expected a text";
  if (question.type == QuestionType::Single) {
    const bool is_known = known_ids(question).contains(answer.get<std::string>());
    return is_known ? "" : "expected one of its choices";
  }
  const std::size_t most =
      question.type == QuestionType::ShortText ? kMaxShortAnswerBytes : kMaxLongAnswerBytes;
  const std::size_t size = answer.get_ref<const std::string&>().size();
  return size <= most ? "" : cat("at most ", most, " bytes, found ", size);
}

std::string problem_of_list(const QuestionDefinition& question, const Json& answer,
                            ResponseCheck check) {
  if (!answer.is_array()) return "expected a list of choices";
  const std::set<std::string> known = known_ids(question);
  std::set<std::string> seen;
  for (const Json& choice : answer) {
    if (!choice.is_string() || !known.contains(choice.get<std::string>())) {
      return "expected its choices only";
    }
    if (!seen.insert(choice.get<std::string>()).second) return "a choice is there twice";
  }
  const bool is_partial = question.type == QuestionType::Ranking && seen.size() < known.size();
  return is_partial && check == ResponseCheck::Complete ? "expected all its choices in order" : "";
}

std::string problem_of_rows(const QuestionDefinition& question, const Json& answer,
                            ResponseCheck check) {
  if (!answer.is_object()) return "expected an object with a number for each row";
  const std::set<std::string> known = known_ids(question);
  for (const auto& [row, number] : answer.items()) {
    if (!known.contains(row)) return cat("there is no row '", row.substr(0, 60), "'");
    if (!is_whole_step(number, question)) {
      return cat("expected numbers from ", question.least, " to ", question.most);
    }
  }
  // A scale of items has a score only when all of them are answered.
  const bool needs_all = question.is_required || question.type == QuestionType::Sus;
  const bool is_partial = answer.size() < known.size();
  return needs_all && is_partial && check == ResponseCheck::Complete
             ? "expected an answer in each row"
             : "";
}

std::string problem_of(const QuestionDefinition& question, const Json* answer,
                       ResponseCheck check) {
  if (is_empty_answer(answer)) {
    return question.is_required && check == ResponseCheck::Complete ? "an answer is required" : "";
  }
  if (question.type == QuestionType::Multiple || question.type == QuestionType::Ranking) {
    return problem_of_list(question, *answer, check);
  }
  if (question.type == QuestionType::Matrix || question.type == QuestionType::Sus) {
    return problem_of_rows(question, *answer, check);
  }
  return problem_of_value(question, *answer);
}

/// The rows of a matrix or a scale, and the score of the latter.
void add_row_records(const QuestionDefinition& question, const Json& answer,
                     const SurveyAnswer& blank, std::vector<SurveyAnswer>& out) {
  std::vector<double> numbers;
  const auto add = [&](const std::string& row) {
    const Json* number = find_member(answer, row);
    if (number == nullptr || !number->is_number()) return;
    SurveyAnswer record = blank;
    record.question_id = cat(question.id, "/", row);
    record.number = number->get<double>();
    numbers.push_back(*record.number);
    out.push_back(std::move(record));
  };
  for (const QuestionChoice& row : question.rows) add(row.id);
  if (question.type != QuestionType::Sus) return;
  for (int item = 1; item <= kNumSusItems; ++item) add(cat(item));
  if (numbers.size() != kNumSusItems) return;
  SurveyAnswer score = blank;
  score.question_id = question.id;
  score.number = sus_score(numbers);
  out.push_back(std::move(score));
}

void add_ranks(const QuestionDefinition& question, const Json& answer, const SurveyAnswer& blank,
               std::vector<SurveyAnswer>& out) {
  double place = 0;
  for (const Json& choice : answer) {
    SurveyAnswer record = blank;
    record.question_id = cat(question.id, "/", choice.get<std::string>());
    record.number = ++place;
    out.push_back(std::move(record));
  }
}

/// Of answers that were checked.
void add_records(const QuestionDefinition& question, const Json& answer, const SurveyAnswer& blank,
                 std::vector<SurveyAnswer>& out) {
  if (question.type == QuestionType::Matrix || question.type == QuestionType::Sus) {
    return add_row_records(question, answer, blank, out);
  }
  if (question.type == QuestionType::Ranking) return add_ranks(question, answer, blank, out);
  SurveyAnswer record = blank;
  record.question_id = question.id;
  if (has_number(question.type)) {
    record.number = answer.get<double>();
  } else if (question.type == QuestionType::Multiple) {
    record.choices = answer.get<std::vector<std::string>>();
  } else if (question.type == QuestionType::Single) {
    record.choices = {answer.get<std::string>()};
  } else {
    record.text = answer.get<std::string>();
  }
  out.push_back(std::move(record));
}

}  // namespace

bool is_shown(const QuestionnaireDefinition& definition, const QuestionDefinition& question,
              const Json& answers) {
  if (!question.show_if) return true;
  // Conditions point backwards only, so this ends.
  const QuestionDefinition* asked = question_called(definition, question.show_if->question);
  if (asked == nullptr || !is_shown(definition, *asked, answers)) return false;
  const Json* answer = find_member(answers, asked->id);
  return !is_empty_answer(answer) && is_met(*question.show_if, *answer);
}

Result<Json> checked_answers(const QuestionnaireDefinition& definition, const Json& answers,
                             ResponseCheck check) {
  if (!answers.is_object()) {
    return error(ErrorCode::InvalidArgument, "answers: expected an object");
  }
  std::vector<std::string> problems;
  for (const auto& [id, answer] : answers.items()) {
    if (question_called(definition, id) != nullptr) continue;
    problems.push_back(cat("answers.", id.substr(0, 60), ": there is no such question"));
  }
  Json kept = Json::object();
  for (const QuestionDefinition& question : definition.questions) {
    if (!is_shown(definition, question, answers)) continue;
    const Json* answer = find_member(answers, question.id);
    const std::string problem = problem_of(question, answer, check);
    if (!problem.empty()) problems.push_back(cat("answers.", question.id, ": ", problem));
    if (!is_empty_answer(answer)) kept[question.id] = *answer;
  }
  if (problems.empty()) return kept;
  return error(ErrorCode::InvalidArgument, join(problems, "; "));
}

double sus_score(const std::vector<double>& items) {
  double sum = 0;
  for (std::size_t i = 0; i < items.size(); ++i) sum += i % 2 == 0 ? items[i] - 1 : 5 - items[i];
  return 2.5 * sum;
}

std::vector<SurveyAnswer> answer_records(const QuestionnaireDefinition& definition,
                                         const Json& answers, const SurveyAnswer& blank) {
  std::vector<SurveyAnswer> records;
  for (const QuestionDefinition& question : definition.questions) {
    if (!is_shown(definition, question, answers)) continue;
    const Json* answer = find_member(answers, question.id);
    const bool is_good =
        !is_empty_answer(answer) && problem_of(question, answer, ResponseCheck::Draft).empty();
    if (is_good) {
      add_records(question, *answer, blank, records);
    } else {
      records.push_back(blank);
      records.back().question_id = question.id;
    }
  }
  return records;
}

std::vector<SurveyQuestion> question_records(const QuestionnaireDefinition& definition) {
  std::vector<SurveyQuestion> records;
  for (const QuestionDefinition& question : definition.questions) {
    SurveyQuestion record{.id = question.id,
                          .type = std::string(question_type_name(question.type)),
                          .text_en = question.text.en,
                          .text_zh = question.text.zh,
                          .least = question.type == QuestionType::Sus ? 0 : question.least,
                          .most = question.type == QuestionType::Sus ? 100 : question.most};
    for (const QuestionChoice& choice : question.choices) {
      record.choices.push_back({choice.id, choice.text.en, choice.text.zh});
    }
    records.push_back(std::move(record));
    for (const QuestionChoice& row : question.rows) {
      records.push_back({.id = cat(question.id, "/", row.id),
                         .type = "likert",
                         .text_en = row.text.en,
                         .text_zh = row.text.zh,
                         .least = question.least,
                         .most = question.most});
    }
  }
  return records;
}

}  // namespace falconet
