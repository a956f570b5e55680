// What a questionnaire asks: its JSON form, read and checked (docs/feedback-data.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "feedback/localized_text.h"

namespace falconet {

// Nobody answers more; each limit is far above what a good questionnaire needs.
constexpr std::size_t kMaxQuestions = 100;
constexpr std::size_t kMaxChoices = 50;
constexpr std::size_t kMaxDefinitionBytes = 256u << 10;
constexpr int kNumSusItems = 10;

enum class QuestionType {
  Single,     // one of its choices
  Multiple,   // any of them
  Likert,     // a step from 1 to `most`
  Matrix,     // such a step for each of its rows
  Nps,        // 0 to 10
  Csat,       // 1 to 5
  Sus,        // the ten items of the System Usability Scale, 1 to 5 each
  Ranking,    // its choices in order
  Number,     // from `least` to `most`
  ShortText,  // a line
  LongText,
};

/// "single", "multiple", …
std::string_view question_type_name(QuestionType type);
std::optional<QuestionType> question_type_of(std::string_view name);

/// A choice, or a row of a matrix.
struct QuestionChoice {
  std::string id = {};
  LocalizedText text = {};
};

enum class ConditionKind {
  Is,        // the answer is this choice or number
  Contains,  // this choice is among the answers
  AtLeast,
  AtMost,
};

/// A question is shown if the answer to an earlier one, shown itself, is such.
struct ShowCondition {
  std::string question = {};
  ConditionKind kind = ConditionKind::Is;
  std::string choice = {};  // of Is and Contains
  double number = 0;        // of AtLeast and AtMost, and of Is where the question has a number
};

struct QuestionDefinition {
  std::string id = {};
  QuestionType type = QuestionType::Single;
  LocalizedText text = {};
  LocalizedText help = {};
  bool is_required = false;
  std::vector<QuestionChoice> choices = {};
  std::vector<QuestionChoice> rows = {};  // of a matrix
  double least = 0;                       // of a number
  double most = 0;
  LocalizedText least_label = {};  // what the ends of a scale mean
  LocalizedText most_label = {};
  std::optional<ShowCondition> show_if = {};
};

struct QuestionnaireDefinition {
  LocalizedText title = {};
  LocalizedText intro = {};
  std::vector<QuestionDefinition> questions = {};
};

/// Whether its answer is one number.
bool has_number(QuestionType type);

/// Errors: InvalidArgument naming the place: "questions[2].choices[0].text.zh: …", TooLarge.
Result<QuestionnaireDefinition> read_definition(const Json& json);

}  // namespace falconet
