#include "chat/tool_call_parser.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

bool is_arguments_key(std::string_view key) { return key == "arguments" || key == "parameters"; }

/// How many bytes at the end of `text` could be the beginning of `mark`.
std::size_t overlap(std::string_view text, std::string_view mark) {
  for (std::size_t length = std::min(text.size(), mark.size()); length > 0; --length) {
    if (text.ends_with(mark.substr(0, length))) return length;
  }
  return 0;
}

std::size_t trailing_space(std::string_view text) {
  const auto last = text.find_last_not_of(kSpace);
  return last == std::string_view::npos ? text.size() : text.size() - last - 1;
}

std::string unquoted(const std::string& json) {
  const auto value = parse_json(cat('"', json, '"'));
  return value && value->is_string() ? value->get<std::string>() : json;
}

}  // namespace

ToolCallMarks tool_call_marks(ToolCallForm form) {
  switch (form) {
    case ToolCallForm::Tags: return {.open = "<tool_call>", .close = "</tool_call>"};
    case ToolCallForm::Mistral: return {.open = "[TOOL_CALLS]", .close = "]"};
    case ToolCallForm::Object: return {};
    case ToolCallForm::Pythonic: return {.open = "[", .close = "]"};
  }
  return {};
}

ToolCallForm detect_tool_call_form(std::string_view template_source) {
  if (template_source.find("[TOOL_CALLS]") != std::string_view::npos) return ToolCallForm::Mistral;
  // How these templates explain it to the model, Llama's and Gemma's in the same words.
  if (template_source.find("func_name1(") != std::string_view::npos) return ToolCallForm::Pythonic;
  const bool is_llama = template_source.find("<|python_tag|>") != std::string_view::npos ||
                        template_source.find("\"parameters\": ") != std::string_view::npos;
  return is_llama ? ToolCallForm::Object : ToolCallForm::Tags;
}

std::size_t ToolCallReader::push(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_complete()) return i;
    const char c = text[i];
    const bool is_argument = depth_ >= 1 && !is_key_ && is_arguments_key(key_);
    // Around the value, which begins at depth 1 and ends there.
    const bool is_between =
        depth_ == 1 && !is_in_string_ && (kSpace.find(c) != kSpace.npos || c == ',' || c == '}');
    if (is_argument && !is_between) arguments_ += c;
    is_in_string_ ? read_string(c) : read_structure(c);
  }
  return text.size();
}

void ToolCallReader::read_structure(char c) {
  if (c == '{' || c == '[') {
    has_begun_ = true;
    ++depth_;
  } else if (c == '}' || c == ']') {
    --depth_;
  } else if (c == '"') {
    is_in_string_ = true;
    text_.clear();
  } else if (depth_ == 1 && c == ':') {
    is_key_ = false;
  } else if (depth_ == 1 && c == ',') {
    is_key_ = true;
  }
}

void ToolCallReader::read_string(char c) {
  if (!is_escaped_ && c == '"') {
    is_in_string_ = false;
    if (depth_ == 1) end_string();
    return;
  }
  is_escaped_ = !is_escaped_ && c == '\\';
  if (depth_ == 1) text_ += c;
}

void ToolCallReader::end_string() {
  if (is_key_) {
    key_ = unquoted(text_);
  } else if (key_ == "name") {
    name_ = unquoted(text_);
  }
}

std::string ToolCallReader::take_arguments() {
  return name_.empty() ? std::string() : std::exchange(arguments_, {});
}

ToolCallParser::ToolCallParser(ToolCallForm form) : form_(form), marks_(tool_call_marks(form)) {}

ToolCallText ToolCallParser::push(std::string_view text) {
  pending_ += text;
  ToolCallText out;
  bool goes_on = true;
  while (goes_on) {
    switch (state_) {
      case State::Text: goes_on = take_text(out); break;
      case State::Call: goes_on = take_call(out); break;
      case State::AfterCall: goes_on = take_separator(); break;
    }
  }
  has_content_ = has_content_ || !out.content.empty();
  return out;
}

ToolCallText ToolCallParser::finish() {
  ToolCallText out;
  if (state_ == State::Text) out.content = std::exchange(pending_, {});
  out.content += std::exchange(nameless_, {});
  // Space that only followed a call is nothing to show.
  if (num_calls_ > 0 && trim(out.content).empty()) out.content.clear();
  return out;
}

// Gives out what cannot become a call any more.
bool ToolCallParser::take_text(ToolCallText& out) {
  if (form_ == ToolCallForm::Object) return take_object_text(out);
  if (form_ == ToolCallForm::Pythonic) return take_python_text(out);
  const auto open = pending_.find(marks_.open);
  if (open != std::string::npos) {
    const std::string_view before = std::string_view(pending_).substr(0, open);
    out.content += before.substr(0, before.size() - trailing_space(before));
    pending_.erase(0, open + marks_.open.size());
    state_ = State::Call;
    return true;
  }
  const std::size_t held = overlap(pending_, marks_.open);
  const std::string_view rest = std::string_view(pending_).substr(0, pending_.size() - held);
  const std::size_t given = rest.size() - trailing_space(rest);
  out.content += pending_.substr(0, given);
  pending_.erase(0, given);
  return false;
}

// The answer is a call if it begins like one.
bool ToolCallParser::take_object_text(ToolCallText& out) {
  const bool is_beginning = !has_content_ && num_calls_ == 0;
  const std::string_view begun = trim(pending_);
  if (is_beginning && begun.empty()) return false;
  if (is_beginning && begun.starts_with('{')) {
    state_ = State::Call;
    return true;
  }
  out.content += std::exchange(pending_, {});
  return false;
}

// The answer is a call if it begins like a list of them.
bool ToolCallParser::take_python_text(ToolCallText& out) {
  const std::string_view begun = trim(pending_);
  if (!has_content_ && num_calls_ == 0) {
    if (begun.empty()) return false;
    if (begun.starts_with('[')) {
      const std::size_t length = begun_python_call(begun.substr(1));
      if (length == std::string_view::npos) return false;
      if (length > 0) {
        pending_.erase(0, pending_.find('[') + 1);
        state_ = State::Call;
        return true;
      }
    }
  }
  out.content += std::exchange(pending_, {});
  return false;
}

void ToolCallParser::give(const std::string& name, bool had_name, std::string arguments,
                          ToolCallText& out) {
  if (name.empty()) return;
  if (!had_name) ++num_calls_;
  ToolCallDelta delta{.index = num_calls_ - 1, .arguments = std::move(arguments)};
  if (!had_name) delta.name = name;
  if (!had_name || !delta.arguments.empty()) out.calls.push_back(std::move(delta));
}

bool ToolCallParser::take_python_call(ToolCallText& out) {
  const bool had_name = !python_reader_.name().empty();
  pending_.erase(0, python_reader_.push(pending_));
  give(python_reader_.name(), had_name, python_reader_.take_arguments(), out);
  if (!python_reader_.is_complete()) return false;
  python_reader_ = {};
  state_ = State::AfterCall;
  return true;
}

bool ToolCallParser::take_call(ToolCallText& out) {
  if (form_ == ToolCallForm::Pythonic) return take_python_call(out);
  if (!reader_.has_begun()) {
    // Before the object there is space, and Mistral's bracket or comma.
    const auto begin = pending_.find('{');
    if (begin == std::string::npos) return false;
    pending_.erase(0, begin);
  }
  const bool had_name = !reader_.name().empty();
  const std::size_t taken = reader_.push(pending_);
  if (form_ == ToolCallForm::Object) nameless_ += pending_.substr(0, taken);
  pending_.erase(0, taken);
  if (!reader_.name().empty()) nameless_.clear();
  give(reader_.name(), had_name, reader_.take_arguments(), out);
  if (!reader_.is_complete()) return false;
  out.content += std::exchange(nameless_, {});
  has_content_ = has_content_ || !out.content.empty();
  reader_ = {};
  state_ = State::AfterCall;
  return true;
}

// Between a call's object and what follows it.
bool ToolCallParser::take_separator() {
  pending_.erase(0, std::min(pending_.find_first_not_of(kSpace), pending_.size()));
  if (pending_.empty()) return false;
  const bool is_list = form_ == ToolCallForm::Mistral || form_ == ToolCallForm::Pythonic;
  if (is_list && pending_.starts_with(',')) {
    pending_.erase(0, 1);
    state_ = State::Call;
    return true;
  }
  if (!marks_.close.empty() && pending_.starts_with(marks_.close)) {
    pending_.erase(0, marks_.close.size());
    state_ = State::Text;
    return true;
  }
  if (overlap(pending_, marks_.close) == pending_.size()) return false;
  state_ = State::Text;
  return true;
}

}  // namespace falconet
