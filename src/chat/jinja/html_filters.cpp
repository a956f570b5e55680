// Filters for HTML and URLs.
#include <algorithm>

#include "base/percent_encoding.h"
#include "base/strings.h"
#include "chat/jinja/filters.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

Result<Value> escape(const Call& call) {
  if (call.self.is_safe()) return call.self;
  TRY_ASSIGN(const std::string text, to_text(call.runtime, call.self));
  return call.runtime.text(escaped_html(text), /*is_safe=*/true);
}

Result<Value> force_escape(const Call& call) {
  TRY_ASSIGN(const std::string text, to_text(call.runtime, call.self));
  return call.runtime.text(escaped_html(text), /*is_safe=*/true);
}

Result<Value> mark_safe(const Call& call) {
  TRY_ASSIGN(std::string text, to_text(call.runtime, call.self));
  return call.runtime.text(std::move(text), /*is_safe=*/true);
}

// The text without what stands between `open` and `close`, from left to right.
std::string without(std::string_view text, std::string_view open, std::string_view close) {
  std::string out;
  while (true) {
    const std::size_t begin = text.find(open);
    const std::size_t end =
        begin == std::string_view::npos ? begin : text.find(close, begin + open.size());
    if (end == std::string_view::npos) return out + std::string(text);
    out += text.substr(0, begin);
    text.remove_prefix(end + close.size());
  }
}

std::string unescaped_html(std::string text) {
  static constexpr std::pair<std::string_view, std::string_view> kEntities[] = {
      {"&lt;", "<"},   {"&gt;", ">"},    {"&#39;", "'"},
      {"&#34;", "\""}, {"&quot;", "\""}, {"&amp;", "&"}};
  for (const auto& [entity, character] : kEntities) text = replace_all(text, entity, character);
  return text;
}

Result<Value> strip_tags(const Call& call) {
  TRY_ASSIGN(std::string text, to_text(call.runtime, call.self));
  TRY(call.runtime.spend(text.size() / 8));
  text = without(without(text, "<!--", "-->"), "<", ">");
  std::string words;
  for (const std::string_view word : split_words_left(text)) {
    if (!words.empty()) words += ' ';
    words += word;
  }
  return call.runtime.text(unescaped_html(std::move(words)));
}

// A part of a query: slashes are quoted and spaces become "+".
Result<std::string> query_part(Runtime& runtime, const Value& value) {
  TRY_ASSIGN(const std::string text, to_text(runtime, value));
  return replace_all(percent_encode(text), "%20", "+");
}

Result<Value> url_encode(const Call& call) {
  const bool is_mapping = call.self.is(Value::Kind::Dict);
  if (call.self.is_string() || !is_iterable(call.self)) {
    TRY_ASSIGN(const std::string text, to_text(call.runtime, call.self));
    TRY(call.runtime.spend(text.size() / 16));
    return call.runtime.text(percent_encode(text, "/"));
  }
  std::vector<std::pair<Value, Value>> pairs;
  if (is_mapping) {
    pairs = call.self.dict().entries();
  } else {
    TRY_ASSIGN(const Items items, iterate(call.runtime, call.self));
    for (const Value& item : *items) {
      TRY_ASSIGN(const Items parts, iterate(call.runtime, item));
      if (parts->size() != 2) return template_error("expected pairs of key and value");
      pairs.emplace_back(parts->front(), parts->back());
    }
  }
  std::string out;
  for (const auto& [key, value] : pairs) {
    TRY_ASSIGN(const std::string name, query_part(call.runtime, key));
    TRY_ASSIGN(const std::string text, query_part(call.runtime, value));
    if (!out.empty()) out += '&';
    out += name + "=" + text;
  }
  return call.runtime.text(std::move(out));
}

Result<Value> xml_attributes(const Call& call) {
  if (!call.self.is(Value::Kind::Dict)) {
    return template_error("xmlattr needs a mapping, not '", type_name(call.self), "'");
  }
  std::string out;
  for (const auto& [key, value] : call.self.dict().entries()) {
    if (value.is_none() || value.is_undefined()) continue;
    TRY_ASSIGN(const std::string name, to_text(call.runtime, key));
    if (name.find_first_of(" \t\n\r\f\v/>=") != std::string::npos) {
      return template_error("Invalid character in attribute name: ", python_quoted(name));
    }
    TRY_ASSIGN(const std::string text, to_text(call.runtime, value));
    if (!out.empty()) out += ' ';
    out += escaped_html(name) + "=\"" + (value.is_safe() ? text : escaped_html(text)) + "\"";
  }
  const bool has_space = call.flag(0, true) && !out.empty();
  return call.runtime.text(has_space ? " " + out : out);
}

constexpr Builtin kHtmlFilters[] = {
    {"e", escape, ""},
    {"escape", escape, ""},
    {"forceescape", force_escape, ""},
    {"safe", mark_safe, ""},
    {"striptags", strip_tags, ""},
    {"urlencode", url_encode, ""},
    {"xmlattr", xml_attributes, "autospace="},
};

}  // namespace

std::span<const Builtin> html_filters() { return kHtmlFilters; }

}  // namespace falconet::jinja
