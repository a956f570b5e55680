#include "chat/jinja/operators.h"

#include <algorithm>
#include <cmath>

#include "chat/jinja/format.h"
#include "chat/jinja/printing.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

constexpr std::string_view symbol(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::Add: return "+";
    case BinaryOperator::Subtract: return "-";
    case BinaryOperator::Multiply: return "*";
    case BinaryOperator::Divide: return "/";
    case BinaryOperator::FloorDivide: return "//";
    case BinaryOperator::Modulo: return "%";
    case BinaryOperator::Power: return "** or pow()";
  }
  return "";
}

constexpr std::string_view symbol(Comparison comparison) {
  switch (comparison) {
    case Comparison::Less: return "<";
    case Comparison::LessEqual: return "<=";
    case Comparison::Greater: return ">";
    case Comparison::GreaterEqual: return ">=";
    default: return "";
  }
}

Error unsupported(BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::Add && (left.is_string() || is_list(left) || is_tuple(left))) {
    return template_error("can only concatenate ", type_name(left), " (not \"", type_name(right),
                          "\") to ", type_name(left));
  }
  return template_error("unsupported operand type(s) for ", symbol(op), ": '", type_name(left),
                        "' and '", type_name(right), "'");
}

Result<Value> checked(std::optional<Integer> result) {
  if (result) return Value(*result);
  return template_error("an integer exceeds 128 bits");
}

double float_modulo(double a, double b) {
  const double rest = std::fmod(a, b);
  if (rest == 0) return std::copysign(0.0, b);
  return (rest < 0) != (b < 0) ? rest + b : rest;
}

Result<Value> integer_power(Integer base, Integer exponent) {
  if (exponent >= 0) return checked(power(base, exponent));
  if (base == 0) return template_error("0.0 cannot be raised to a negative power");
  return Value(std::pow(static_cast<double>(base), static_cast<double>(exponent)));
}

Result<Value> integer_arithmetic(BinaryOperator op, Integer a, Integer b) {
  const bool divides = op == BinaryOperator::Divide || op == BinaryOperator::FloorDivide ||
                       op == BinaryOperator::Modulo;
  if (divides && b == 0) {
    return template_error(op == BinaryOperator::Divide ? "division by zero"
                                                       : "integer division or modulo by zero");
  }
  switch (op) {
    case BinaryOperator::Add: return checked(add(a, b));
    case BinaryOperator::Subtract: return checked(subtract(a, b));
    case BinaryOperator::Multiply: return checked(multiply(a, b));
    case BinaryOperator::Divide: return Value(static_cast<double>(a) / static_cast<double>(b));
    case BinaryOperator::FloorDivide: return checked(floor_divide(a, b));
    case BinaryOperator::Modulo: return checked(floor_modulo(a, b));
    case BinaryOperator::Power: return integer_power(a, b);
  }
  return checked(std::nullopt);
}

Result<Value> float_arithmetic(BinaryOperator op, double a, double b) {
  const bool divides = op == BinaryOperator::Divide || op == BinaryOperator::FloorDivide ||
                       op == BinaryOperator::Modulo;
  if (divides && b == 0) return template_error("float division by zero");
  switch (op) {
    case BinaryOperator::Add: return Value(a + b);
    case BinaryOperator::Subtract: return Value(a - b);
    case BinaryOperator::Multiply: return Value(a * b);
    case BinaryOperator::Divide: return Value(a / b);
    case BinaryOperator::FloorDivide: return Value(std::floor((a - float_modulo(a, b)) / b + 0.5));
    case BinaryOperator::Modulo: return Value(float_modulo(a, b));
    case BinaryOperator::Power: return Value(std::pow(a, b));
  }
  return Value(0.0);
}

// Text that is safe makes what is added to it safe, by escaping it.
Result<Value> concatenate_text(Runtime& runtime, const Value& left, const Value& right) {
  if (left.is_safe() == right.is_safe()) {
    return runtime.text(left.text() + right.text(), left.is_safe());
  }
  const std::string a = left.is_safe() ? left.text() : escaped_html(left.text());
  const std::string b = right.is_safe() ? right.text() : escaped_html(right.text());
  return runtime.text(a + b, /*is_safe=*/true);
}

Result<Value> concatenate_items(Runtime& runtime, const Value& left, const Value& right) {
  std::vector<Value> items = left.sequence().items;
  const std::vector<Value>& more = right.sequence().items;
  items.insert(items.end(), more.begin(), more.end());
  return runtime.sequence(is_list(left) ? SequenceKind::List : SequenceKind::Tuple,
                          std::move(items));
}

// How often `size` bytes or items may be repeated; negative counts repeat nothing.
Result<std::size_t> num_repeats(Runtime& runtime, std::size_t size, Integer count) {
  if (count <= 0 || size == 0) return std::size_t{0};
  const auto limit = static_cast<Integer>(runtime.limits().max_output_bytes / size);
  if (count > limit) {
    return error(ErrorCode::TooLarge, "a repetition grows over ", runtime.limits().max_output_bytes,
                 " bytes");
  }
  return static_cast<std::size_t>(count);
}

Result<Value> repeat(Runtime& runtime, const Value& value, Integer count) {
  if (value.is_string()) {
    TRY_ASSIGN(const std::size_t n, num_repeats(runtime, value.text().size(), count));
    std::string text;
    text.reserve(n * value.text().size());
    for (std::size_t i = 0; i < n; ++i) text += value.text();
    return runtime.text(std::move(text), value.is_safe());
  }
  const std::vector<Value>& once = value.sequence().items;
  TRY_ASSIGN(const std::size_t n, num_repeats(runtime, once.size() * sizeof(Value), count));
  TRY(runtime.spend(n * once.size()));
  std::vector<Value> items;
  items.reserve(n * once.size());
  for (std::size_t i = 0; i < n; ++i) items.insert(items.end(), once.begin(), once.end());
  return runtime.sequence(is_list(value) ? SequenceKind::List : SequenceKind::Tuple,
                          std::move(items));
}

bool is_repeatable(const Value& value) {
  return value.is_string() || is_list(value) || is_tuple(value);
}

Result<bool> is_less_sequence(Runtime& runtime, const Sequence& a, const Sequence& b) {
  const std::size_t num_common = std::min(a.items.size(), b.items.size());
  for (std::size_t i = 0; i < num_common; ++i) {
    TRY_ASSIGN(const bool is_same, are_equal(runtime, a.items[i], b.items[i]));
    if (!is_same) return is_less(runtime, a.items[i], b.items[i]);
  }
  return a.items.size() < b.items.size();
}

}  // namespace

Error undefined_error(const Value& value) { return template_error(value.undefined_reason()); }

Result<Value> apply(UnaryOperator op, const Value& operand) {
  if (op == UnaryOperator::Not) return Value(!is_truthy(operand));
  if (operand.is_undefined()) return undefined_error(operand);
  if (operand.is(Kind::Float)) {
    return Value(op == UnaryOperator::Minus ? -operand.real() : operand.real());
  }
  if (!operand.is_integral()) {
    return template_error("bad operand type for unary ", op == UnaryOperator::Minus ? "-" : "+",
                          ": '", type_name(operand), "'");
  }
  if (op == UnaryOperator::Plus) return Value(operand.integral());
  return checked(subtract(0, operand.integral()));
}

Result<Value> apply(Runtime& runtime, BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::Modulo && left.is_string()) {
    return format_percent(runtime, left, right);
  }
  if (left.is_undefined()) return undefined_error(left);
  if (right.is_undefined()) return undefined_error(right);
  if (left.is_integral() && right.is_integral()) {
    return integer_arithmetic(op, left.integral(), right.integral());
  }
  if (left.is_number() && right.is_number()) {
    return float_arithmetic(op, left.number(), right.number());
  }
  if (op == BinaryOperator::Add) {
    if (left.is_string() && right.is_string()) return concatenate_text(runtime, left, right);
    const bool are_sequences =
        (is_list(left) && is_list(right)) || (is_tuple(left) && is_tuple(right));
    if (are_sequences) return concatenate_items(runtime, left, right);
  }
  if (op == BinaryOperator::Multiply) {
    if (is_repeatable(left) && right.is_integral()) return repeat(runtime, left, right.integral());
    if (is_repeatable(right) && left.is_integral()) return repeat(runtime, right, left.integral());
  }
  return unsupported(op, left, right);
}

Result<bool> are_equal(Runtime& runtime, const Value& a, const Value& b) {
  TRY(runtime.spend(std::min(a.extent().weight, b.extent().weight)));
  return is_equal(a, b);
}

Result<bool> is_less(Runtime& runtime, const Value& a, const Value& b) {
  if (a.is_undefined()) return undefined_error(a);
  if (b.is_undefined()) return undefined_error(b);
  TRY(runtime.spend(1));
  if (a.is_integral() && b.is_integral()) return a.integral() < b.integral();
  if (a.is_number() && b.is_number()) return a.number() < b.number();
  // UTF-8 keeps the order of code points, which is Python's.
  if (a.is_string() && b.is_string()) return a.text() < b.text();
  const bool are_sequences = (is_list(a) && is_list(b)) || (is_tuple(a) && is_tuple(b));
  if (are_sequences) return is_less_sequence(runtime, a.sequence(), b.sequence());
  return template_error("'<' not supported between instances of '", type_name(a), "' and '",
                        type_name(b), "'");
}

Result<bool> compare(Runtime& runtime, Comparison comparison, const Value& left,
                     const Value& right) {
  switch (comparison) {
    case Comparison::Equal: return are_equal(runtime, left, right);
    case Comparison::In: return contains(runtime, right, left);
    case Comparison::NotEqual: {
      TRY_ASSIGN(const bool is_same, are_equal(runtime, left, right));
      return !is_same;
    }
    case Comparison::NotIn: {
      TRY_ASSIGN(const bool is_in, contains(runtime, right, left));
      return !is_in;
    }
    default: break;
  }
  const bool is_swapped =
      comparison == Comparison::Greater || comparison == Comparison::GreaterEqual;
  const bool allows_equal =
      comparison == Comparison::LessEqual || comparison == Comparison::GreaterEqual;
  auto less = is_swapped ? is_less(runtime, right, left) : is_less(runtime, left, right);
  if (!less && less.error().message.starts_with("'<' not")) {
    return template_error("'", symbol(comparison), "' not supported between instances of '",
                          type_name(left), "' and '", type_name(right), "'");
  }
  TRY_ASSIGN(const bool is_strictly, std::move(less));
  if (is_strictly || !allows_equal) return is_strictly;
  return are_equal(runtime, left, right);
}

}  // namespace falconet::jinja
