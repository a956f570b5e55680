// A completion that our own engine is running: token events become text events.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "completion/answer_rules.h"
#include "completion/choice_writer.h"
#include "completion/completer.h"
#include "engine/engine.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

struct LocalStreamOptions {
  WriterOptions writer = {};
  int num_choices = 1;
  std::vector<TokenId> prompt = {};
  std::optional<std::string> echo = {};  // the prompt's text, where it is part of the output
  bool wants_prompt_logprobs = false;    // with the end of the completion
  bool has_output = true;  // false: the one token that the engine must make is dropped
  std::uint64_t seed = 0;
  std::shared_ptr<const AnswerRules> rules = {};  // with other answers; null: nothing is bound
  std::string answer_follows = {};                // in the content, where reasoning is part of it
};

class LocalStream final : public CompletionStream {
 public:
  /// The tokenizer must outlive the stream.
  LocalStream(Generation generation, const Tokenizer& tokenizer, LocalStreamOptions options);

  std::optional<Result<CompletionEvent>> next() override;
  std::optional<Result<CompletionEvent>> try_next() override;
  bool is_finished() const override { return is_finished_ && ready_.empty(); }
  void on_ready(std::function<void()> wake) override;
  void cancel() override { generation_.stream().cancel(); }

 private:
  struct Choice {
    ChoiceWriter writer;
    bool is_finished = false;
    // Of bound answers: what is to be judged.
    std::string content = {};
    std::vector<ToolCallDelta> calls = {};
  };

  void translate_arrived();
  void translate(PrefillEvent& event);
  void translate(PromptScores& event);
  void translate(TokenEvent& event);
  void translate(SequenceEnd& event);
  void translate(RequestEnd& event);

  void give_echo();
  void give(Choice& choice, TextDelta delta);
  std::optional<AnswerVerdict> judge(const Choice& choice, bool is_complete) const;
  void finish(int choice, FinishReason reason, decltype(ChoiceFinished::stop) stop);
  void fail(Error error);
  std::optional<Result<CompletionEvent>> pop();

  const Tokenizer& tokenizer_;
  LocalStreamOptions options_;
  std::vector<Choice> choices_;
  std::deque<Result<CompletionEvent>> ready_;
  std::vector<EngineEvent> arrived_;
  std::vector<TokenLogprob> prompt_logprobs_;  // of every prompt token
  std::int64_t num_reasoning_tokens_ = 0;
  bool is_finished_ = false;  // nothing will be added to `ready_`
  // Last, so that the reader's wake function is taken away before anything it may touch.
  Generation generation_;
};

}  // namespace falconet
