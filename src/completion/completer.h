// The one door to a model: messages in, deltas out. Local engines and remote endpoints stand
// behind the same interface.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "chat/reasoning_parser.h"
#include "chat/tool_call_parser.h"
#include "engine/stats.h"

namespace falconet {

/// Whether the answer calls tools. Every call, once begun, is bound to its tool's schema.
struct ToolChoice {
  enum class Kind {
    Auto,      // the model decides
    Required,  // nothing but calls
  };
  Kind kind = Kind::Auto;
  std::string name = {};    // this tool alone; empty: any
  bool is_parallel = true;  // several calls in one answer
};

/// A conversation in OpenAI's shape, rendered by the model's chat template.
struct ChatPrompt {
  Json messages = {};  // array of {role, content, …}
  Json tools = {};     // array in OpenAI's shape, or null
  ToolChoice tool_choice = {};
  Json template_kwargs = {};  // extra variables of the template, or null
  bool add_generation_prompt = true;
  bool continue_final_message = false;            // the last message is the beginning of the answer
  std::optional<std::string> chat_template = {};  // instead of the model's own
};

/// Text that goes to the model as it is (BOS is added if the tokenizer adds one).
struct TextPrompt {
  std::string text = {};
};

struct TokenPrompt {
  std::vector<TokenId> ids = {};
};

using Prompt = std::variant<ChatPrompt, TextPrompt, TokenPrompt>;

/// What the caller asks for; silence means the model's own default (generation_config), and only
/// then ours, which stands in the comment. Ranges are checked by the completer: a value outside is
/// InvalidArgument naming the field.
struct SamplingOptions {
  std::optional<double> temperature = {};                              // 1; 0 is greedy
  std::optional<double> top_p = {};                                    // 1
  std::optional<std::int64_t> top_k = {};                              // 0 or −1: off
  std::optional<double> min_p = {};                                    // 0: off
  std::optional<double> typical_p = {};                                // 1: off
  std::optional<double> xtc_probability = {};                          // 0: off
  std::optional<double> xtc_threshold = {};                            // 0.1
  std::optional<double> dry_multiplier = {};                           // 0: off
  std::optional<double> dry_base = {};                                 // 1.75
  std::optional<std::int64_t> dry_allowed_length = {};                 // 2
  std::optional<std::int64_t> dry_penalty_last_n = {};                 // −1: whole context
  std::optional<std::vector<std::string>> dry_sequence_breakers = {};  // "\n", ":", "\"", "*"
  std::optional<double> repetition_penalty = {};                       // 1
  std::optional<double> presence_penalty = {};                         // 0
  std::optional<double> frequency_penalty = {};                        // 0
  std::map<TokenId, double> logit_bias = {};
  std::vector<std::string> bad_words = {};
  std::optional<std::uint64_t> seed = {};  // absent: a fresh one, reported with the usage
};

struct StopOptions {
  std::optional<std::int64_t> max_tokens = {};  // absent: what the context has room for
  std::int64_t min_tokens = 0;
  std::vector<std::string> stop = {};  // never part of the text, unless…
  bool include_stop_string = false;
  std::vector<TokenId> stop_token_ids = {};
  bool ignore_eos = false;
  /// Reasoning tokens at most; when they are spent the reasoning is closed properly and the answer
  /// begins. 0: no reasoning at all.
  std::optional<std::int64_t> thinking_budget = {};
  /// Ends with FinishReason::Repetition when the output repeats itself without end.
  bool detect_loops = false;
};

/// What the answer must be; reasoning before it stays free.
struct OutputGrammar {
  enum class Kind {
    JsonObject,
    JsonSchema,  // `schema`
    Regex,       // `text`, ECMAScript, for the whole answer
    Choice,      // one of `choices`
    Ebnf,        // `text`, llama.cpp's GBNF
  };
  Kind kind = Kind::JsonObject;
  Json schema = {};
  std::string text = {};
  std::vector<std::string> choices = {};
  /// False: what cannot be enforced of a schema is not refused, but judged at the end.
  bool is_strict = true;
};

struct CompletionRequest {
  Prompt prompt = {};
  SamplingOptions sampling = {};
  StopOptions stopping = {};
  std::optional<OutputGrammar> grammar = {};
  /// Text that the grammar leaves no choice about is not asked of the model. (Off for requests that
  /// say something about single tokens: logprobs, biases, bad words, stop tokens.)
  bool skips_forced_text = true;
  int num_choices = 1;  // OpenAI's n
  bool skip_special_tokens = true;
  bool separate_reasoning = true;            // false: everything is content, tags included
  std::optional<int> num_top_logprobs = {};  // absent: no logprobs; 0: the sampled token's alone
  bool echo = false;                         // the prompt is part of the text (TextPrompt only)
  std::optional<int> prompt_logprobs = {};
  int priority = 0;             // lower is sooner
  Digest128 client = {};        // whose it is: clients get equal shares of the machine
  Digest128 cache_salt = {};    // prompts are reused under the same salt alone
  std::string request_id = {};  // for logs
};

enum class FinishReason { Stop, Length, ToolCalls, Repetition, Cancelled, Failed };

/// "stop", "length", … as OpenAI spells them; Repetition is "repetition".
const char* finish_reason_name(FinishReason reason);

struct TokenLogprob {
  TokenId id = {};
  std::string text = {};               // the token's bytes, invalid UTF-8 as U+FFFD
  std::string bytes = {};              // the token's raw bytes
  double logprob = 0;                  // NaN for a prompt's first token, which nothing predicts
  std::vector<TokenLogprob> top = {};  // most likely first; empty inside `top`
};

/// The prompt was accepted and its size is known. Comes first, once.
struct PromptAccepted {
  std::int64_t num_prompt_tokens = 0;
  std::int64_t num_cached_tokens = 0;
  std::uint64_t seed = 0;
};

/// The prompt is being read.
struct PrefillProgress {
  std::int64_t num_tokens_done = 0;
  std::int64_t num_tokens = 0;
  std::int64_t num_cached_tokens = 0;  // of those done: they were computed for an earlier request
};

/// More text of one choice. Whole characters only. With echo, the first delta of each choice is the
/// prompt.
struct TextDelta {
  int choice = 0;
  std::string reasoning = {};
  std::string content = {};
  std::vector<ToolCallDelta> tool_calls = {};  // numbered within the choice
  std::vector<TokenId> ids = {};
  std::vector<TokenLogprob> logprobs = {};  // of `ids`, if asked for
};

/// Whether a bound answer has become what it was bound to be.
struct AnswerVerdict {
  std::optional<bool> is_valid = {};  // nothing: it cannot be told
  std::string error = {};             // if it is not valid, or not known: where and why
  /// What the grammar did not enforce and was judged at the end alone: keywords by their pointers.
  std::vector<std::string> not_enforced = {};
};

struct ChoiceFinished {
  int choice = 0;
  FinishReason reason = FinishReason::Stop;
  /// The stop string or stop token that ended it, if one did.
  std::variant<std::monostate, std::string, TokenId> stop = {};
  std::optional<AnswerVerdict> verdict = {};  // of answers bound by a grammar, and of tool calls
};

struct Usage {
  std::int64_t num_prompt_tokens = 0;
  std::int64_t num_cached_tokens = 0;
  std::int64_t num_completion_tokens = 0;  // of all choices, reasoning included
  std::int64_t num_reasoning_tokens = 0;
  std::uint64_t seed = 0;
  double queue_seconds = 0;
  double prefill_seconds = 0;
  double decode_seconds = 0;
};

/// Comes last, once, unless the stream ends in an error.
struct CompletionFinished {
  Usage usage = {};
  std::vector<TokenLogprob> prompt_logprobs = {};  // of every prompt token, if asked for
};

using CompletionEvent =
    std::variant<PromptAccepted, PrefillProgress, TextDelta, ChoiceFinished, CompletionFinished>;

/// A running completion. Dropping it cancels the generation.
class CompletionStream {
 public:
  virtual ~CompletionStream() = default;

  /// The next event, waiting for it. Nothing after CompletionFinished or an error.
  virtual std::optional<Result<CompletionEvent>> next() = 0;

  /// The next event if one is at hand; nothing means "not yet" until is_finished().
  virtual std::optional<Result<CompletionEvent>> try_next() = 0;

  virtual bool is_finished() const = 0;

  /// `wake` is called from another thread whenever events may be at hand; it must not block. Set
  /// it before the first try_next(). It is not called after the stream was destroyed.
  virtual void on_ready(std::function<void()> wake) = 0;

  /// Ends the generation early: choices finish with FinishReason::Cancelled, usage follows.
  virtual void cancel() = 0;
};

/// What /v1/models and `falconet show` say.
struct ModelDescription {
  std::string id = {};       // the name clients use
  std::string root = {};     // where it came from: path or repository
  std::int64_t created = 0;  // unix seconds
  std::int64_t max_model_len = 0;
  std::string architecture = {};
  std::string dtype = {};  // "Q4_K", "BF16": the type of most weights
  std::int64_t num_parameters = 0;
  bool has_chat_template = false;
  bool has_reasoning = false;
  ReasoningTags reasoning_tags = {};
  /// That answers instead of this machine; its token counts are guesses.
  std::string remote_host = {};
  std::string remote_name = {};  // what people call that server; empty: nothing but its host
};

class Completer {
 public:
  virtual ~Completer() = default;

  virtual ModelDescription describe() const = 0;

  /// Checks the request, renders and tokenizes the prompt, and hands it to the model.
  /// Errors: InvalidArgument, TooLarge (prompt over the context, with both numbers), Exhausted
  /// (queue full), Unavailable (shutting down).
  virtual Result<std::unique_ptr<CompletionStream>> start(CompletionRequest request) = 0;

  /// The prompt's text and ids as start() would make them.
  struct RenderedPrompt {
    std::string text = {};
    std::vector<TokenId> ids = {};
  };
  virtual Result<RenderedPrompt> render(const Prompt& prompt) const = 0;

  /// What the engine counts, if it is on this machine.
  virtual std::optional<EngineStats> engine_stats() const { return std::nullopt; }
};

}  // namespace falconet
