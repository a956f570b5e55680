#include "hub/remote_chat.h"

#include <utility>

#include "base/strings.h"

namespace falconet {
namespace {

// An event of a chat is a few hundred bytes; whoever sends a line without end is no chat server.
constexpr std::size_t kMaxLineBytes = 16u << 20;

template <class T>
void put(Json& body, const char* name, const std::optional<T>& value) {
  if (value) body[name] = *value;
}

void put_sampling(Json& body, const SamplingOptions& sampling) {
  put(body, "temperature", sampling.temperature);
  put(body, "top_p", sampling.top_p);
  put(body, "top_k", sampling.top_k);
  put(body, "min_p", sampling.min_p);
  put(body, "repetition_penalty", sampling.repetition_penalty);
  put(body, "presence_penalty", sampling.presence_penalty);
  put(body, "frequency_penalty", sampling.frequency_penalty);
  put(body, "seed", sampling.seed);
}

void put_tools(Json& body, const ChatPrompt& prompt) {
  if (!prompt.tools.is_array() || prompt.tools.empty()) return;
  body["tools"] = prompt.tools;
  const ToolChoice& choice = prompt.tool_choice;
  if (!choice.name.empty()) {
    body["tool_choice"] = {{"type", "function"}, {"function", {{"name", choice.name}}}};
  } else if (choice.kind == ToolChoice::Kind::Required) {
    body["tool_choice"] = "required";
  }
  if (!choice.is_parallel) body["parallel_tool_calls"] = false;
}

Status put_grammar(Json& body, const std::optional<OutputGrammar>& grammar) {
  if (!grammar) return {};
  switch (grammar->kind) {
    case OutputGrammar::Kind::JsonObject:
      body["response_format"] = {{"type", "json_object"}};
      return {};
    case OutputGrammar::Kind::JsonSchema:
      body["response_format"] = {
          {"type", "json_schema"},
          {"json_schema",
           {{"name", "answer"}, {"schema", grammar->schema}, {"strict", grammar->is_strict}}}};
      return {};
    default:
      return error(ErrorCode::Unsupported,
                   "a remote model's answers can be bound to JSON, not to a regular expression, "
                   "choices or a grammar");
  }
}

FinishReason finish_reason_of(const std::string& name) {
  if (name == "length") return FinishReason::Length;
  if (name == "tool_calls" || name == "function_call") return FinishReason::ToolCalls;
  if (name == "repetition") return FinishReason::Repetition;
  return FinishReason::Stop;
}

std::vector<ToolCallDelta> tool_calls_of(const Json& delta) {
  std::vector<ToolCallDelta> calls;
  const Json* list = find_member(delta, "tool_calls");
  if (list == nullptr || !list->is_array()) return calls;
  for (const Json& call : *list) {
    const std::int64_t index = int_member(call, "index").value_or(0);
    const Json* function = find_member(call, "function");
    if (function == nullptr || !function->is_object() || index < 0) continue;
    calls.push_back({.index = static_cast<std::size_t>(index),
                     .name = string_member(*function, "name").value_or(""),
                     .arguments = string_member(*function, "arguments").value_or("")});
  }
  return calls;
}

}  // namespace

Result<Json> remote_chat_request(const CompletionRequest& request, const std::string& model) {
  const auto* prompt = std::get_if<ChatPrompt>(&request.prompt);
  if (prompt == nullptr) {
    return error(ErrorCode::Unsupported, model,
                 " is on another server and can be asked in chats only, not by text or token ids");
  }
  Json body = {{"model", model},
               {"messages", prompt->messages},
               {"stream", true},
               {"stream_options", {{"include_usage", true}}}};
  put_sampling(body, request.sampling);
  put_tools(body, *prompt);
  TRY(put_grammar(body, request.grammar));
  put(body, "max_tokens", request.stopping.max_tokens);
  if (!request.stopping.stop.empty()) body["stop"] = request.stopping.stop;
  if (request.num_choices > 1) body["n"] = request.num_choices;
  Json kwargs = prompt->template_kwargs.is_object() ? prompt->template_kwargs : Json::object();
  if (request.stopping.thinking_budget == std::int64_t{0}) kwargs["enable_thinking"] = false;
  if (!kwargs.empty()) body["chat_template_kwargs"] = std::move(kwargs);
  if (prompt->continue_final_message) {
    body["continue_final_message"] = true;
    body["add_generation_prompt"] = false;
  }
  return body;
}

std::int64_t estimated_tokens(std::string_view text) {
  std::int64_t num_narrow = 0;
  std::int64_t num_wide = 0;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value < 0x80) ++num_narrow;
    if (value >= 0xE0) ++num_wide;  // the first byte of a character of three or four
  }
  return num_narrow / 4 + 3 * num_wide / 4 + 1;
}

RemoteChatReader::RemoteChatReader(std::int64_t num_prompt_tokens) {
  usage_.num_prompt_tokens = num_prompt_tokens;
  events_.emplace_back(PromptAccepted{.num_prompt_tokens = num_prompt_tokens});
}

void RemoteChatReader::push(std::string_view bytes) {
  while (!bytes.empty() && !has_ended_) {
    const std::size_t end = bytes.find('\n');
    line_ += bytes.substr(0, end);
    if (line_.size() > kMaxLineBytes) {
      return fail(error(ErrorCode::Corrupt, "the other server sends a line of more than ",
                        human_bytes(kMaxLineBytes)));
    }
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    read_line(trim(std::exchange(line_, {})));
  }
}

void RemoteChatReader::read_line(std::string_view line) {
  constexpr std::string_view kData = "data:";
  if (!line.starts_with(kData)) return;  // comments, event names, empty lines
  const std::string_view data = trim(line.substr(kData.size()));
  if (data == "[DONE]") return end();
  const Result<Json> chunk = parse_json(data);
  if (!chunk || !chunk->is_object()) {
    return fail(
        error(ErrorCode::Corrupt, "the other server sends what is no JSON: ", data.substr(0, 100)));
  }
  read_chunk(*chunk);
}

void RemoteChatReader::read_chunk(const Json& chunk) {
  if (const Json* failure = find_member(chunk, "error"); failure && !failure->is_null()) {
    const std::string words =
        failure->is_object() ? string_member(*failure, "message").value_or("") : to_text(*failure);
    return fail(error(ErrorCode::Unavailable, "the other server says: ", words));
  }
  if (const Json* choices = find_member(chunk, "choices"); choices && choices->is_array()) {
    for (const Json& choice : *choices) read_choice(choice);
  }
  if (const Json* usage = find_member(chunk, "usage"); usage && usage->is_object()) {
    read_usage(*usage);
  }
}

void RemoteChatReader::read_choice(const Json& choice) {
  const auto index = static_cast<int>(int_member(choice, "index").value_or(0));
  if (const Json* delta = find_member(choice, "delta"); delta && delta->is_object()) {
    read_delta(index, *delta);
  }
  const auto reason = string_member(choice, "finish_reason");
  if (!reason || !finished_.insert(index).second) return;
  const ReasoningDelta rest = parser_.finish();
  if (!rest.content.empty() || !rest.reasoning.empty()) {
    events_.emplace_back(
        TextDelta{.choice = index, .reasoning = rest.reasoning, .content = rest.content});
  }
  events_.emplace_back(ChoiceFinished{.choice = index, .reason = finish_reason_of(*reason)});
}

void RemoteChatReader::read_delta(int choice, const Json& delta) {
  TextDelta text{.choice = choice, .tool_calls = tool_calls_of(delta)};
  for (const char* name : {"reasoning_content", "reasoning"}) {
    if (!text.reasoning.empty()) break;
    text.reasoning = string_member(delta, name).value_or("");
  }
  has_reasoning_field_ = has_reasoning_field_ || !text.reasoning.empty();
  text.content = string_member(delta, "content").value_or("");
  if (!text.content.empty() && !has_reasoning_field_ && choice == 0) {
    ReasoningDelta split = parser_.push(text.content);
    text.reasoning = std::move(split.reasoning);
    text.content = std::move(split.content);
  }
  if (text.reasoning.empty() && text.content.empty() && text.tool_calls.empty()) return;
  if (!is_counted_) {
    usage_.num_completion_tokens += 1;  // a chunk is a token nearly always
    if (!text.reasoning.empty()) usage_.num_reasoning_tokens += 1;
  }
  events_.emplace_back(std::move(text));
}

void RemoteChatReader::read_usage(const Json& usage) {
  const auto prompt = int_member(usage, "prompt_tokens");
  const auto completion = int_member(usage, "completion_tokens");
  if (!prompt || !completion) return;
  is_counted_ = true;
  usage_.num_prompt_tokens = *prompt;
  usage_.num_completion_tokens = *completion;
  if (const Json* details = find_member(usage, "completion_tokens_details")) {
    if (const auto tokens = int_member(*details, "reasoning_tokens")) {
      usage_.num_reasoning_tokens = *tokens;
    }
  }
  if (const Json* details = find_member(usage, "prompt_tokens_details")) {
    usage_.num_cached_tokens = int_member(*details, "cached_tokens").value_or(0);
  }
}

void RemoteChatReader::end() {
  if (has_ended_) return;
  if (finished_.empty()) {
    return fail(error(ErrorCode::Unavailable, "the other server broke the answer off"));
  }
  has_ended_ = true;
  events_.emplace_back(CompletionFinished{.usage = usage_});
}

void RemoteChatReader::finish() {
  if (!line_.empty() && !has_ended_) read_line(trim(std::exchange(line_, {})));
  end();
}

void RemoteChatReader::fail(Error error) {
  if (has_ended_) return;
  has_ended_ = true;
  events_.emplace_back(std::move(error));
}

void RemoteChatReader::stop() {
  if (has_ended_) return;
  if (finished_.insert(0).second) {
    events_.emplace_back(ChoiceFinished{.choice = 0, .reason = FinishReason::Cancelled});
  }
  end();
}

std::optional<Result<CompletionEvent>> RemoteChatReader::pop() {
  if (events_.empty()) return std::nullopt;
  std::optional<Result<CompletionEvent>> event(std::move(events_.front()));
  events_.pop_front();
  return event;
}

}  // namespace falconet
