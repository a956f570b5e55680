// Answers to a questionnaire: which questions are shown, what is wrong with an answer, what the
// analysis reads of it.
#pragma once

#include "feedback/questionnaire_definition.h"
#include "feedback/records.h"

namespace falconet {

constexpr std::size_t kMaxShortAnswerBytes = 1000;
constexpr std::size_t kMaxLongAnswerBytes = 20'000;

/// Whether a question is shown, given the answers to those before it (question id -> answer).
bool is_shown(const QuestionnaireDefinition& definition, const QuestionDefinition& question,
              const Json& answers);

enum class ResponseCheck {
  Draft,     // what is there has the right form
  Complete,  // and everything that is shown and required is answered whole
};

/// The answers to the questions that are shown, and nothing else.
/// Errors: InvalidArgument naming each question: "answers.recommend: expected a number from 0 to
/// 10".
Result<Json> checked_answers(const QuestionnaireDefinition& definition, const Json& answers,
                             ResponseCheck check);

/// 0 to 100, of ten answers of 1 to 5 (Brooke, "SUS: a quick and dirty usability scale", 1996): odd
/// items count answer − 1, even ones 5 − answer, and the sum 2.5 times.
double sus_score(const std::vector<double>& items);

/// One record an answer; of a matrix and a scale of items one a row ("question/row"), of a ranking
/// the place of each choice. What was shown and left out has a record without an answer.
std::vector<SurveyAnswer> answer_records(const QuestionnaireDefinition& definition,
                                         const Json& answers, const SurveyAnswer& blank);

/// The questions as the analysis lists them.
std::vector<SurveyQuestion> question_records(const QuestionnaireDefinition& definition);

}  // namespace falconet
