#include "feedback/simulation.h"

#include <cmath>
#include <numeric>

#include "base/json.h"
#include "feedback/feedback_folder.h"
#include "feedback/simulated_person.h"

namespace falconet {
namespace {

constexpr double kScoringShare = 0.2;  // of people, who give 1 to 10 instead of thumbs

std::int64_t num_people(const SimulationSpec& spec) {
  return std::accumulate(
      spec.segments.begin(), spec.segments.end(), std::int64_t{0},
      [](std::int64_t sum, const SimulatedSegment& segment) { return sum + segment.count; });
}

/// Fails before the memory is gone: means are enough, since the spread is bounded.
Status check_size(const SimulationSpec& spec) {
  const double talkative =
      std::min(static_cast<double>(spec.num_talkative), static_cast<double>(num_people(spec)));
  const double people =
      static_cast<double>(num_people(spec)) + talkative * (spec.talkative_factor - 1);
  const double expected = people * spec.generations_per_person *
                          std::exp(spec.generations_spread * spec.generations_spread / 2);
  if (expected <= static_cast<double>(kMaxRecordsPerFile) / 2) return {};
  return error(ErrorCode::TooLarge, "the spec asks for about ", std::llround(expected),
               " answers; at most ", kMaxRecordsPerFile / 2,
               " are simulated: lower the people or \"generations_per_person\"");
}

std::vector<bool> draw_talkative(const SimulationSpec& spec, Random& random) {
  std::vector<bool> is_talkative(static_cast<std::size_t>(num_people(spec)), false);
  const std::int64_t wanted = std::min(spec.num_talkative, num_people(spec));
  for (std::int64_t drawn = 0; drawn < wanted;) {
    const auto i = random.below(is_talkative.size());
    if (is_talkative[i]) continue;
    is_talkative[i] = true;
    ++drawn;
  }
  return is_talkative;
}

void add_study(const SimulationSpec& spec, FeedbackRecords& records) {
  Study study{
      .id = "simulated",
      .name = cat("Simulated study (", spec.preset, ")"),
      .goal = "Is a 1.5 B reasoning model good enough for these people, and where not?",
      .hypotheses = {"Quality falls beyond some prompt length",
                     "Quality falls beyond some number of turns", "The segments judge differently"},
      .provenance = Provenance::Simulated};
  for (const SimulatedSegment& segment : spec.segments) {
    study.segments.push_back({segment.name, segment.count});
  }
  records.studies.push_back(std::move(study));
  records.surveys.push_back({.id = "end",
                             .title = "End of the study",
                             .questions = {{.id = "recommend",
                                            .type = "nps",
                                            .text_en = "Would you recommend it to a colleague?",
                                            .text_zh = "您会向同事推荐它吗？",
                                            .least = 0,
                                            .most = 10},
                                           {.id = "problems_met",
                                            .type = "choices",
                                            .text_en = "Which problems did you meet?",
                                            .text_zh = "您遇到过哪些问题？"},
                                           {.id = "liked_most",
                                            .type = "text",
                                            .text_en = "What did you like most?",
                                            .text_zh = "您最满意的是什么？"}}});
}

/// Those who were asked and did not come: some consented all the same.
void add_absent(const SimulationSpec& spec, FeedbackRecords& records, Random& random) {
  const auto num_absent = static_cast<std::int64_t>(
      std::llround(static_cast<double>(num_people(spec)) * (spec.invited_per_tester - 1)));
  for (std::int64_t i = 0; i < num_absent; ++i) {
    StudyParticipant absent{.id = cat("absent", i + 1),
                            .segment = spec.segments[random.below(spec.segments.size())].name,
                            .locale = random.uniform() < 0.5 ? "zh" : "en",
                            .invited = 1'767'000'000'000,
                            .provenance = Provenance::Simulated};
    if (random.uniform() < 0.3) absent.consented = 1'767'100'000'000;
    records.participants.push_back(std::move(absent));
  }
}

SimulatedTraits draw_traits(const SimulationSpec& spec, const SimulatedSegment& segment,
                            std::int64_t number, Random& random) {
  return {.number = number,
          .id = cat("p", number),
          .segment = segment.name,
          .is_chinese = random.uniform() < segment.chinese_share,
          .gives_scores = random.uniform() < kScoringShare,
          .tendency = spec.person_spread * random.normal()};
}

}  // namespace

double poor_log_odds(const SimulationSpec& spec, std::int64_t prompt_tokens, std::int64_t turn) {
  const double base = std::log(spec.base_poor_rate / (1 - spec.base_poor_rate));
  const double doublings = std::log2(static_cast<double>(std::max<std::int64_t>(prompt_tokens, 1)) /
                                     spec.length.threshold);
  const double turns = static_cast<double>(turn) - spec.turn.threshold;
  return base + spec.length.slope * std::max(doublings, 0.0) +
         spec.turn.slope * std::max(turns, 0.0);
}

Result<SimulatedStudy> simulate_study(const SimulationSpec& spec, std::uint64_t seed) {
  TRY(check_size(spec));
  SimulatedStudy study;
  Random random(seed);
  add_study(spec, study.records);
  const std::vector<bool> is_talkative = draw_talkative(spec, random);
  std::int64_t number = 0;
  for (const SimulatedSegment& segment : spec.segments) {
    for (std::int64_t i = 0; i < segment.count; ++i) {
      ++number;
      // A stream of their own: another person's answers do not shift this one's.
      Random own(random());
      SimulatedTraits traits = draw_traits(spec, segment, number, own);
      traits.is_talkative = is_talkative[static_cast<std::size_t>(number - 1)];
      study.records.participants.push_back({.id = traits.id,
                                            .segment = traits.segment,
                                            .locale = traits.is_chinese ? "zh" : "en",
                                            .invited = 1'767'000'000'000,
                                            .consented = 1'767'100'000'000,
                                            .provenance = Provenance::Simulated});
      SimulatedPerson person(spec, std::move(traits), own, study);
      person.chat();
      person.answer_survey();
      if (number <= spec.num_interviews) person.give_interview();
    }
  }
  add_absent(spec, study.records, random);
  return study;
}

std::string truth_json(const SimulationSpec& spec, std::uint64_t seed,
                       const SimulationTruth& truth) {
  const auto rate = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  Json causes = Json::object();
  for (const IssueCategory category : kIssueCategories) {
    const std::int64_t count = truth.causes[index_of(category)];
    causes[std::string(issue_category_name(category))] = {{"answers", count},
                                                          {"rate", rate(count, truth.num_answers)}};
  }
  const auto planted_spec = parse_json(simulation_spec_json(spec));
  CHECK(planted_spec.has_value(), "a spec that we wrote ourselves");
  const Json json = {{"seed", seed},
                     {"spec", *planted_spec},
                     {"answers", truth.num_answers},
                     {"poor_rate", rate(truth.num_poor, truth.num_answers)},
                     {"malformed_rate", rate(truth.num_malformed, truth.num_structured)},
                     {"causes", std::move(causes)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace falconet
