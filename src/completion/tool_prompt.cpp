#include "completion/tool_prompt.h"

#include <string>

#include "base/strings.h"

namespace falconet {
namespace {

std::string description_of(const Json& tools) {
  std::string text =
      "You can call functions. These are the functions, one a line, each with the JSON Schema of "
      "its "
      "arguments:\n<tools>\n";
  for (const Json& tool : tools) {
    const Json* function = find_member(tool, "function");
    text += to_text(function == nullptr ? tool : *function) + "\n";
  }
  text +=
      "</tools>\n"
      "To call a function, answer with exactly this, its name and arguments as a JSON object:\n"
      "<tool_call>\n"
      "{\"name\": \"function_name\", \"arguments\": {\"argument\": \"value\"}}\n"
      "</tool_call>\n"
      "Its result comes back inside <tool_response> tags. Call a function only if the question "
      "needs "
      "it; otherwise answer in words.";
  return text;
}

std::string call_text(const Json& call) {
  const Json* nested = find_member(call, "function");
  const Json& function = nested == nullptr ? call : *nested;
  const Json* arguments = find_member(function, "arguments");
  // Clients send the arguments as JSON text.
  const std::string text = arguments == nullptr     ? "{}"
                           : arguments->is_string() ? arguments->get<std::string>()
                                                    : to_text(*arguments);
  return cat("<tool_call>\n{\"name\": ", to_text(string_member(function, "name").value_or("")),
             ", \"arguments\": ", text, "}\n</tool_call>");
}

std::string content_of(const Json& message) {
  return string_member(message, "content").value_or("");
}

Json calls_as_text(const Json& message) {
  std::string content = content_of(message);
  for (const Json& call : *find_member(message, "tool_calls")) {
    if (!content.empty()) content += '\n';
    content += call_text(call);
  }
  return {{"role", "assistant"}, {"content", content}};
}

/// Results that follow each other are one message of the user.
void append_result(Json& messages, const Json& message) {
  const std::string text = cat("<tool_response>\n", content_of(message), "\n</tool_response>");
  if (!messages.empty() && content_of(messages.back()).ends_with("</tool_response>")) {
    messages.back()["content"] = cat(content_of(messages.back()), "\n", text);
  } else {
    messages.push_back({{"role", "user"}, {"content", text}});
  }
}

}  // namespace

bool template_shows_tools(std::string_view template_source) {
  return template_source.find("tools") != std::string_view::npos;
}

Json with_tools_as_text(const Json& messages, const Json& tools) {
  Json out = Json::array();
  std::string system = description_of(tools);
  for (const Json& message : messages) {
    const std::string role = string_member(message, "role").value_or("");
    const Json* calls = find_member(message, "tool_calls");
    if (role == "system") {
      system = cat(content_of(message), "\n\n", system);
    } else if (role == "tool") {
      append_result(out, message);
    } else if (calls != nullptr && calls->is_array() && !calls->empty()) {
      out.push_back(calls_as_text(message));
    } else {
      out.push_back(message);
    }
  }
  out.insert(out.begin(), Json{{"role", "system"}, {"content", system}});
  return out;
}

}  // namespace falconet
