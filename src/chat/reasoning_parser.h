// Splits a model's output into reasoning and answer while it streams.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"

namespace falconet {

/// The marks around reasoning: those of DeepSeek-R1, Qwen3, GLM, SmolLM3 and Spark, if nothing is
/// said.
struct ReasoningTags {
  std::string open = "<think>";
  std::string close = "</think>";
};

/// Where the output begins.
enum class ReasoningStart {
  InReasoning,  // the prompt already ends in the opening tag
  InAnswer,     // reasoning only if the opening tag comes first in the output
  Off,          // the model has no reasoning: every byte is content
};

/// The tags of a model: the first known form whose closing tag stands in its template (empty: it
/// has none), or else of which both are in its vocabulary.
std::optional<ReasoningTags> find_reasoning_tags(
    std::string_view template_source, FunctionRef<bool(std::string_view)> is_in_vocabulary);

struct ReasoningDelta {
  std::string reasoning;
  std::string content;
};

/// Feed pieces of any size; a tag split over pieces never leaks into either part. Whitespace that
/// only separates the parts (the newlines around the tags) is dropped.
class ReasoningParser {
 public:
  explicit ReasoningParser(ReasoningStart start, ReasoningTags tags = {});

  ReasoningDelta push(std::string_view text);

  /// What was held back because it could have become a tag.
  ReasoningDelta finish();

  bool is_in_reasoning() const { return state_ == State::Reasoning; }

 private:
  enum class State { Start, Reasoning, BeforeAnswer, Answer };

  enum class Opening { Taken, Absent, Undecided };

  // Each takes from pending_ what is settled.
  Opening take_opening();
  void take_start();
  void take_reasoning(ReasoningDelta& delta);
  void take_separator();

  void emit_reasoning(std::string_view text, ReasoningDelta& delta);

  ReasoningTags tags_;
  State state_;
  bool may_open_again_;  // the prompt holds the opening tag, and the output may repeat it
  std::string pending_;
  bool reasoning_has_begun_ = false;  // newlines before the first of it are dropped
};

}  // namespace falconet
