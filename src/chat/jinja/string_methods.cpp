// The methods of str.
#include <algorithm>

#include "base/unicode.h"
#include "chat/jinja/builtin.h"
#include "chat/jinja/format.h"
#include "chat/jinja/methods.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using std::string_view;

const std::string& self_text(const Call& call) { return call.self.text(); }

// Text made from the method's own text: safe if that is.
Result<Value> same_kind(const Call& call, std::string text) {
  return call.runtime.text(std::move(text), call.self.is_safe());
}

Result<Value> list_of(const Call& call, const std::vector<string_view>& parts) {
  std::vector<Value> items;
  items.reserve(parts.size());
  for (const string_view part : parts) {
    TRY_ASSIGN(items.emplace_back(), same_kind(call, std::string(part)));
  }
  return call.runtime.list(std::move(items));
}

template <std::string (*kMapping)(string_view)>
Result<Value> mapped(const Call& call) {
  TRY(call.runtime.spend(self_text(call).size() / 8));
  return same_kind(call, kMapping(self_text(call)));
}

template <string_view (*kStrip)(string_view, std::optional<string_view>)>
Result<Value> stripped(const Call& call) {
  TRY_ASSIGN(const std::string set, call.text(0, ""));
  const bool has_set = call.has(0) && !call[0].is_none();
  const string_view text =
      kStrip(self_text(call), has_set ? std::optional<string_view>(set) : std::nullopt);
  return same_kind(call, std::string(text));
}

Result<std::size_t> limit_argument(const Call& call, std::size_t i) {
  TRY_ASSIGN(const Integer limit, call.integer(i, -1));
  return limit < 0 ? kNoLimit : static_cast<std::size_t>(std::min<Integer>(limit, 1u << 30));
}

template <std::vector<string_view> (*kSplit)(string_view, string_view, std::size_t),
          std::vector<string_view> (*kSplitWords)(string_view, std::size_t)>
Result<Value> split_by(const Call& call) {
  TRY_ASSIGN(const std::string separator, call.text(0, ""));
  TRY_ASSIGN(const std::size_t max_splits, limit_argument(call, 1));
  TRY(call.runtime.spend(self_text(call).size() / 64));
  if (!call.has(0) || call[0].is_none()) {
    return list_of(call, kSplitWords(self_text(call), max_splits));
  }
  if (separator.empty()) return template_error("empty separator");
  return list_of(call, kSplit(self_text(call), separator, max_splits));
}

Result<Value> splitlines(const Call& call) {
  TRY(call.runtime.spend(self_text(call).size() / 8));
  return list_of(
      call, split_lines(self_text(call), call.flag(0, false) ? LineEnds::Keep : LineEnds::Drop));
}

enum class Side { Left, Right };

template <Side kSide>
Result<Value> partition(const Call& call) {
  TRY_ASSIGN(const std::string separator, call.text(0, ""));
  if (separator.empty()) return template_error("empty separator");
  const string_view text = self_text(call);
  const std::size_t cut = kSide == Side::Left ? text.find(separator) : text.rfind(separator);
  string_view before, middle, after;
  if (cut != string_view::npos) {
    before = text.substr(0, cut);
    middle = separator;
    after = text.substr(cut + separator.size());
  } else {
    (kSide == Side::Left ? before : after) = text;
  }
  std::vector<Value> parts;
  for (const string_view part : {before, middle, after}) {
    TRY_ASSIGN(parts.emplace_back(), same_kind(call, std::string(part)));
  }
  return call.runtime.tuple(std::move(parts));
}

// The part of the text that optional start and end arguments leave, and where it begins.
struct Window {
  string_view text;
  std::size_t first_character = 0;
  bool is_valid = true;  // false where start lies behind the text or behind end
};

Result<Window> window_of(const Call& call, std::size_t start_argument) {
  const std::string& text = self_text(call);
  if (!call.has(start_argument) && !call.has(start_argument + 1)) return Window{text};
  TRY(call.runtime.spend(text.size() / 8));
  const auto length = static_cast<Integer>(num_characters(text));
  TRY_ASSIGN(Integer start, call.integer(start_argument, 0));
  TRY_ASSIGN(Integer end, call.integer(start_argument + 1, length));
  const auto from_end = [length](Integer i) {
    return i < 0 ? std::max<Integer>(i + length, 0) : i;
  };
  start = from_end(start);
  end = std::min(from_end(end), length);
  if (start > end) return Window{{}, 0, false};
  const std::size_t first = byte_offset(text, static_cast<std::size_t>(start));
  const std::size_t last = byte_offset(text, static_cast<std::size_t>(end));
  return Window{string_view(text).substr(first, last - first), static_cast<std::size_t>(start)};
}

template <Side kSide>
Result<bool> has_affix(const Call& call, string_view text) {
  std::vector<Value> candidates = {call[0]};
  if (is_tuple(call[0])) candidates = call[0].sequence().items;
  for (const Value& candidate : candidates) {
    if (!candidate.is_string()) {
      return template_error(kSide == Side::Left ? "startswith" : "endswith",
                            " first arg must be str or a tuple of str, not ", type_name(candidate));
    }
    const bool is_match =
        kSide == Side::Left ? text.starts_with(candidate.text()) : text.ends_with(candidate.text());
    if (is_match) return true;
  }
  return false;
}

template <Side kSide>
Result<Value> affix_test(const Call& call) {
  if (call[0].is_undefined()) return undefined_error(call[0]);
  TRY_ASSIGN(const Window window, window_of(call, 1));
  TRY_ASSIGN(const bool is_match, has_affix<kSide>(call, window.text));
  return Value(is_match && window.is_valid);
}

// The character at which the part begins; -1 where it is not there.
template <Side kSide>
Result<Integer> find_part(const Call& call) {
  TRY_ASSIGN(const std::string part, call.text(0, ""));
  TRY_ASSIGN(const Window window, window_of(call, 1));
  TRY(call.runtime.spend(window.text.size() / 64));
  const std::size_t found = kSide == Side::Left ? window.text.find(part) : window.text.rfind(part);
  if (!window.is_valid || found == string_view::npos) return Integer{-1};
  return static_cast<Integer>(window.first_character +
                              num_characters(window.text.substr(0, found)));
}

template <Side kSide>
Result<Value> find(const Call& call) {
  TRY_ASSIGN(const Integer position, find_part<kSide>(call));
  return Value(position);
}

template <Side kSide>
Result<Value> index(const Call& call) {
  TRY_ASSIGN(const Integer position, find_part<kSide>(call));
  if (position < 0) return template_error("substring not found");
  return Value(position);
}

Result<Value> count_method(const Call& call) {
  TRY_ASSIGN(const std::string part, call.text(0, ""));
  TRY_ASSIGN(const Window window, window_of(call, 1));
  TRY(call.runtime.spend(window.text.size() / 8));
  return Value::count(window.is_valid ? count(window.text, part) : 0);
}

Result<Value> replace_method(const Call& call) {
  TRY_ASSIGN(const std::string from, call.text(0, ""));
  TRY_ASSIGN(const std::string to, call.text(1, ""));
  TRY_ASSIGN(const std::size_t limit, limit_argument(call, 2));
  return replaced(call.runtime, call.self, {from, to, limit});
}

Result<Value> join_method(const Call& call) {
  TRY_ASSIGN(const Items items, iterate(call.runtime, call[0]));
  std::string out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Value& item = (*items)[i];
    if (!item.is_string()) {
      return template_error("sequence item ", i, ": expected str instance, ", type_name(item),
                            " found");
    }
    TRY(call.runtime.spend(1));
    if (i > 0) out += self_text(call);
    const bool is_escaped = call.self.is_safe() && !item.is_safe();
    out += is_escaped ? escaped_html(item.text()) : item.text();
    if (out.size() > call.runtime.limits().max_output_bytes) break;
  }
  return same_kind(call, std::move(out));
}

Result<Value> format_method(const Call& call) {
  return format_braces(call.runtime, call.self, call.arguments);
}

Result<std::size_t> width_argument(const Call& call, std::size_t i) {
  TRY_ASSIGN(const Integer width, call.integer(i, 0));
  if (width < 0) return std::size_t{0};
  if (width > static_cast<Integer>(call.runtime.limits().max_output_bytes)) {
    return error(ErrorCode::TooLarge, "a width of ", to_decimal(width), " is too large");
  }
  return static_cast<std::size_t>(width);
}

template <Alignment kAlignment>
Result<Value> aligned_method(const Call& call) {
  TRY_ASSIGN(const std::size_t width, width_argument(call, 0));
  TRY_ASSIGN(const std::string fill, call.text(1, " "));
  if (num_characters(fill) != 1) {
    return template_error("The fill character must be exactly one character long");
  }
  TRY(call.runtime.spend(width / 64));
  return same_kind(call, aligned(self_text(call), width, kAlignment, fill));
}

Result<Value> zfill(const Call& call) {
  TRY_ASSIGN(const std::size_t width, width_argument(call, 0));
  string_view text = self_text(call);
  const bool has_sign = text.starts_with('+') || text.starts_with('-');
  const std::string sign(text.substr(0, has_sign ? 1 : 0));
  text.remove_prefix(sign.size());
  const std::size_t rest_width = width > sign.size() ? width - sign.size() : 0;
  return same_kind(call, sign + aligned(text, rest_width, Alignment::Right, "0"));
}

Result<Value> remove_prefix(const Call& call) {
  TRY_ASSIGN(const std::string prefix, call.text(0, ""));
  string_view text = self_text(call);
  if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
  return same_kind(call, std::string(text));
}

Result<Value> remove_suffix(const Call& call) {
  TRY_ASSIGN(const std::string suffix, call.text(0, ""));
  string_view text = self_text(call);
  if (text.ends_with(suffix)) text.remove_suffix(suffix.size());
  return same_kind(call, std::string(text));
}

Result<Value> expand_tabs(const Call& call) {
  TRY_ASSIGN(const std::size_t tab, width_argument(call, 0));
  const std::size_t size = call.has(0) ? tab : 8;
  std::string out;
  std::size_t column = 0;
  for (const string_view c : characters(self_text(call))) {
    if (c != "\t") {
      out += c;
      column = c == "\n" || c == "\r" ? 0 : column + 1;
    } else if (size > 0) {
      const std::size_t num_spaces = size - column % size;
      TRY(call.runtime.spend(1 + num_spaces / 64));
      out.append(num_spaces, ' ');
      column += num_spaces;
    }
  }
  return same_kind(call, std::move(out));
}

template <bool (*kTest)(string_view)>
Result<Value> character_test(const Call& call) {
  TRY(call.runtime.spend(self_text(call).size() / 8));
  return Value(kTest(self_text(call)));
}

bool is_alpha(string_view text) { return all_of(text, is_letter); }
bool is_numeric(string_view text) { return all_of(text, is_number); }
bool is_alnum(string_view text) {
  return all_of(text, [](char32_t c) { return is_letter(c) || is_number(c); });
}
bool is_ascii(string_view text) {
  return text.empty() || all_of(text, [](char32_t c) { return c < 0x80; });
}
bool is_all_space(string_view text) { return all_of(text, is_space); }
bool is_printable_ascii(string_view text) {
  return text.empty() || all_of(text, [](char32_t c) { return c >= 0x20 && c != 0x7f; });
}
bool is_identifier(string_view text) {
  const bool starts_well = !text.empty() && !is_number(decode_utf8(text, 0).code_point);
  return starts_well &&
         all_of(text, [](char32_t c) { return c == '_' || is_letter(c) || is_number(c); });
}

constexpr Builtin kStringMethods[] = {
    {"capitalize", mapped<capitalize>, ""},
    {"casefold", mapped<lower>, ""},
    {"center", aligned_method<Alignment::Center>, "width fillchar="},
    {"count", count_method, "sub start= end="},
    {"endswith", affix_test<Side::Right>, "suffix start= end="},
    {"expandtabs", expand_tabs, "tabsize="},
    {"find", find<Side::Left>, "sub start= end="},
    {"format", format_method, "*"},
    {"index", index<Side::Left>, "sub start= end="},
    {"isalnum", character_test<is_alnum>, ""},
    {"isalpha", character_test<is_alpha>, ""},
    {"isascii", character_test<is_ascii>, ""},
    {"isdecimal", character_test<is_numeric>, ""},
    {"isdigit", character_test<is_numeric>, ""},
    {"isidentifier", character_test<is_identifier>, ""},
    {"islower", character_test<is_lower>, ""},
    {"isnumeric", character_test<is_numeric>, ""},
    {"isprintable", character_test<is_printable_ascii>, ""},
    {"isspace", character_test<is_all_space>, ""},
    {"istitle", character_test<is_title>, ""},
    {"isupper", character_test<is_upper>, ""},
    {"join", join_method, "iterable"},
    {"ljust", aligned_method<Alignment::Left>, "width fillchar="},
    {"lower", mapped<lower>, ""},
    {"lstrip", stripped<strip_left>, "chars="},
    {"partition", partition<Side::Left>, "sep"},
    {"removeprefix", remove_prefix, "prefix"},
    {"removesuffix", remove_suffix, "suffix"},
    {"replace", replace_method, "old new count="},
    {"rfind", find<Side::Right>, "sub start= end="},
    {"rindex", index<Side::Right>, "sub start= end="},
    {"rjust", aligned_method<Alignment::Right>, "width fillchar="},
    {"rpartition", partition<Side::Right>, "sep"},
    {"rsplit", split_by<split_right, split_words_right>, "sep= maxsplit="},
    {"rstrip", stripped<strip_right>, "chars="},
    {"split", split_by<split_left, split_words_left>, "sep= maxsplit="},
    {"splitlines", splitlines, "keepends="},
    {"startswith", affix_test<Side::Left>, "prefix start= end="},
    {"strip", stripped<strip>, "chars="},
    {"swapcase", mapped<swap_case>, ""},
    {"title", mapped<title>, ""},
    {"upper", mapped<upper>, ""},
    {"zfill", zfill, "width"},
};

}  // namespace

const Builtin* find_string_method(std::string_view name) {
  return find_builtin(kStringMethods, name);
}

Result<Value> replaced(Runtime& runtime, const Value& text, const Replacement& replacement) {
  const auto& [from, to, limit] = replacement;
  const std::size_t found =
      std::min(limit, from.empty() ? text.text().size() + 1 : count(text.text(), from));
  TRY(runtime.spend(text.text().size() / 64));
  if (to.size() > 0 && found > runtime.limits().max_output_bytes / to.size()) {
    return error(ErrorCode::TooLarge, "a replacement grows over ",
                 runtime.limits().max_output_bytes, " bytes");
  }
  return runtime.text(replace(text.text(), from, to, limit), text.is_safe());
}

}  // namespace falconet::jinja
