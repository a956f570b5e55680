// Turns one choice's tokens into text deltas: detokenizer, stop strings, reasoning parser, tool
// call parser, in turn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/reasoning_parser.h"
#include "chat/tool_call_parser.h"
#include "completion/completer.h"
#include "completion/stop_matcher.h"
#include "engine/token_stream.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

struct WriterOptions {
  SkipSpecial skip_special = SkipSpecial::Yes;
  std::vector<std::string> stop = {};
  StopText stop_text = StopText::Dropped;  // Kept: an end or stop token's text stays too
  std::int64_t min_tokens = 0;             // stop strings count from here on
  ReasoningStart reasoning = ReasoningStart::Off;
  ReasoningTags reasoning_tags = {};
  std::optional<ToolCallForm> tool_calls = {};  // the form to look for
  bool wants_logprobs = false;
  /// Where the output continues a text, its last token: a first space is then part of the output.
  std::optional<TokenId> preceding = {};
};

class ChoiceWriter {
 public:
  /// The tokenizer must outlive the writer.
  ChoiceWriter(int choice, const Tokenizer& tokenizer, const WriterOptions& options);

  /// What may be given out now. Tokens whose text is held back come with the next delta that has
  /// text. Nothing is to be pushed after a stop string matched.
  std::optional<TextDelta> push(const TokenEvent& event);

  /// What was held back, at the end.
  std::optional<TextDelta> finish();

  const std::optional<std::string>& matched_stop() const { return matcher_.match(); }
  std::int64_t num_tokens() const { return num_tokens_; }
  bool has_tool_calls() const { return tool_calls_ && tool_calls_->num_calls() > 0; }

 private:
  std::optional<TextDelta> give(const ReasoningDelta& text);
  void add_content(ToolCallText text);
  TextDelta take();

  int choice_;
  const Tokenizer& tokenizer_;
  bool keeps_end_tokens_;
  bool wants_logprobs_;
  std::int64_t min_tokens_;
  StreamDecoder decoder_;
  StopMatcher matcher_;
  ReasoningParser parser_;
  std::optional<ToolCallParser> tool_calls_;
  TextDelta delta_;
  std::int64_t num_tokens_ = 0;
};

/// With the token's text and bytes; `top` is left empty.
TokenLogprob logprob_of(const ScoredToken& token, const Tokenizer& tokenizer);
TokenLogprob logprob_of(const ScoredToken& token, const std::vector<ScoredToken>& top,
                        const Tokenizer& tokenizer);

}  // namespace falconet
