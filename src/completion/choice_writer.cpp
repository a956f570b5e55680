#include "completion/choice_writer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/unicode.h"

namespace falconet {

TokenLogprob logprob_of(const ScoredToken& token, const Tokenizer& tokenizer) {
  const std::string_view bytes = tokenizer.token_bytes(token.id);
  return {.id = token.id,
          .text = to_valid_utf8(bytes),
          .bytes = std::string(bytes),
          .logprob = static_cast<double>(token.logprob)};
}

TokenLogprob logprob_of(const ScoredToken& token, const std::vector<ScoredToken>& top,
                        const Tokenizer& tokenizer) {
  TokenLogprob logprob = logprob_of(token, tokenizer);
  for (const ScoredToken& other : top) logprob.top.push_back(logprob_of(other, tokenizer));
  return logprob;
}

ChoiceWriter::ChoiceWriter(int choice, const Tokenizer& tokenizer, const WriterOptions& options)
    : choice_(choice),
      tokenizer_(tokenizer),
      keeps_end_tokens_(options.stop_text == StopText::Kept),
      wants_logprobs_(options.wants_logprobs),
      min_tokens_(options.min_tokens),
      decoder_(tokenizer, options.skip_special),
      matcher_(options.stop, options.stop_text),
      parser_(options.reasoning, options.reasoning_tags),
      delta_{.choice = choice} {
  if (options.tool_calls) tool_calls_.emplace(*options.tool_calls);
  if (options.preceding && !tokenizer.is_special(*options.preceding)) {
    decoder_.push(*options.preceding);
  }
}

std::optional<TextDelta> ChoiceWriter::push(const TokenEvent& event) {
  ++num_tokens_;
  delta_.ids.push_back(event.id);
  if (wants_logprobs_) {
    delta_.logprobs.push_back(logprob_of({event.id, event.logprob}, event.top, tokenizer_));
  }
  if (event.is_end && !keeps_end_tokens_) return std::nullopt;
  std::string text = decoder_.push(event.id);
  if (num_tokens_ > min_tokens_) text = matcher_.push(text);
  return give(parser_.push(text));
}

std::optional<TextDelta> ChoiceWriter::finish() {
  std::string text;
  if (!matched_stop()) {
    text = matcher_.push(decoder_.finish());
    text += matcher_.finish();
  }
  ReasoningDelta all = parser_.push(text);
  const ReasoningDelta rest = parser_.finish();
  all.reasoning += rest.reasoning;
  all.content += rest.content;
  auto delta = give(all);
  if (tool_calls_) {
    if (delta) delta_ = *std::move(delta);
    add_content(tool_calls_->finish());
    delta = give({});
  }
  if (delta) return delta;
  if (delta_.ids.empty()) return std::nullopt;
  return take();
}

std::optional<TextDelta> ChoiceWriter::give(const ReasoningDelta& text) {
  delta_.reasoning += text.reasoning;
  if (tool_calls_) {
    add_content(tool_calls_->push(text.content));
  } else {
    delta_.content += text.content;
  }
  const bool has_news =
      !delta_.reasoning.empty() || !delta_.content.empty() || !delta_.tool_calls.empty();
  return has_news ? std::optional(take()) : std::nullopt;
}

void ChoiceWriter::add_content(ToolCallText text) {
  delta_.content += text.content;
  std::ranges::move(text.calls, std::back_inserter(delta_.tool_calls));
}

TextDelta ChoiceWriter::take() { return std::exchange(delta_, TextDelta{.choice = choice_}); }

}  // namespace falconet
