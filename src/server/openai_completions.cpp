#include <cmath>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "server/client_digests.h"
#include "server/openai.h"
#include "server/openai_json.h"

namespace falconet {
namespace {

// Evaluation harnesses send batches of some dozens; each prompt holds a place in the queue.
constexpr std::size_t kMaxPrompts = 256;
// OpenAI's default for this endpoint.
constexpr std::int64_t kDefaultMaxTokens = 16;

struct TextRequest {
  std::string model;
  std::vector<Prompt> prompts;
  CompletionRequest completion;  // without its prompt
  ResponseForm form;
  std::string cache_salt;  // the caller's own part of it
};

Result<std::vector<Prompt>> read_prompts(RequestFields& fields) {
  const Json* prompt = fields.find("prompt");
  if (prompt == nullptr) return error(ErrorCode::InvalidArgument, "prompt: is missing");
  if (prompt->is_string()) return std::vector<Prompt>{TextPrompt{prompt->get<std::string>()}};
  if (!prompt->is_array() || prompt->empty()) {
    return error(ErrorCode::InvalidArgument,
                 "prompt: expected a string, an array of strings, an array of token ids, or an "
                 "array of such arrays");
  }
  std::vector<Prompt> prompts;
  if (prompt->front().is_number()) {
    TRY_ASSIGN(std::vector<TokenId> ids, token_ids(*prompt, "prompt"));
    prompts.emplace_back(TokenPrompt{std::move(ids)});
    return prompts;
  }
  if (prompt->size() > kMaxPrompts) {
    return error(ErrorCode::InvalidArgument, "prompt: at most ", kMaxPrompts,
                 " prompts a request, not ", prompt->size());
  }
  for (const Json& element : *prompt) {
    const std::string name = cat("prompt[", prompts.size(), "]");
    if (element.is_string()) {
      prompts.emplace_back(TextPrompt{element.get<std::string>()});
    } else if (element.is_array() && !element.empty()) {
      TRY_ASSIGN(std::vector<TokenId> ids, token_ids(element, name));
      prompts.emplace_back(TokenPrompt{std::move(ids)});
    } else {
      return fields.wrong_type(name, "a string or an array of token ids", element);
    }
  }
  return prompts;
}

Result<TextRequest> parse_text_request(const Json& body, const std::string& request_id) {
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  TextRequest request;
  TRY(refuse_unsupported_fields(fields));
  std::string suffix;
  TRY(fields.read("suffix", suffix));
  if (!suffix.empty()) {
    return error(ErrorCode::Unsupported, "suffix: inserting before a suffix is not supported");
  }
  TRY(fields.read("model", request.model));
  TRY_ASSIGN(request.prompts, read_prompts(fields));
  request.completion.stopping.max_tokens = kDefaultMaxTokens;
  TRY(read_generation_fields(fields, request.completion));
  TRY_ASSIGN(request.completion.num_top_logprobs, read_num_logprobs(fields, "logprobs"));
  TRY(fields.read("echo", request.completion.echo));
  TRY_ASSIGN(request.form, read_response_form(fields));
  TRY_ASSIGN(request.cache_salt, read_cache_salt(fields));
  // Text in, text out: reasoning stays where the model wrote it, tags included.
  request.completion.separate_reasoning = false;
  request.completion.request_id = request_id;
  fields.find("user");
  log_unread(fields, request_id);
  return request;
}

std::int64_t count_characters(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < text.size();) {
    i += static_cast<std::size_t>(decode_utf8(text, i).num_bytes);
    ++count;
  }
  return count;
}

/// OpenAI's older shape of logprobs, four arrays side by side. `offset` is where the next token's
/// text begins, in characters.
class LogprobArrays {
 public:
  Json take(const std::vector<TokenLogprob>& logprobs) {
    Json json = {{"text_offset", Json::array()},
                 {"token_logprobs", Json::array()},
                 {"tokens", Json::array()},
                 {"top_logprobs", Json::array()}};
    for (const TokenLogprob& token : logprobs) {
      json["text_offset"].push_back(offset_);
      json["token_logprobs"].push_back(logprob_json(token.logprob));
      json["tokens"].push_back(token.text);
      json["top_logprobs"].push_back(top_json(token));
      offset_ += count_characters(token.text);
    }
    return json;
  }

 private:
  static Json top_json(const TokenLogprob& token) {
    if (std::isnan(token.logprob)) return nullptr;
    Json top = Json::object();
    for (const TokenLogprob& entry : token.top) top[entry.text] = logprob_json(entry.logprob);
    // The sampled token is always among them, as in OpenAI's answers.
    top.emplace(token.text, logprob_json(token.logprob));
    return top;
  }

  std::int64_t offset_ = 0;
};

/// Choices of all prompts are numbered through: prompt × n + choice.
class TextWriter final : public ResponseWriter {
 public:
  TextWriter(TextRequest request, const ResponseHead& head)
      : request_(std::move(request)),
        head_(head_json(head)),
        choices_(request_.prompts.size() * static_cast<std::size_t>(num_choices())),
        prompt_logprobs_(request_.prompts.size()),
        usage_(request_.prompts.size()) {}

  void collect(std::size_t prompt, const CompletionEvent& event) override {
    usage_.count(prompt, event);
    if (const auto* delta = std::get_if<TextDelta>(&event)) {
      Choice& choice = choices_[index(prompt, delta->choice)];
      choice.text += delta->content;
      choice.logprobs.insert(choice.logprobs.end(), delta->logprobs.begin(), delta->logprobs.end());
      choice.ids.insert(choice.ids.end(), delta->ids.begin(), delta->ids.end());
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
      choices_[index(prompt, finished->choice)].finished = *finished;
    } else if (const auto* end = std::get_if<CompletionFinished>(&event)) {
      prompt_logprobs_[prompt] = prompt_logprobs_json(end->prompt_logprobs);
    }
  }

  Json whole() override {
    Json json = head_;
    json["choices"] = Json::array();
    for (std::size_t i = 0; i < choices_.size(); ++i) {
      const Choice& choice = choices_[i];
      const TextDelta all{.content = choice.text, .ids = choice.ids, .logprobs = choice.logprobs};
      Json choice_object = choice_json(i, all, &choice.finished);
      if (request_.completion.prompt_logprobs) {
        choice_object["prompt_logprobs"] =
            prompt_logprobs_[i / static_cast<std::size_t>(num_choices())];
      }
      json["choices"].push_back(std::move(choice_object));
    }
    json["usage"] = usage_json(usage_.sum());
    json["system_fingerprint"] = nullptr;
    add_measurements(json, usage_.sum());
    return json;
  }

  void append(std::size_t prompt, const CompletionEvent& event, std::string& out) override {
    const auto* delta = std::get_if<TextDelta>(&event);
    // The echo is no part of what was generated.
    const bool is_echo = delta != nullptr && request_.completion.echo &&
                         !std::exchange(choices_[index(prompt, delta->choice)].has_begun, true);
    if (!is_echo) usage_.count(prompt, event);
    if (delta != nullptr) {
      append_chunk(out, choice_json(index(prompt, delta->choice), *delta, nullptr));
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
      append_chunk(out, choice_json(index(prompt, finished->choice), {}, finished));
    }
  }

  void append_end(std::string& out) override {
    if (!request_.form.include_usage) return;
    Json chunk = head_;
    chunk["choices"] = Json::array();
    chunk["usage"] = usage_json(usage_.sum());
    add_measurements(chunk, usage_.sum());
    append_event(out, chunk);
  }

 private:
  struct Choice {
    std::string text;
    std::vector<TokenId> ids;
    std::vector<TokenLogprob> logprobs;
    ChoiceFinished finished;
    LogprobArrays arrays;
    bool has_begun = false;  // when streamed
  };

  int num_choices() const { return request_.completion.num_choices; }

  std::size_t index(std::size_t prompt, int choice) const {
    return prompt * static_cast<std::size_t>(num_choices()) + static_cast<std::size_t>(choice);
  }

  Json choice_json(std::size_t index, const TextDelta& text, const ChoiceFinished* finished) {
    Json choice = {{"index", index},
                   {"text", text.content},
                   {"logprobs", nullptr},
                   {"finish_reason", nullptr},
                   {"stop_reason", nullptr}};
    if (request_.completion.num_top_logprobs) {
      choice["logprobs"] = choices_[index].arrays.take(text.logprobs);
    }
    if (finished != nullptr) {
      choice["finish_reason"] = finish_reason_name(finished->reason);
      choice["stop_reason"] = stop_reason_json(*finished);
      if (finished->verdict) choice["validation"] = verdict_json(*finished->verdict);
    }
    if (request_.form.return_token_ids) choice["token_ids"] = token_ids_json(text.ids);
    return choice;
  }

  void append_chunk(std::string& out, Json choice) const {
    Json chunk = head_;
    chunk["choices"] = Json::array({std::move(choice)});
    if (request_.form.continuous_usage) {
      chunk["usage"] = usage_json(usage_.sum());
    } else if (request_.form.include_usage) {
      chunk["usage"] = nullptr;
    }
    append_event(out, chunk);
  }

  const TextRequest request_;
  const Json head_;
  std::vector<Choice> choices_;
  std::vector<Json> prompt_logprobs_;
  RunningUsage usage_;
};

}  // namespace

Result<StartedResponse> start_text(Service& service, const HttpRequest& http) {
  auto body = parse_json(http.body);
  if (!body) return error(ErrorCode::InvalidArgument, body.error().message);
  TRY_ASSIGN(TextRequest request, parse_text_request(*body, http.id));
  StartedResponse started;
  TRY_ASSIGN(started.completer, service.models.find(request.model));
  TRY(name_client(service, http, request.cache_salt, request.completion));
  for (Prompt& prompt : request.prompts) {
    CompletionRequest one = request.completion;
    one.prompt = std::move(prompt);
    TRY_ASSIGN(std::unique_ptr<CompletionStream> stream, started.completer->start(std::move(one)));
    started.streams.push_back(std::move(stream));
  }
  started.is_streamed = request.form.is_streamed;
  const ResponseHead head{.id = cat("cmpl-", http.id),
                          .object = "text_completion",
                          .created = unix_seconds_now(),
                          .model = service.models.served_name(request.model)};
  started.writer = std::make_unique<TextWriter>(std::move(request), head);
  return started;
}

}  // namespace falconet
