#include "feedback/survey_results.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "base/check.h"
#include "base/strings.h"
#include "feedback/pii_redaction.h"
#include "stats/distributions.h"

namespace falconet {
namespace {

// Wider scales have too many steps for a table: they have a mean alone.
constexpr double kMostSteps = 11;
constexpr double kLeastPromoter = 9;
constexpr double kMostDetractor = 6;
constexpr double kLeastSatisfied = 4;

/// One question's answers, by person.
using AnswersByPerson = std::map<std::int32_t, const SurveyAnswer*>;

bool is_blank(const SurveyAnswer& answer) {
  return !answer.number && answer.choices.empty() && trim(answer.text).empty();
}

MeanEstimate mean_of_numbers(const std::vector<double>& numbers, double level) {
  const auto count = static_cast<double>(numbers.size());
  MeanEstimate estimate{.mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count};
  if (numbers.size() < 2) return estimate;
  double squares = 0;
  for (const double number : numbers) {
    squares += (number - estimate.mean) * (number - estimate.mean);
  }
  estimate.deviation = std::sqrt(squares / (count - 1));
  const double half =
      student_t_quantile(1 - (1 - level) / 2, count - 1) * estimate.deviation / std::sqrt(count);
  estimate.interval = Interval{estimate.mean - half, estimate.mean + half};
  return estimate;
}

bool is_ranking(const SurveyQuestion& question) { return question.type == "ranking"; }
bool is_matrix(const SurveyQuestion& question) { return question.type == "matrix"; }

bool has_choices(const SurveyQuestion& question) {
  return question.type == "single" || question.type == "multiple" || question.type == "choice" ||
         question.type == "choices";
}

bool has_texts(const SurveyQuestion& question) {
  return question.type == "text" || question.type.ends_with("_text");
}

/// All answers to one survey, by question.
class SurveyCounter {
 public:
  SurveyCounter(const AnalysisTable& table, const StudySurvey& survey, double level,
                std::optional<Provenance> only)
      : table_(table), survey_(survey), level_(level), only_(only) {}

  SurveyResult count() {
    gather();
    SurveyResult result{.survey = survey_, .responded = responded()};
    result.survey.questions.clear();
    std::set<std::string> known;
    for (const SurveyQuestion& question : survey_.questions) {
      known.insert(question.id);
      result.questions.push_back(result_of(question));
    }
    for (const auto& [id, answers] : answers_) {
      const bool is_known = known.contains(id) || known.contains(id.substr(0, id.rfind('/')));
      result.num_unknown += is_known ? 0 : static_cast<std::int64_t>(answers.size());
    }
    return result;
  }

 private:
  void gather() {
    for (const SurveyAnswer& answer : table_.records->survey_answers) {
      const PersonId person = table_.person_of(answer.participant_id);
      const bool counts = !only_ || answer.provenance == *only_;
      if (answer.survey_id != survey_.id || person.value < 0 || !counts) continue;
      people_.insert(person.value);
      answers_[answer.question_id][person.value] = &answer;
    }
  }

  PeopleRate responded() const {
    const auto num_agreed = std::ranges::count_if(
        table_.people, [](const StudyParticipant* each) { return each->consented.has_value(); });
    const auto num_people = static_cast<std::int64_t>(people_.size());
    return people_rate(num_people, std::max<std::int64_t>(num_agreed, num_people), level_);
  }

  const AnswersByPerson& answers_to(const std::string& id) const {
    static const AnswersByPerson kNone;
    const auto found = answers_.find(id);
    return found == answers_.end() ? kNone : found->second;
  }

  QuestionResult result_of(const SurveyQuestion& question) const {
    QuestionResult result{.question = question};
    std::vector<const SurveyAnswer*> given;
    std::set<std::int32_t> asked;
    std::set<std::int32_t> answered;
    for (const auto& [id, answers] : answers_) {
      const bool is_part = id.starts_with(question.id + "/");
      if (id != question.id && !is_part) continue;
      for (const auto& [person, answer] : answers) {
        asked.insert(person);
        if (is_blank(*answer)) continue;
        answered.insert(person);
        if (!is_part) given.push_back(answer);
      }
    }
    const auto num_answered = static_cast<std::int64_t>(answered.size());
    result.answered = people_rate(num_answered, static_cast<std::int64_t>(asked.size()), level_);
    if (num_answered == 0 || is_matrix(question)) return result;  // a matrix's rows are questions
    if (is_ranking(question)) {
      count_places(num_answered, result);
    } else if (has_choices(question)) {
      count_choices(given, result);
    } else if (has_texts(question)) {
      quote(question.id, result);
    } else {
      count_numbers(given, result);
    }
    return result;
  }

  void count_choices(const std::vector<const SurveyAnswer*>& given, QuestionResult& result) const {
    std::vector<SurveyChoice> choices = result.question.choices;
    std::map<std::string, std::int64_t> counts;
    for (const SurveyAnswer* answer : given) {
      const std::set<std::string> chosen(answer->choices.begin(), answer->choices.end());
      for (const std::string& choice : chosen) ++counts[choice];
    }
    for (const auto& [id, count] : counts) {
      const auto is_it = [&](const SurveyChoice& choice) { return choice.id == id; };
      if (std::ranges::none_of(choices, is_it)) choices.push_back({id, id, id});
    }
    const auto num_answered = static_cast<std::int64_t>(given.size());
    for (SurveyChoice& choice : choices) {
      const PeopleRate rate = people_rate(counts[choice.id], num_answered, level_);
      result.values.push_back({.choice = std::move(choice), .rate = rate});
    }
  }

  void count_places(std::int64_t num_answered, QuestionResult& result) const {
    for (const SurveyChoice& choice : result.question.choices) {
      std::int64_t num_first = 0;
      std::vector<double> places;
      for (const auto& [person, answer] : answers_to(cat(result.question.id, "/", choice.id))) {
        if (!answer->number) continue;
        places.push_back(*answer->number);
        num_first += *answer->number == 1 ? 1 : 0;
      }
      SurveyValue value{.choice = choice, .rate = people_rate(num_first, num_answered, level_)};
      if (!places.empty()) value.mean_place = mean_of_numbers(places, level_).mean;
      result.values.push_back(std::move(value));
    }
  }

  void count_numbers(const std::vector<const SurveyAnswer*>& given, QuestionResult& result) const {
    std::vector<double> numbers;
    for (const SurveyAnswer* answer : given) {
      if (answer->number) numbers.push_back(*answer->number);
    }
    if (numbers.empty()) return;
    const SurveyQuestion& question = result.question;
    if (question.type == "nps") {
      const auto between = [&](double least, double most) {
        return std::ranges::count_if(numbers, [&](double n) { return n >= least && n <= most; });
      };
      const std::int64_t promoters = between(kLeastPromoter, question.most);
      const std::int64_t detractors = between(question.least, kMostDetractor);
      const auto all = static_cast<std::int64_t>(numbers.size());
      result.net_promoters =
          net_promoters(promoters, all - promoters - detractors, detractors, level_);
    } else {
      result.mean = mean_of_numbers(numbers, level_);
    }
    if (question.type == "csat") result.satisfied = satisfied_of(numbers);
    if (question.type != "sus" && question.type != "number") count_steps(numbers, result);
  }

  PeopleRate satisfied_of(const std::vector<double>& numbers) const {
    const auto is_satisfied = [](double number) { return number >= kLeastSatisfied; };
    return people_rate(std::ranges::count_if(numbers, is_satisfied),
                       static_cast<std::int64_t>(numbers.size()), level_);
  }

  void count_steps(const std::vector<double>& numbers, QuestionResult& result) const {
    const SurveyQuestion& question = result.question;
    const double num_steps = question.most - question.least + 1;
    if (num_steps < 2 || num_steps > kMostSteps) return;
    for (double step = question.least; step <= question.most; ++step) {
      const std::string name = cat(static_cast<std::int64_t>(step));
      result.values.push_back(
          {.choice = {name, name, name},
           .rate = people_rate(std::ranges::count(numbers, step),
                               static_cast<std::int64_t>(numbers.size()), level_)});
    }
  }

  void quote(const std::string& id, QuestionResult& result) const {
    for (const auto& [person, answer] : answers_to(id)) {
      const bool may_be_quoted = table_.people[static_cast<std::size_t>(person)]->may_be_quoted;
      if (!may_be_quoted || is_blank(*answer)) continue;
      result.texts.push_back(redact_personal_data(answer->text).text);
    }
  }

  const AnalysisTable& table_;
  const StudySurvey& survey_;
  double level_;
  std::optional<Provenance> only_;
  std::set<std::int32_t> people_;
  std::map<std::string, AnswersByPerson> answers_;
};

}  // namespace

NetPromoters net_promoters(std::int64_t promoters, std::int64_t passives, std::int64_t detractors,
                           double level) {
  const std::int64_t all = promoters + passives + detractors;
  CHECK(promoters >= 0 && passives >= 0 && detractors >= 0 && all > 0);
  NetPromoters out{.promoters = promoters, .passives = passives, .detractors = detractors};
  out.score = 100 * static_cast<double>(promoters - detractors) / static_cast<double>(all);
  // Brendan Rocks, "Interval estimation for the net promoter score", The American Statistician 70
  // (2016): without the added people nobody's interval would be a point where all agree.
  const double size = static_cast<double>(all) + 3;
  const double high = (static_cast<double>(promoters) + 0.75) / size;
  const double low = (static_cast<double>(detractors) + 0.75) / size;
  const double difference = high - low;
  const double error = std::sqrt((high + low - difference * difference) / size);
  const double half = normal_quantile(1 - (1 - level) / 2) * error;
  out.interval = {100 * std::max(-1.0, difference - half), 100 * std::min(1.0, difference + half)};
  return out;
}

std::vector<SurveyResult> survey_results(const AnalysisTable& table, double level,
                                         std::optional<Provenance> only) {
  std::vector<SurveyResult> results;
  for (const StudySurvey& survey : table.records->surveys) {
    results.push_back(SurveyCounter(table, survey, level, only).count());
  }
  return results;
}

}  // namespace falconet
