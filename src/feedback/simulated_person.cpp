#include "feedback/simulated_person.h"

#include <algorithm>
#include <cmath>

#include "base/strings.h"
#include "feedback/simulation_text.h"

namespace falconet {
namespace {

constexpr UnixMillis kStudyBegin = 1'767'571'200'000;  // 2026-01-05
constexpr UnixMillis kMinute = 60'000;
constexpr std::int64_t kMaxTurns = 14;
constexpr double kGoesOn = 0.82;  // chance of one more turn: conversations of 5 on average

// Shares of tasks; structured ones come on top, by the spec.
constexpr double kLongTextShare = 0.3;
constexpr double kShortestDocument = 500;
constexpr std::int64_t kAnswerRoom = 512;  // of the context, kept free for the answer
constexpr double kTokensPerMessage = 150;

// What goes wrong where nothing was planted.
struct CauseShare {
  IssueCategory category;
  double share;
};
constexpr std::array kPlainCauses = {
    CauseShare{IssueCategory::Reasoning, 0.4}, CauseShare{IssueCategory::Factual, 0.25},
    CauseShare{IssueCategory::Speed, 0.1},     CauseShare{IssueCategory::Formatting, 0.1},
    CauseShare{IssueCategory::Refusal, 0.05},  CauseShare{IssueCategory::Other, 0.1},
};

double logistic(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

}  // namespace

SimulatedPerson::SimulatedPerson(const SimulationSpec& spec, SimulatedTraits traits, Random random,
                                 SimulatedStudy& out)
    : spec_(spec), traits_(std::move(traits)), random_(random), out_(out) {
  now_ = kStudyBegin + traits_.number * kMinute;
}

void SimulatedPerson::chat() {
  const double factor = traits_.is_talkative ? spec_.talkative_factor : 1;
  const double wanted =
      spec_.generations_per_person * factor * std::exp(spec_.generations_spread * random_.normal());
  const auto num_wanted = static_cast<std::int64_t>(std::max(wanted, 1.0));
  while (num_answers_ < num_wanted) {
    std::int64_t num_turns = 1;
    while (num_turns < kMaxTurns && happens(kGoesOn)) ++num_turns;
    converse(std::min(num_turns, num_wanted - num_answers_));
  }
}

void SimulatedPerson::converse(std::int64_t num_turns) {
  ++num_conversations_;
  const bool is_chinese = happens(traits_.is_chinese ? 0.9 : 0.05);
  const bool is_long = happens(kLongTextShare);
  // Documents by the spec; around 180 tokens for the rest.
  const double log2_tokens =
      is_long ? std::log2(kShortestDocument) +
                    std::log2(spec_.longest_document / kShortestDocument) * random_.uniform()
              : 7.5 + 0.8 * random_.normal();
  base_tokens_ = static_cast<std::int64_t>(std::max(std::exp2(log2_tokens), 10.0));
  for (std::int64_t turn = 1; turn <= num_turns; ++turn) {
    StudyGeneration generation = answer(turn, is_chinese);
    generation.task = generation.structured_outcome ? "tools" : is_long ? "long_text" : "chat";
    const std::optional<IssueCategory> cause = cause_of_failure(generation);
    SimulationTruth& truth = out_.truth;
    ++truth.num_answers;
    ++num_answers_;
    if (cause) {
      ++truth.num_poor;
      ++num_poor_;
      ++truth.causes[index_of(*cause)];
      ++met_[index_of(*cause)];
    }
    react(generation, cause);
    annotate(generation, cause);
    out_.records.generations.push_back(std::move(generation));
  }
  now_ += 60 * kMinute;
}

void SimulatedPerson::draw_length(StudyGeneration& generation, std::int64_t turn) {
  const double history =
      spec_.tokens_per_turn * static_cast<double>(turn - 1) * (0.6 + 0.8 * random_.uniform());
  const std::int64_t wanted = base_tokens_ + static_cast<std::int64_t>(history);
  const std::int64_t room = spec_.context_max - kAnswerRoom;
  generation.prompt_tokens = std::min(wanted, room);
  if (wanted > room && turn > 1) {
    generation.evicted_messages = static_cast<std::int64_t>(
        std::ceil(static_cast<double>(wanted - room) / kTokensPerMessage));
  }
}

StudyGeneration SimulatedPerson::answer(std::int64_t turn, bool is_chinese) {
  now_ += kMinute + static_cast<UnixMillis>(random_.below(2 * kMinute));
  StudyGeneration generation{.id = cat("g", traits_.number, "-", num_answers_ + 1),
                             .participant_id = traits_.id,
                             .conversation_id = cat("c", traits_.number, "-", num_conversations_),
                             .created = now_,
                             .model = "deepseek-r1-distill-qwen-1.5b",
                             .language = is_chinese ? "zh" : "en",
                             .turn = turn,
                             .context_max = spec_.context_max,
                             .finish_reason = "stop",
                             .provenance = Provenance::Simulated};
  draw_length(generation, turn);
  generation.reasoning_tokens = 100 + static_cast<std::int64_t>(random_.below(600));
  generation.answer_tokens = 40 + static_cast<std::int64_t>(random_.below(300));
  generation.first_token_ms = std::round(static_cast<double>(generation.prompt_tokens) * 0.9);
  generation.total_ms =
      generation.first_token_ms +
      20 * static_cast<double>(generation.reasoning_tokens + generation.answer_tokens);
  if (happens(spec_.structured_share)) {
    ++out_.truth.num_structured;
    generation.is_constrained = happens(spec_.constrained_share);
    const bool is_malformed = !generation.is_constrained && happens(spec_.malformed_rate);
    out_.truth.num_malformed += is_malformed ? 1 : 0;
    const StructuredOutcome failure =
        happens(0.7) ? StructuredOutcome::ParseError : StructuredOutcome::SchemaError;
    generation.structured_outcome = is_malformed ? failure : StructuredOutcome::Ok;
  }
  return generation;
}

std::optional<IssueCategory> SimulatedPerson::cause_of_failure(const StudyGeneration& generation) {
  const double log_odds =
      traits_.tendency + poor_log_odds(spec_, generation.prompt_tokens, generation.turn);
  const bool is_poor = happens(logistic(log_odds));
  const bool is_bookish = generation.language == "zh" && happens(spec_.chinese_style_rate);
  if (generation.structured_outcome.value_or(StructuredOutcome::Ok) != StructuredOutcome::Ok) {
    return IssueCategory::FunctionCalling;
  }
  if (is_poor) return drawn_cause(generation);
  if (is_bookish) return IssueCategory::Style;
  return std::nullopt;
}

/// In proportion to how much each effect multiplies the odds.
IssueCategory SimulatedPerson::drawn_cause(const StudyGeneration& generation) {
  const double base = poor_log_odds(spec_, 1, 1);
  const double by_length =
      std::expm1(std::max(poor_log_odds(spec_, generation.prompt_tokens, 1) - base, 0.0));
  const double by_turn = std::expm1(std::max(poor_log_odds(spec_, 1, generation.turn) - base, 0.0));
  double draw = random_.uniform() * (1 + by_length + by_turn);
  if (draw < by_length) return IssueCategory::LongText;
  if (draw < by_length + by_turn) return IssueCategory::Memory;
  draw = random_.uniform();
  for (const CauseShare& cause : kPlainCauses) {
    if (draw < cause.share) return cause.category;
    draw -= cause.share;
  }
  return IssueCategory::Other;
}

void SimulatedPerson::add_signal(const StudyGeneration& generation, SignalKind kind,
                                 double chance) {
  if (!happens(chance)) return;
  out_.records.signals.push_back({.generation_id = generation.id,
                                  .kind = kind,
                                  .at = generation.created + kMinute,
                                  .provenance = Provenance::Simulated});
}

void SimulatedPerson::react(const StudyGeneration& generation, std::optional<IssueCategory> cause) {
  const bool is_poor = cause.has_value();
  add_signal(generation, SignalKind::Copied, is_poor ? 0.05 : 0.3);
  add_signal(generation, SignalKind::Regenerated, is_poor ? 0.2 : 0.03);
  add_signal(generation, SignalKind::Corrected, is_poor ? 0.2 : 0.01);
  add_signal(generation, SignalKind::Reasked, cause == IssueCategory::Memory ? 0.3 : 0.02);
  rate(generation, cause);
}

double SimulatedPerson::drawn_value(bool is_poor) {
  if (!traits_.gives_scores) return is_poor ? -1 : 1;
  const auto step = static_cast<double>(random_.below(4));
  return is_poor ? 1 + step : 7 + step;
}

IssueCategory SimulatedPerson::drawn_praise() {
  const double draw = random_.uniform();
  if (draw < 0.4) return IssueCategory::Reasoning;
  return draw < 0.75 ? IssueCategory::Speed : IssueCategory::Other;
}

void SimulatedPerson::rate(const StudyGeneration& generation, std::optional<IssueCategory> cause) {
  const bool is_poor = cause.has_value();
  const bool is_probed = happens(spec_.probe_probability);
  const bool answers_probe = happens(spec_.probe_answer_rate);
  const bool comes_alone = happens(is_poor ? spec_.voluntary_poor_rate : spec_.voluntary_good_rate);
  if (!is_probed && !comes_alone) return;
  StudyRating rating{.id = "r" + generation.id.substr(1),
                     .generation_id = generation.id,
                     .trigger = is_probed ? RatingTrigger::Probe : RatingTrigger::Voluntary,
                     .shown = generation.created + 5'000,
                     .provenance = Provenance::Simulated};
  if (traits_.gives_scores) rating.scale = RatingScale::Score;
  if (is_probed) rating.probability = spec_.probe_probability;
  if (is_probed && !answers_probe) {
    out_.records.ratings.push_back(std::move(rating));
    return;
  }
  rating.value = drawn_value(is_poor);
  rating.answered = rating.shown + 3'000;
  const IssueCategory about = is_poor ? *cause : drawn_praise();
  if (happens(is_poor ? 0.5 : 0.1)) rating.reasons.emplace_back(issue_category_name(about));
  if (happens(is_poor ? spec_.comment_rate : spec_.comment_rate / 3)) {
    rating.comment = simulate_comment({about, !is_poor, generation.language == "zh"}, random_);
  }
  out_.records.ratings.push_back(std::move(rating));
}

/// Two coders, one slip in twelve each.
void SimulatedPerson::annotate(const StudyGeneration& generation,
                               std::optional<IssueCategory> cause) {
  if (!happens(spec_.sample_probability)) return;
  constexpr double kSlip = 1.0 / 12;
  for (const char* coder : {"coder-1", "coder-2"}) {
    const bool is_poor = cause.has_value() != happens(kSlip);
    out_.records.annotations.push_back({.id = cat("a", generation.id.substr(1), "-", coder),
                                        .generation_id = generation.id,
                                        .coder = coder,
                                        .code = "poor",
                                        .value = is_poor ? 1.0 : 0.0,
                                        .probability = spec_.sample_probability,
                                        .provenance = Provenance::Simulated});
  }
}

void SimulatedPerson::answer_survey() {
  if (!happens(spec_.survey_answer_rate)) return;
  const double poor_share =
      static_cast<double>(num_poor_) / static_cast<double>(std::max<std::int64_t>(num_answers_, 1));
  const SurveyAnswer blank{
      .survey_id = "end", .participant_id = traits_.id, .provenance = Provenance::Simulated};
  const auto add = [&](const char* question, SurveyAnswer answer) {
    answer.question_id = question;
    out_.records.survey_answers.push_back(std::move(answer));
  };
  SurveyAnswer nps = blank;
  nps.number = std::clamp(std::round(9.5 - 9 * poor_share + random_.normal()), 0.0, 10.0);
  add("recommend", std::move(nps));
  SurveyAnswer problems = blank;
  for (const IssueCategory category : kIssueCategories) {
    if (met_[index_of(category)] >= 2 && happens(0.8)) {
      problems.choices.emplace_back(issue_category_name(category));
    }
  }
  add("problems_met", std::move(problems));
  SurveyAnswer praise = blank;
  praise.text = simulate_comment({drawn_praise(), true, traits_.is_chinese}, random_);
  add("liked_most", std::move(praise));
}

void SimulatedPerson::give_interview() {
  const std::string interview = cat("i", traits_.number);
  std::int64_t number = 0;
  const auto say = [&](bool is_participant, std::string text, std::vector<std::string> codes) {
    out_.records.interviews.push_back({.id = cat(interview, "-", ++number),
                                       .interview_id = interview,
                                       .participant_id = traits_.id,
                                       .is_participant = is_participant,
                                       .text = std::move(text),
                                       .codes = std::move(codes),
                                       .may_be_quoted = happens(0.8),
                                       .provenance = Provenance::Simulated});
  };
  say(false, traits_.is_chinese ? "哪些地方让您不满意？" : "What bothered you?", {});
  for (const IssueCategory category : kIssueCategories) {
    if (met_[index_of(category)] < 3) continue;
    say(true, simulate_comment({category, false, traits_.is_chinese}, random_),
        {std::string(issue_category_name(category))});
  }
  say(false, traits_.is_chinese ? "哪些地方最满意？" : "What did you like most?", {});
  const IssueCategory liked = drawn_praise();
  say(true, simulate_comment({liked, true, traits_.is_chinese}, random_),
      {cat("praise/", issue_category_name(liked))});
}

}  // namespace falconet
