#include "chat/jinja/json_value.h"

#include <algorithm>
#include <cmath>

#include "base/unicode.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/sorting.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<Value> convert(const Json& json, int levels_left) {
  switch (json.type()) {
    case Json::value_t::null: return Value::none();
    case Json::value_t::boolean: return Value(json.get<bool>());
    case Json::value_t::number_integer: return Value(Integer{json.get<std::int64_t>()});
    case Json::value_t::number_unsigned: return Value(Integer{json.get<std::uint64_t>()});
    case Json::value_t::number_float: return Value(json.get<double>());
    case Json::value_t::string: return Value(json.get_ref<const std::string&>());
    default: break;
  }
  if (levels_left == 0) {
    return error(ErrorCode::TooLarge, "the template's context nests too deep");
  }
  if (json.is_array()) {
    std::vector<Value> items;
    items.reserve(json.size());
    for (const Json& item : json) {
      TRY_ASSIGN(items.emplace_back(), convert(item, levels_left - 1));
    }
    return make_list(std::move(items));
  }
  if (!json.is_object()) return template_error("the template's context holds a value of no type");
  Dict dict;
  for (const auto& [key, item] : json.items()) {
    TRY_ASSIGN(Value value, convert(item, levels_left - 1));
    dict.set(Value(key), std::move(value));
  }
  return make_dict(std::move(dict));
}

std::string float_json(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  return float_text(value);
}

class JsonWriter {
 public:
  JsonWriter(Runtime& runtime, const JsonStyle& style) : runtime_(runtime), style_(style) {}

  Status write(const Value& value, int depth) {
    if (out_.size() > runtime_.limits().max_output_bytes) {
      return error(ErrorCode::TooLarge, "the JSON grew over ", runtime_.limits().max_output_bytes,
                   " bytes");
    }
    switch (value.kind()) {
      case Kind::None: out_ += "null"; return {};
      case Kind::Boolean: out_ += value.boolean() ? "true" : "false"; return {};
      case Kind::Int: out_ += to_decimal(value.integer()); return {};
      case Kind::Float: out_ += float_json(value.real()); return {};
      case Kind::String: write_string(value.text()); return {};
      case Kind::Dict: return write_dict(value.dict(), depth);
      default: break;
    }
    if (is_list(value) || is_tuple(value)) return write_list(value.sequence().items, depth);
    return template_error("Object of type ", type_name(value), " is not JSON serializable");
  }

  std::string take() { return std::move(out_); }

 private:
  void write_line(int depth) {
    if (!style_.indent) return;
    out_ += '\n';
    for (int i = 0; i < depth; ++i) out_ += *style_.indent;
  }

  void write_escape(char32_t c) {
    const std::string digits = to_digits(c, 16);
    out_ += "\\u";
    out_.append(4 - digits.size(), '0');
    out_ += digits;
  }

  void write_string(std::string_view text) {
    out_ += '"';
    for (std::size_t i = 0; i < text.size();) {
      const Utf8Character c = decode_utf8(text, i);
      write_character(c.code_point, text.substr(i, static_cast<std::size_t>(c.num_bytes)));
      i += static_cast<std::size_t>(c.num_bytes);
    }
    out_ += '"';
  }

  void write_character(char32_t c, std::string_view bytes) {
    static constexpr std::string_view kEscaped = "\"\\\n\r\t\f\b", kLetters = "\"\\nrtfb";
    const std::size_t i = c < 0x80 ? kEscaped.find(static_cast<char>(c)) : std::string::npos;
    if (i != std::string_view::npos) {
      out_ += '\\';
      out_ += kLetters[i];
    } else if (c < 0x20 || (style_.is_ascii && c >= 0x7f && c < 0x10000)) {
      write_escape(c);
    } else if (style_.is_ascii && c >= 0x10000) {
      write_escape(0xd800 + ((c - 0x10000) >> 10));
      write_escape(0xdc00 + ((c - 0x10000) & 0x3ff));
    } else {
      out_ += bytes;
    }
  }

  Status write_list(const std::vector<Value>& items, int depth) {
    if (items.empty()) {
      out_ += "[]";
      return {};
    }
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_ += style_.item_separator;
      write_line(depth + 1);
      TRY(write(items[i], depth + 1));
    }
    write_line(depth);
    out_ += ']';
    return {};
  }

  Status write_key(const Value& key) {
    if (key.is_string()) {
      write_string(key.text());
      return {};
    }
    if (!key.is_none() && !key.is_number()) {
      return template_error("keys must be str, int, float, bool or None, not ", type_name(key));
    }
    out_ += '"';
    TRY(write(key, 0));
    out_ += '"';
    return {};
  }

  Status write_dict(const Dict& dict, int depth) {
    if (dict.size() == 0) {
      out_ += "{}";
      return {};
    }
    std::vector<std::pair<Value, Value>> entries = dict.entries();
    if (style_.sorts_keys) TRY(sort_entries(runtime_, entries));
    out_ += '{';
    bool is_first = true;
    for (const auto& [key, value] : entries) {
      if (!is_first) out_ += style_.item_separator;
      is_first = false;
      write_line(depth + 1);
      TRY(write_key(key));
      out_ += style_.key_separator;
      TRY(write(value, depth + 1));
    }
    write_line(depth);
    out_ += '}';
    return {};
  }

  Runtime& runtime_;
  const JsonStyle& style_;
  std::string out_;
};

}  // namespace

Result<Value> from_json(const Json& json, const RenderLimits& limits) {
  return convert(json, limits.max_depth);
}

Result<std::string> to_json(Runtime& runtime, const Value& value, const JsonStyle& style) {
  TRY(runtime.spend(value.extent().weight));
  JsonWriter writer(runtime, style);
  TRY(writer.write(value, 0));
  std::string text = writer.take();
  TRY(runtime.spend(text.size() / 64));
  return text;
}

}  // namespace falconet::jinja
