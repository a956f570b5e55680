// What stands behind "is": the tests.
#include "chat/jinja/builtin.h"
#include "chat/jinja/object.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/text.h"

namespace falconet::jinja {
namespace {

using Kind = Value::Kind;

Result<Value> is_defined(const Call& call) { return Value(!call.self.is_undefined()); }
Result<Value> is_undefined(const Call& call) { return Value(call.self.is_undefined()); }
Result<Value> is_none(const Call& call) { return Value(call.self.is_none()); }
Result<Value> is_boolean(const Call& call) { return Value(call.self.is(Kind::Boolean)); }
Result<Value> is_true(const Call& call) {
  return Value(call.self.is(Kind::Boolean) && call.self.boolean());
}
Result<Value> is_false(const Call& call) {
  return Value(call.self.is(Kind::Boolean) && !call.self.boolean());
}
Result<Value> is_integer(const Call& call) { return Value(call.self.is(Kind::Int)); }
Result<Value> is_float(const Call& call) { return Value(call.self.is(Kind::Float)); }
Result<Value> is_number_test(const Call& call) { return Value(call.self.is_number()); }
Result<Value> is_string(const Call& call) { return Value(call.self.is_string()); }
Result<Value> is_mapping(const Call& call) { return Value(call.self.is(Kind::Dict)); }
Result<Value> is_iterable_test(const Call& call) { return Value(is_iterable(call.self)); }
Result<Value> is_escaped(const Call& call) { return Value(call.self.is_safe()); }

// Whatever has a length and items by number or key; jinja2 counts undefined values in.
Result<Value> is_sequence(const Call& call) {
  const Value& value = call.self;
  if (value.is_undefined() || value.is_string() || value.is(Kind::Dict)) return Value(true);
  if (!value.is(Kind::Sequence)) return Value(false);
  const SequenceKind kind = value.sequence().kind;
  return Value(kind != SequenceKind::DictKeys && kind != SequenceKind::DictValues &&
               kind != SequenceKind::DictItems);
}

Result<Value> is_callable(const Call& call) {
  // Undefined values have a __call__, which raises.
  return Value(call.self.is_undefined() || call.self.is(Kind::Method) ||
               (call.self.is(Kind::Object) && call.self.object()->is_callable()));
}

Result<bool> has_remainder(const Call& call, const Value& divisor, Integer remainder) {
  TRY_ASSIGN(const Value rest, apply(call.runtime, BinaryOperator::Modulo, call.self, divisor));
  return is_equal(rest, Value(remainder));
}

Result<Value> is_odd(const Call& call) {
  TRY_ASSIGN(const bool is_it, has_remainder(call, Value(Integer{2}), 1));
  return Value(is_it);
}

Result<Value> is_even(const Call& call) {
  TRY_ASSIGN(const bool is_it, has_remainder(call, Value(Integer{2}), 0));
  return Value(is_it);
}

Result<Value> is_divisible(const Call& call) {
  TRY_ASSIGN(const bool is_it, has_remainder(call, call[0], 0));
  return Value(is_it);
}

template <bool (*kTest)(std::string_view)>
Result<Value> text_test(const Call& call) {
  TRY_ASSIGN(const std::string text, to_text(call.runtime, call.self));
  return Value(kTest(text));
}

Result<Value> is_same(const Call& call) { return Value(call.self.is_identical(call[0])); }

template <Comparison kComparison>
Result<Value> comparison(const Call& call) {
  TRY_ASSIGN(const bool holds, compare(call.runtime, kComparison, call.self, call[0]));
  return Value(holds);
}

Result<Value> is_filter(const Call& call) {
  return Value(call.self.is_string() && find_filter(call.self.text()) != nullptr);
}

Result<Value> is_test(const Call& call) {
  return Value(call.self.is_string() && find_test(call.self.text()) != nullptr);
}

constexpr Builtin kTests[] = {
    {"!=", comparison<Comparison::NotEqual>, "other"},
    {"<", comparison<Comparison::Less>, "other"},
    {"<=", comparison<Comparison::LessEqual>, "other"},
    {"==", comparison<Comparison::Equal>, "other"},
    {">", comparison<Comparison::Greater>, "other"},
    {">=", comparison<Comparison::GreaterEqual>, "other"},
    {"boolean", is_boolean, ""},
    {"callable", is_callable, ""},
    {"defined", is_defined, ""},
    {"divisibleby", is_divisible, "num"},
    {"eq", comparison<Comparison::Equal>, "other"},
    {"equalto", comparison<Comparison::Equal>, "other"},
    {"escaped", is_escaped, ""},
    {"even", is_even, ""},
    {"false", is_false, ""},
    {"filter", is_filter, ""},
    {"float", is_float, ""},
    {"ge", comparison<Comparison::GreaterEqual>, "other"},
    {"greaterthan", comparison<Comparison::Greater>, "other"},
    {"gt", comparison<Comparison::Greater>, "other"},
    {"in", comparison<Comparison::In>, "seq"},
    {"integer", is_integer, ""},
    {"iterable", is_iterable_test, ""},
    {"le", comparison<Comparison::LessEqual>, "other"},
    {"lessthan", comparison<Comparison::Less>, "other"},
    {"lower", text_test<is_lower>, ""},
    {"lt", comparison<Comparison::Less>, "other"},
    {"mapping", is_mapping, ""},
    {"ne", comparison<Comparison::NotEqual>, "other"},
    {"none", is_none, ""},
    {"number", is_number_test, ""},
    {"odd", is_odd, ""},
    {"sameas", is_same, "other"},
    {"sequence", is_sequence, ""},
    {"string", is_string, ""},
    {"test", is_test, ""},
    {"true", is_true, ""},
    {"undefined", is_undefined, ""},
    {"upper", text_test<is_upper>, ""},
};

}  // namespace

const Builtin* find_test(std::string_view name) { return find_builtin(kTests, name); }

}  // namespace falconet::jinja
