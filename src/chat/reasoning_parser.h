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

/// What the template and its rendering say about the output: InReasoning where the prompt ends in
/// the opening tag (whitespace aside), InAnswer where the template knows the tags, else Off.
ReasoningStart detect_reasoning_start(std::string_view template_source,
                                      std::string_view rendered_prompt,
                                      const ReasoningTags& tags = {});

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
