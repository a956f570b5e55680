// Splits a model's output into reasoning and answer while it streams.
#pragma once

#include <string>
#include <string_view>

namespace falconet {

/// The marks around reasoning: "<think>" and "</think>" for DeepSeek-R1, Qwen3 and Spark.
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

struct ReasoningDelta {
  std::string reasoning;
  std::string content;
};

/// Feed pieces of any size; a tag split over pieces never leaks into either part. Whitespace that
/// only separates the parts (the newlines around the tags) is dropped.
class ReasoningParser {
 public:
  ReasoningParser(ReasoningStart start, ReasoningTags tags = {});

  ReasoningDelta push(std::string_view text);

  /// What was held back because it could have become a tag.
  ReasoningDelta finish();

  bool is_in_reasoning() const { return state_ == State::Reasoning; }

 private:
  enum class State { Start, Reasoning, BeforeAnswer, Answer };

  ReasoningTags tags_;
  State state_;
  std::string pending_;
  bool reasoning_has_begun_ = false;
};

}  // namespace falconet
