// The functions that every template finds: range, namespace, raise_exception, strftime_now …
#include <algorithm>

#include "chat/jinja/builtin.h"
#include "chat/jinja/object.h"
#include "chat/jinja/operators.h"
#include "chat/jinja/printing.h"
#include "chat/jinja/strftime.h"

namespace falconet::jinja {
namespace {

// As in jinja2's sandbox.
constexpr Integer kMaxRange = 100'000;

Result<Value> range(const Call& call) {
  TRY_ASSIGN(Integer start, call.integer(0, 0));
  Integer stop = start, step = 1;
  if (call.has(1)) {
    TRY_ASSIGN(stop, call.integer(1, 0));
    TRY_ASSIGN(step, call.integer(2, 1));
  } else {
    start = 0;
  }
  if (step == 0) return template_error("range() arg 3 must not be zero");
  constexpr Integer kFar = Integer{1} << 100;  // keeps the arithmetic below in bounds
  if (std::max({magnitude(start), magnitude(stop), magnitude(step)}) > magnitude(kFar)) {
    return template_error("range() arguments are too large");
  }
  const Integer span = step > 0 ? stop - start : start - stop;
  const Integer stride = step > 0 ? step : -step;
  const Integer length = span > 0 ? (span + stride - 1) / stride : 0;
  if (length > kMaxRange) {
    return template_error("Range too big. The sandbox blocks ranges larger than MAX_RANGE (",
                          to_decimal(kMaxRange), ").");
  }
  std::vector<Value> items;
  for (Integer i = 0; i < length; ++i) items.emplace_back(start + i * step);
  std::string spelling = cat("range(", to_decimal(start), ", ", to_decimal(stop));
  if (step != 1) spelling += cat(", ", to_decimal(step));
  return call.runtime.sequence(SequenceKind::Range, std::move(items), spelling + ")");
}

// What dict() and namespace() take: a dictionary or pairs, then named values.
Result<Dict> entries_of(const Call& call) {
  const Arguments& arguments = call.arguments;
  if (arguments.positional.size() > 1) {
    return template_error("dict expected at most 1 argument, got ", arguments.positional.size());
  }
  Dict dict;
  for (const Value& source : arguments.positional) {
    if (source.is(Value::Kind::Dict)) {
      dict = source.dict();
      continue;
    }
    TRY_ASSIGN(const Items pairs, iterate(call.runtime, source));
    for (const Value& pair : *pairs) {
      TRY_ASSIGN(const Items parts, iterate(call.runtime, pair));
      if (parts->size() != 2 || !is_hashable(parts->front())) {
        return template_error("cannot convert dictionary update sequence");
      }
      dict.set(parts->front(), parts->back());
    }
  }
  for (const auto& [name, value] : arguments.named) dict.set(Value(name), value);
  TRY(call.runtime.spend(dict.size()));
  return dict;
}

Result<Value> make_dictionary(const Call& call) {
  TRY_ASSIGN(Dict dict, entries_of(call));
  return call.runtime.dict(std::move(dict));
}

Result<Value> make_namespace(const Call& call) {
  TRY_ASSIGN(const Dict dict, entries_of(call));
  auto* names = call.runtime.own<Namespace>();
  for (const auto& [key, value] : dict.entries()) {
    if (key.is_string()) names->set(key.text(), value);
  }
  return Value(names);
}

Result<Value> make_cycler(const Call& call) {
  if (call.arguments.positional.empty()) {
    return template_error("at least one item has to be provided");
  }
  return Value(call.runtime.own<Cycler>(call.arguments.positional));
}

Result<Value> make_joiner(const Call& call) {
  return Value(call.runtime.own<Joiner>(call.has(0) ? call[0] : Value(std::string(", "))));
}

Result<Value> strftime_now(const Call& call) {
  TRY_ASSIGN(const std::string format, call.text(0, ""));
  return call.runtime.text(format_time(call.runtime.now(), format));
}

Result<Value> raise_exception(const Call& call) {
  TRY_ASSIGN(const std::string message, to_text(call.runtime, call[0]));
  return template_error(message);
}

constexpr Builtin kGlobals[] = {
    {"range", range, "start stop= step="},
    {"dict", make_dictionary, "*"},
    {"namespace", make_namespace, "*"},
    {"cycler", make_cycler, "*"},
    {"joiner", make_joiner, "sep="},
    {"strftime_now", strftime_now, "format"},
    {kRaiseException, raise_exception, "message"},
};

}  // namespace

const Builtin* find_global(std::string_view name) { return find_builtin(kGlobals, name); }

}  // namespace falconet::jinja
