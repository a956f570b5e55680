// The kinds of things that records name, and their names in files.
#pragma once

#include <optional>
#include <string_view>

namespace falconet {

/// Where an observation comes from. Observations of different origin are never pooled silently.
enum class Provenance { Live, Imported, Replayed, Simulated };

/// What became of an answer that had to be JSON or a tool call; of several calls the worst.
enum class StructuredOutcome { Ok, ParseError, SchemaError, SemanticError };

enum class SignalKind {
  Copied,
  Regenerated,
  Edited,     // the question was edited and sent again
  Stopped,    // the person stopped the answer
  Corrected,  // the next message says that the answer is wrong
  Reasked,    // the same question again
  Rephrased,  // the same question in other words
  Abandoned,
  Repeated,  // the answer fell into a loop
};

/// Thumbs are -1 or 1; scores are 1 to 10.
enum class RatingScale { Thumbs, Score };

/// Voluntary: the person came by themselves. Probe: asked, with a known probability.
enum class RatingTrigger { Voluntary, Probe };

enum class CoderKind { Person, Rule, Model };

/// Which of two answers is better.
enum class ComparisonChoice { First, Second, Tie };

std::string_view provenance_name(Provenance value);
std::string_view structured_outcome_name(StructuredOutcome value);
std::string_view signal_kind_name(SignalKind value);
std::string_view rating_scale_name(RatingScale value);
std::string_view rating_trigger_name(RatingTrigger value);
std::string_view coder_kind_name(CoderKind value);
std::string_view comparison_choice_name(ComparisonChoice value);

std::optional<Provenance> provenance_of(std::string_view name);
std::optional<StructuredOutcome> structured_outcome_of(std::string_view name);
std::optional<SignalKind> signal_kind_of(std::string_view name);
std::optional<RatingScale> rating_scale_of(std::string_view name);
std::optional<RatingTrigger> rating_trigger_of(std::string_view name);
std::optional<CoderKind> coder_kind_of(std::string_view name);
std::optional<ComparisonChoice> comparison_choice_of(std::string_view name);

}  // namespace falconet
