// Filters from text to text.
#include <algorithm>

#include "base/unicode.h"
#include "chat/jinja/filters.h"
#include "chat/jinja/format.h"
#include "chat/jinja/json_value.h"
#include "chat/jinja/methods.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using std::string_view;

// jinja2's soft_str: text stays what it is, everything else becomes its str().
Result<Value> soft_text(const Call& call) {
  if (call.self.is_string()) return call.self;
  TRY_ASSIGN(std::string text, to_text(call.runtime, call.self));
  return call.runtime.text(std::move(text));
}

// Calls the method of str that has the filter's name and arguments.
template <const char* kMethod>
Result<Value> method_filter(const Call& call) {
  TRY_ASSIGN(const Value text, soft_text(call));
  return invoke(*find_string_method(kMethod), call.runtime, text, call.arguments);
}

constexpr char kUpper[] = "upper", kLower[] = "lower", kCapitalize[] = "capitalize",
               kStrip[] = "strip";

Result<Value> center(const Call& call) {
  TRY_ASSIGN(const Value text, soft_text(call));
  TRY_ASSIGN(const Integer width, call.integer(0, 80));
  return invoke(*find_string_method("center"), call.runtime, text, Arguments{{Value(width)}, {}});
}

// Words begin behind spaces, dashes and opening brackets, unlike those of str.title.
Result<Value> title_filter(const Call& call) {
  TRY_ASSIGN(const Value value, soft_text(call));
  TRY(call.runtime.spend(value.text().size() / 8));
  const auto is_separator = [](string_view c) {
    return string_view("-({[<").find(c) != string_view::npos ||
           is_space(decode_utf8(c, 0).code_point);
  };
  const std::vector<string_view> letters = characters(value.text());
  std::string out;
  for (std::size_t i = 0; i < letters.size();) {
    std::string rest;
    const bool is_gap = is_separator(letters[i]);
    out += upper(letters[i++]);
    while (i < letters.size() && is_separator(letters[i]) == is_gap) rest += letters[i++];
    out += lower(rest);
  }
  return call.runtime.text(std::move(out));
}

Result<Value> replace_filter(const Call& call) {
  TRY_ASSIGN(const std::string text, to_text(call.runtime, call.self));
  TRY_ASSIGN(const std::string from, to_text(call.runtime, call[0]));
  TRY_ASSIGN(const std::string to, to_text(call.runtime, call[1]));
  TRY_ASSIGN(const Integer limit, call.integer(2, -1));
  const std::size_t max = limit < 0 ? kNoLimit : static_cast<std::size_t>(limit);
  return replaced(call.runtime, Value(text), {from, to, max});
}

Result<Value> format_filter(const Call& call) {
  const Arguments& arguments = call.arguments;
  if (!arguments.positional.empty() && !arguments.named.empty()) {
    return template_error("can't handle positional and keyword arguments at the same time");
  }
  TRY_ASSIGN(const Value text, soft_text(call));
  if (arguments.named.empty()) {
    return format_percent(call.runtime, text, make_tuple(arguments.positional));
  }
  Dict names;
  for (const auto& [name, value] : arguments.named) names.set(Value(name), value);
  return format_percent(call.runtime, text, make_dict(std::move(names)));
}

Result<std::string> indentation(const Call& call) {
  if (call.has(0) && call[0].is_string()) return call[0].text();
  TRY_ASSIGN(const Integer width, call.integer(0, 4));
  if (width > 10'000) return error(ErrorCode::TooLarge, "an indentation of ", to_decimal(width));
  return std::string(static_cast<std::size_t>(std::max<Integer>(width, 0)), ' ');
}

Result<Value> indent(const Call& call) {
  if (call.self.is_undefined()) return undefined_error(call.self);
  if (!call.self.is_string()) {
    return template_error("unsupported operand type(s) for +=: '", type_name(call.self),
                          "' and 'str'");
  }
  TRY_ASSIGN(const std::string indention, indentation(call));
  const bool indents_first = call.flag(1, false), indents_blank = call.flag(2, false);
  const std::string& text = call.self.text();
  TRY(call.runtime.spend(text.size() / 8));
  const std::string text_and_newline = text + "\n";
  std::string out = indents_first ? indention : "";
  bool is_first = true;
  for (const string_view line : split_lines(text_and_newline)) {
    if (!is_first) out += "\n";
    if (!is_first && (indents_blank || !line.empty())) out += indention;
    is_first = false;
    out += line;
    if (out.size() > call.runtime.limits().max_output_bytes) break;
  }
  return call.runtime.text(std::move(out), call.self.is_safe());
}

Result<Value> truncate(const Call& call) {
  TRY_ASSIGN(const Value value, soft_text(call));
  TRY_ASSIGN(const Integer length, call.integer(0, 255));
  TRY_ASSIGN(const std::string end, call.text(2, "..."));
  TRY_ASSIGN(const Integer leeway, call.integer(3, 5));
  const auto end_length = static_cast<Integer>(num_characters(end));
  if (length < end_length || leeway < 0) {
    return template_error("expected length >= ", to_decimal(end_length), " and leeway >= 0");
  }
  const std::string& text = value.text();
  TRY(call.runtime.spend(text.size() / 64));
  const auto excess = static_cast<Integer>(num_characters(text)) - leeway;
  if (excess <= length) return value;
  const auto num_kept = static_cast<std::size_t>(length - end_length);
  string_view kept = string_view(text).substr(0, byte_offset(text, num_kept));
  if (!call.flag(1, false)) kept = kept.substr(0, kept.rfind(' '));
  return call.runtime.text(std::string(kept) + end, value.is_safe());
}

bool is_word_character(char32_t c) {
  return c == '_' || is_letter(c) || is_number(c) || is_mark(c);
}

Result<Value> word_count(const Call& call) {
  TRY_ASSIGN(const Value value, soft_text(call));
  TRY(call.runtime.spend(value.text().size() / 8));
  Integer num_words = 0;
  bool is_in_word = false;
  for (const string_view c : characters(value.text())) {
    const bool is_word = is_word_character(decode_utf8(c, 0).code_point);
    if (is_word && !is_in_word) ++num_words;
    is_in_word = is_word;
  }
  return Value(num_words);
}

// One line broken at spaces into lines of at most `width` characters.
std::vector<std::string> wrapped_line(string_view line, std::size_t width, bool breaks_words) {
  std::vector<std::string> lines;
  std::string current;
  for (string_view word : split_words_left(line)) {
    const std::size_t needed = num_characters(word) + (current.empty() ? 0 : 1);
    if (!current.empty() && num_characters(current) + needed > width) {
      lines.push_back(std::move(current));
      current.clear();
    }
    while (breaks_words && num_characters(word) > width) {
      const std::size_t cut = byte_offset(word, width);
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    if (!current.empty()) current += ' ';
    current += word;
  }
  if (!current.empty()) lines.push_back(std::move(current));
  return lines;
}

Result<Value> word_wrap(const Call& call) {
  TRY_ASSIGN(const Value value, soft_text(call));
  TRY_ASSIGN(const Integer width, call.integer(0, 79));
  TRY_ASSIGN(const std::string newline, call.text(2, "\n"));
  if (width <= 0) return template_error("invalid width ", to_decimal(width), " (must be > 0)");
  TRY(call.runtime.spend(value.text().size()));
  const auto max_width = static_cast<std::size_t>(std::min<Integer>(width, 1u << 30));
  std::string out;
  bool is_first = true;
  for (const string_view line : split_lines(value.text())) {
    std::vector<std::string> lines = wrapped_line(line, max_width, call.flag(1, true));
    if (lines.empty()) lines.emplace_back();
    for (const std::string& part : lines) {
      if (!is_first) out += newline;
      is_first = false;
      out += part;
    }
  }
  return call.runtime.text(std::move(out));
}

Result<JsonStyle> json_style(const Call& call) {
  JsonStyle style;
  style.is_ascii = call.flag(0, false);
  style.sorts_keys = call.flag(3, false);
  if (call.has(1) && !call[1].is_none()) {
    TRY_ASSIGN(style.indent,
               indentation(Call{call.runtime, call.self, call.arguments, {call.bound[1]}}));
    style.item_separator = ",";
  }
  if (call.has(2) && !call[2].is_none()) {
    TRY_ASSIGN(const Items separators, iterate(call.runtime, call[2]));
    if (separators->size() != 2 || !separators->front().is_string() ||
        !separators->back().is_string()) {
      return template_error("separators must be two strings");
    }
    style.item_separator = separators->front().text();
    style.key_separator = separators->back().text();
  }
  return style;
}

Result<Value> to_json_filter(const Call& call) {
  TRY_ASSIGN(const JsonStyle style, json_style(call));
  TRY_ASSIGN(std::string text, to_json(call.runtime, call.self, style));
  return call.runtime.text(std::move(text));
}

Result<Value> pretty_print(const Call& call) {
  TRY_ASSIGN(std::string text, to_repr(call.runtime, call.self));
  return call.runtime.text(std::move(text));
}

constexpr Builtin kTextFilters[] = {
    {"capitalize", method_filter<kCapitalize>, "*"},
    {"center", center, "width="},
    {"format", format_filter, "*"},
    {"indent", indent, "width= first= blank="},
    {"lower", method_filter<kLower>, "*"},
    {"pprint", pretty_print, ""},
    {"replace", replace_filter, "old new count="},
    {"string", soft_text, ""},
    {"title", title_filter, ""},
    {"tojson", to_json_filter, "ensure_ascii= indent= separators= sort_keys="},
    {"trim", method_filter<kStrip>, "*"},
    {"truncate", truncate, "length= killwords= end= leeway="},
    {"upper", method_filter<kUpper>, "*"},
    {"wordcount", word_count, ""},
    {"wordwrap", word_wrap, "width= break_long_words= wrapstring= break_on_hyphens="},
};

}  // namespace

std::span<const Builtin> text_filters() { return kTextFilters; }

}  // namespace falconet::jinja
