#include "completion/prompt_renderer.h"

#include <time.h>

#include <utility>

#include "base/strings.h"
#include "completion/tool_prompt.h"

namespace falconet {
namespace {

std::string text_of(const Tokenizer& tokenizer, std::optional<TokenId> id) {
  return id ? std::string(tokenizer.piece(*id)) : std::string();
}

// Text parts become one string, which is what every template of a text model expects.
Result<Json> flatten_content(const Json& content, std::size_t message_index) {
  if (!content.is_array()) return content;
  std::string text;
  for (const Json& part : content) {
    const std::string type = string_member(part, "type").value_or("");
    const auto part_text = string_member(part, "text");
    if (type != "text" || !part_text) {
      return error(ErrorCode::InvalidArgument, "messages[", message_index, "].content has a part ",
                   "of type \"", type, "\"; this model reads text only");
    }
    if (!text.empty()) text += '\n';
    text += *part_text;
  }
  return Json(text);
}

// OpenAI's clients send a call's arguments as JSON text; templates that write them with tojson want
// the object.
void parse_arguments(Json& message) {
  if (!message.contains("tool_calls") || !message["tool_calls"].is_array()) return;
  for (Json& call : message["tool_calls"]) {
    if (!call.is_object()) continue;
    Json& holder = call.contains("function") ? call["function"] : call;
    const auto arguments = string_member(holder, "arguments");
    if (!arguments) continue;
    if (auto parsed = parse_json(*arguments)) holder["arguments"] = *std::move(parsed);
  }
}

bool wants_argument_objects(std::string_view source) {
  for (const char* sign : {"arguments | tojson", "arguments|tojson", "arguments.items",
                           "arguments|items", "arguments | items"}) {
    if (source.find(sign) != std::string_view::npos) return true;
  }
  return false;
}

Result<Json> prepare_messages(const Json& messages, bool parses_arguments) {
  if (!messages.is_array() || messages.empty()) {
    return error(ErrorCode::InvalidArgument, "messages must be an array of at least one message");
  }
  Json prepared = messages;
  for (std::size_t i = 0; i < prepared.size(); ++i) {
    Json& message = prepared[i];
    if (!message.is_object() || !string_member(message, "role")) {
      return error(ErrorCode::InvalidArgument, "messages[", i, "] must be an object with a role");
    }
    if (message.contains("content")) {
      TRY_ASSIGN(message["content"], flatten_content(message["content"], i));
    }
    if (parses_arguments) parse_arguments(message);
  }
  return prepared;
}

// The rendering up to the end of the last message's content, so that the model goes on writing it.
Result<std::string> cut_after_content(std::string text, const Json& message) {
  const std::string content(trim(string_member(message, "content").value_or("")));
  const std::size_t begin = content.empty() ? std::string::npos : text.rfind(content);
  if (begin == std::string::npos) {
    return error(ErrorCode::InvalidArgument,
                 "continue_final_message: the chat template does not write the last message's ",
                 "content as it is, so it cannot be continued");
  }
  text.resize(begin + content.size());
  return text;
}

}  // namespace

PromptRenderer::PromptRenderer(const Tokenizer& tokenizer,
                               std::optional<ChatTemplate> chat_template)
    : tokenizer_(tokenizer),
      template_(std::move(chat_template)),
      bos_text_(text_of(tokenizer, tokenizer.bos())),
      eos_text_(text_of(tokenizer, tokenizer.eos())) {}

Result<std::string> PromptRenderer::render_chat(const ChatPrompt& chat,
                                                const Options& options) const {
  std::optional<ChatTemplate> own;
  if (chat.chat_template) {
    auto parsed = ChatTemplate::parse(*chat.chat_template);
    if (!parsed) return std::move(parsed).error().within("chat_template");
    own = *std::move(parsed);
  }
  const ChatTemplate* chosen = own ? &*own : template_ ? &*template_ : nullptr;
  if (chosen == nullptr) {
    return error(ErrorCode::Unsupported,
                 "this model has no chat template: use completions, or give it one with "
                 "--chat-template");
  }
  if (chat.continue_final_message && chat.add_generation_prompt) {
    return error(ErrorCode::InvalidArgument,
                 "continue_final_message and add_generation_prompt exclude each other");
  }
  TRY_ASSIGN(Json messages,
             prepare_messages(chat.messages, wants_argument_objects(chosen->source())));
  const bool has_tools = chat.tools.is_array() && !chat.tools.empty();
  if (has_tools && !template_shows_tools(chosen->source())) {
    messages = with_tools_as_text(messages, chat.tools);
  }
  Json context = {{"messages", messages},   {"tools", chat.tools},
                  {"documents", nullptr},   {"add_generation_prompt", chat.add_generation_prompt},
                  {"bos_token", bos_text_}, {"eos_token", eos_text_}};
  if (options.is_thinking_off) context["enable_thinking"] = false;
  if (chat.template_kwargs.is_object()) {
    for (const auto& [name, value] : chat.template_kwargs.items()) context[name] = value;
  }
  TRY_ASSIGN(std::string text, chosen->render(context, options.now));
  if (chat.continue_final_message) return cut_after_content(std::move(text), messages.back());
  return text;
}

Result<Completer::RenderedPrompt> PromptRenderer::render(const Prompt& prompt,
                                                         const Options& options) const {
  if (const auto* tokens = std::get_if<TokenPrompt>(&prompt)) {
    return Completer::RenderedPrompt{.text = tokenizer_.decode(tokens->ids), .ids = tokens->ids};
  }
  Completer::RenderedPrompt rendered;
  if (const auto* chat = std::get_if<ChatPrompt>(&prompt)) {
    TRY_ASSIGN(rendered.text, render_chat(*chat, options));
  } else {
    rendered.text = std::get<TextPrompt>(prompt).text;
  }
  // A template that writes the beginning of sequence itself is not given a second one.
  const bool has_bos = !bos_text_.empty() && rendered.text.starts_with(bos_text_);
  rendered.ids =
      tokenizer_.encode(rendered.text, {.add_special = has_bos ? AddSpecial::No : AddSpecial::Yes});
  return rendered;
}

bool PromptRenderer::ends_in_reasoning(const Prompt& prompt, std::string_view text,
                                       const ReasoningTags& tags) {
  const auto* chat = std::get_if<ChatPrompt>(&prompt);
  if (chat == nullptr || !chat->continue_final_message) return trim(text).ends_with(tags.open);
  // The last message may hold the beginning of the reasoning, or all of it.
  const std::string content =
      string_member(chat->messages.back(), "content").value_or(std::string());
  const std::size_t open = content.rfind(tags.open);
  const std::size_t close = content.rfind(tags.close);
  return open != std::string::npos && (close == std::string::npos || close < open);
}

std::chrono::sys_seconds local_time(std::chrono::system_clock::time_point time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm fields{};
  localtime_r(&seconds, &fields);
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&fields)));
}

}  // namespace falconet
