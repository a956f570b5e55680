#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <vector>

#include "base/log.h"
#include "server/app.h"
#include "server/chat_request.h"
#include "server/client_digests.h"
#include "server/openai.h"
#include "server/openai_json.h"
#include "server/structured_recorder.h"

namespace falconet {
namespace {

Json token_json(const TokenLogprob& token) {
  return {{"token", token.text},
          {"logprob", logprob_json(token.logprob)},
          {"bytes", bytes_json(token.bytes)}};
}

void append_logprobs(Json& content, const std::vector<TokenLogprob>& logprobs) {
  for (const TokenLogprob& token : logprobs) {
    Json entry = token_json(token);
    entry["top_logprobs"] = Json::array();
    for (const TokenLogprob& top : token.top) entry["top_logprobs"].push_back(token_json(top));
    content.push_back(std::move(entry));
  }
}

/// A call as it stands in messages and chunks; `id` and the name come once, with its beginning.
Json tool_call_json(const ToolCallDelta& call, const std::string& id) {
  Json function = Json::object();
  Json json = Json::object();
  if (!call.name.empty()) {
    json["id"] = cat(id, call.index);
    json["type"] = "function";
    function["name"] = call.name;
  }
  function["arguments"] = call.arguments;
  json["function"] = std::move(function);
  return json;
}

class ChatWriter final : public ResponseWriter {
 public:
  ChatWriter(ChatRequest request, ResponseHead head)
      : request_(std::move(request)), head_(head_json(head)) {
    for (int i = 0; i < request_.completion.num_choices; ++i) choices_.emplace_back();
  }

  void collect(std::size_t, const CompletionEvent& event) override {
    if (const auto* delta = std::get_if<TextDelta>(&event)) {
      Choice& choice = choices_[static_cast<std::size_t>(delta->choice)];
      choice.content += delta->content;
      choice.reasoning += delta->reasoning;
      for (const ToolCallDelta& call : delta->tool_calls) {
        if (call.index == choice.tool_calls.size()) {
          choice.tool_calls.push_back({.index = call.index, .name = call.name});
        }
        choice.tool_calls[call.index].arguments += call.arguments;
      }
      append_logprobs(choice.logprobs, delta->logprobs);
      choice.ids.insert(choice.ids.end(), delta->ids.begin(), delta->ids.end());
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
      choices_[static_cast<std::size_t>(finished->choice)].finished = *finished;
    } else if (const auto* end = std::get_if<CompletionFinished>(&event)) {
      end_ = *end;
    }
  }

  Json whole() override {
    Json json = head_;
    json["choices"] = Json::array();
    for (Choice& choice : choices_) {
      json["choices"].push_back(choice_json(json["choices"].size(), choice));
    }
    json["usage"] = usage_json(end_.usage);
    json["system_fingerprint"] = nullptr;
    if (request_.completion.prompt_logprobs) {
      json["prompt_logprobs"] = prompt_logprobs_json(end_.prompt_logprobs);
    }
    add_measurements(json, end_.usage);
    return json;
  }

  void append(std::size_t, const CompletionEvent& event, std::string& out) override {
    usage_.count(0, event);
    if (std::holds_alternative<PromptAccepted>(event)) {
      for (int i = 0; i < request_.completion.num_choices; ++i) {
        append_chunk(out, chunk_choice(i, {{"role", "assistant"}, {"content", ""}}));
      }
    } else if (const auto* progress = std::get_if<PrefillProgress>(&event)) {
      append_progress(*progress, out);
    } else if (const auto* delta = std::get_if<TextDelta>(&event)) {
      append_delta(*delta, out);
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
      Json choice = chunk_choice(finished->choice, Json::object());
      choice["finish_reason"] = finish_reason_name(finished->reason);
      choice["stop_reason"] = stop_reason_json(*finished);
      if (finished->verdict) choice["validation"] = verdict_json(*finished->verdict);
      append_chunk(out, std::move(choice));
    } else if (const auto* end = std::get_if<CompletionFinished>(&event)) {
      end_ = *end;
    }
  }

  void append_end(std::string& out) override {
    if (!request_.form.include_usage && !request_.completion.prompt_logprobs) return;
    Json chunk = head_;
    chunk["choices"] = Json::array();
    chunk["usage"] = usage_json(end_.usage);
    if (request_.completion.prompt_logprobs) {
      chunk["prompt_logprobs"] = prompt_logprobs_json(end_.prompt_logprobs);
    }
    add_measurements(chunk, end_.usage);
    append_event(out, chunk);
  }

 private:
  struct Choice {
    std::string content;
    std::string reasoning;
    std::vector<ToolCallDelta> tool_calls;  // whole
    Json logprobs = Json::array();
    std::vector<TokenId> ids;
    ChoiceFinished finished;
  };

  Json choice_json(std::size_t index, Choice& choice) const {
    Json message = {
        {"role", "assistant"}, {"content", std::move(choice.content)}, {"refusal", nullptr}};
    if (request_.form.include_reasoning && !choice.reasoning.empty()) {
      message["reasoning"] = choice.reasoning;
      message["reasoning_content"] = std::move(choice.reasoning);
    }
    if (!choice.tool_calls.empty()) {
      if (message["content"] == "") message["content"] = nullptr;
      message["tool_calls"] = Json::array();
      for (const ToolCallDelta& call : choice.tool_calls) {
        message["tool_calls"].push_back(tool_call_json(call, call_id(index)));
      }
    }
    Json json = {{"index", index},
                 {"message", std::move(message)},
                 {"logprobs", nullptr},
                 {"finish_reason", finish_reason_name(choice.finished.reason)},
                 {"stop_reason", stop_reason_json(choice.finished)}};
    if (choice.finished.verdict) json["validation"] = verdict_json(*choice.finished.verdict);
    if (request_.completion.num_top_logprobs) {
      json["logprobs"] = {{"content", std::move(choice.logprobs)}, {"refusal", nullptr}};
    }
    if (request_.form.return_token_ids) json["token_ids"] = token_ids_json(choice.ids);
    return json;
  }

  /// The beginning of the ids of a choice's calls: unique, since the response's own id is.
  std::string call_id(std::size_t choice) const {
    return cat("call_", request_.completion.request_id, "_", choice, "_");
  }

  static Json chunk_choice(int index, Json delta) {
    return {{"index", index},
            {"delta", std::move(delta)},
            {"logprobs", nullptr},
            {"finish_reason", nullptr}};
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

  void append_delta(const TextDelta& text, std::string& out) const {
    Json delta = Json::object();
    if (!text.reasoning.empty() && request_.form.include_reasoning) {
      delta["reasoning"] = text.reasoning;
      delta["reasoning_content"] = text.reasoning;
    }
    if (!text.content.empty()) delta["content"] = text.content;
    for (const ToolCallDelta& call : text.tool_calls) {
      Json json = tool_call_json(call, call_id(static_cast<std::size_t>(text.choice)));
      json["index"] = call.index;
      delta["tool_calls"].push_back(std::move(json));
    }
    if (delta.empty() && text.logprobs.empty() && !request_.form.return_token_ids) return;
    Json choice = chunk_choice(text.choice, std::move(delta));
    if (request_.completion.num_top_logprobs) {
      Json content = Json::array();
      append_logprobs(content, text.logprobs);
      choice["logprobs"] = {{"content", std::move(content)}, {"refusal", nullptr}};
    }
    if (request_.form.return_token_ids) choice["token_ids"] = token_ids_json(text.ids);
    append_chunk(out, std::move(choice));
  }

  void append_progress(const PrefillProgress& progress, std::string& out) const {
    if (!request_.form.include_progress) return;
    Json chunk = head_;
    chunk["choices"] = Json::array();
    chunk["prefill_progress"] = {{"done", progress.num_tokens_done},
                                 {"total", progress.num_tokens}};
    append_event(out, chunk);
  }

  const ChatRequest request_;
  const Json head_;
  std::vector<Choice> choices_;
  CompletionFinished end_;
  RunningUsage usage_{1};
};

/// Who calls, as far as an analysis has to know: the same for the same key, and no way back to it.
std::string caller_digest(const HttpRequest& http) {
  return secret_digest(cat("caller ", http.header("Authorization")));
}

/// Nobody waits for it: what cannot be kept is missing in the analysis, and in the log.
void keep_structured_answer(Service& service, StructuredAnswer answer) {
  boost::asio::post(service.workers, [&service, answer = std::move(answer)] {
    const Status kept = service.app->store().write(
        [&](Transaction& transaction) { return add_structured_answer(transaction, answer); });
    if (!kept) log_error("an answer's outcome could not be kept: ", kept.error().message);
  });
}

}  // namespace

Result<StartedResponse> start_chat(Service& service, const HttpRequest& http) {
  auto body = parse_json(http.body);
  // Whatever is wrong with the text, the body is to blame and not a limit of the model.
  if (!body) return error(ErrorCode::InvalidArgument, body.error().message);
  TRY_ASSIGN(ChatRequest request, parse_chat_request(*body, http.id));
  StartedResponse started;
  TRY_ASSIGN(started.completer, service.models.find(request.model));
  TRY(name_client(service, http, request.cache_salt, request.completion));
  TRY_ASSIGN(std::unique_ptr<CompletionStream> stream,
             started.completer->start(request.completion));
  started.streams.push_back(std::move(stream));
  started.is_streamed = request.form.is_streamed;
  const ResponseHead head{
      .id = cat("chatcmpl-", http.id),
      .object = started.is_streamed ? "chat.completion.chunk" : "chat.completion",
      .created = unix_seconds_now(),
      .model = service.models.served_name(request.model)};
  const bool is_recorded = service.app != nullptr && asks_for_structure(*body);
  StructuredRequest structured{.model = head.model,
                               .num_choices = request.completion.num_choices,
                               .is_constrained = request.completion.grammar.has_value()};
  started.writer = std::make_unique<ChatWriter>(std::move(request), head);
  if (!is_recorded) return started;
  structured.body = *std::move(body);
  structured.caller = caller_digest(http);
  started.writer = recording_writer(
      std::move(started.writer), std::move(structured),
      [&service](StructuredAnswer answer) { keep_structured_answer(service, std::move(answer)); });
  return started;
}

}  // namespace falconet
