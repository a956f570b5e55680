#include "chat/jinja/printing.h"

#include <charconv>
#include <cmath>

#include "base/unicode.h"
#include "chat/jinja/builtin.h"
#include "chat/jinja/object.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

bool is_printable(char32_t c) {
  if (c < 0x7f) return c >= 0x20;
  return is_letter(c) || is_number(c) || is_mark(c) || is_punctuation(c) || is_symbol(c);
}

// \xe9, \u200b or \U000e0001.
void append_code_escape(std::string& out, char32_t c) {
  const std::string digits = to_digits(c, 16);
  const std::size_t width = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
  out += width == 2 ? "\\x" : width == 4 ? "\\u" : "\\U";
  out.append(width - digits.size(), '0');
  out += digits;
}

// Writes repr(); stops at the limits, since namespaces can hold themselves.
class Printer {
 public:
  explicit Printer(const RenderLimits& limits) : limits_(limits) {}

  void print(const Value& value, int depth) {
    if (out_.size() > limits_.max_output_bytes || depth > 2 * limits_.max_depth) {
      is_over_limit_ = true;
      return;
    }
    switch (value.kind()) {
      case Kind::String: return print_string(value);
      case Kind::Sequence: return print_sequence(value.sequence(), depth);
      case Kind::Dict: return print_dict(value.dict(), depth);
      case Kind::Object: return print_object(*value.object(), depth);
      default: out_ += scalar_text(value);
    }
  }

  Result<std::string> take() && {
    if (is_over_limit_) {
      return error(ErrorCode::TooLarge, "the text of a value exceeds ", limits_.max_output_bytes,
                   " bytes or ", limits_.max_depth, " levels");
    }
    return std::move(out_);
  }

  static std::string scalar_text(const Value& value) {
    switch (value.kind()) {
      case Kind::Undefined: return "Undefined";
      case Kind::None: return "None";
      case Kind::Boolean: return value.boolean() ? "True" : "False";
      case Kind::Int: return to_decimal(value.integer());
      case Kind::Float: return float_text(value.real());
      case Kind::Method: return cat("<built-in method ", value.method().builtin->name, ">");
      default: return "";
    }
  }

 private:
  void print_string(const Value& value) {
    if (value.is_safe()) out_ += "Markup(";
    out_ += python_quoted(value.text());
    if (value.is_safe()) out_ += ')';
  }

  void print_items(const std::vector<Value>& items, int depth) {
    for (std::size_t i = 0; i < items.size() && !is_over_limit_; ++i) {
      if (i > 0) out_ += ", ";
      print(items[i], depth + 1);
    }
  }

  void print_sequence(const Sequence& sequence, int depth) {
    const bool is_single = sequence.items.size() == 1;
    switch (sequence.kind) {
      case SequenceKind::Range: out_ += sequence.spelling; return;
      case SequenceKind::Tuple:
      case SequenceKind::GroupTuple:
        out_ += '(';
        print_items(sequence.items, depth);
        out_ += is_single ? ",)" : ")";
        return;
      case SequenceKind::List:
        out_ += '[';
        print_items(sequence.items, depth);
        out_ += ']';
        return;
      case SequenceKind::DictKeys: out_ += "dict_keys(["; break;
      case SequenceKind::DictValues: out_ += "dict_values(["; break;
      case SequenceKind::DictItems: out_ += "dict_items(["; break;
    }
    print_items(sequence.items, depth);
    out_ += "])";
  }

  void print_dict(const Dict& dict, int depth) {
    out_ += '{';
    bool is_first = true;
    for (const auto& [key, value] : dict.entries()) {
      if (is_over_limit_) return;
      if (!is_first) out_ += ", ";
      is_first = false;
      print(key, depth + 1);
      out_ += ": ";
      print(value, depth + 1);
    }
    out_ += '}';
  }

  void print_object(const Object& object, int depth) {
    if (const auto* names = dynamic_cast<const Namespace*>(&object)) {
      out_ += "<Namespace ";
      print_dict(names->attributes(), depth);
      out_ += '>';
    } else if (const auto* loop = dynamic_cast<const Loop*>(&object)) {
      out_ += cat("<LoopContext ", loop->index0() + 1, "/", loop->length(), ">");
    } else {
      out_ += cat("<", object.type_name(), " object>");
    }
  }

  const RenderLimits& limits_;
  std::string out_;
  bool is_over_limit_ = false;
};

}  // namespace

Result<std::string> to_text(Runtime& runtime, const Value& value) {
  if (value.is_string()) return value.text();
  if (value.is_undefined()) return std::string();
  return to_repr(runtime, value);
}

Result<std::string> to_repr(Runtime& runtime, const Value& value) {
  TRY(runtime.spend(value.extent().weight));
  Printer printer(runtime.limits());
  printer.print(value, 0);
  TRY_ASSIGN(std::string text, std::move(printer).take());
  TRY(runtime.spend(text.size() / 64));
  return text;
}

std::string python_quoted(std::string_view text) {
  const bool is_double =
      text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos;
  const char quote = is_double ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size();) {
    const Utf8Character c = decode_utf8(text, i);
    const std::string_view bytes = text.substr(i, static_cast<std::size_t>(c.num_bytes));
    i += bytes.size();
    if (c.code_point == static_cast<char32_t>(quote) || c.code_point == '\\') {
      out += '\\';
      out += bytes;
    } else if (c.code_point == '\n') {
      out += "\\n";
    } else if (c.code_point == '\r') {
      out += "\\r";
    } else if (c.code_point == '\t') {
      out += "\\t";
    } else if (is_printable(c.code_point)) {
      out += bytes;
    } else {
      append_code_escape(out, c.code_point);
    }
  }
  out += quote;
  return out;
}

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[64];
  const auto scientific =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(scientific.ptr - buffer));
  const std::size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  // Python's repr: plain notation from 1e-4 up to 16 digits before the point.
  if (exponent < -4 || exponent >= 16) return std::string(text);
  const auto plain = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  std::string out(buffer, plain.ptr);
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

std::string escaped_html(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace falconet::jinja
