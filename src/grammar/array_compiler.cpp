// SchemaCompiler: arrays. The first items have states of their own; the others are counted on the
// call stack.
#include <algorithm>

#include "grammar/number_language.h"
#include "grammar/schema_compiler.h"

namespace falconet {
namespace {

// Different items are counted up to here to know whether there are enough. Beyond, a list that uses
// up a finite language would be stuck.
constexpr std::size_t kMaxCountedValues = 1'000;

// Four digits more make ten thousand numbers.
constexpr std::uint32_t kItemSlack = 4;

}  // namespace

struct SchemaCompiler::ArrayPlan {
  ExpressionId value = kEverything;  // of the rest
  std::uint32_t min = 0;             // items of the rest
  std::uint32_t max = kUnlimited;
  std::uint32_t saturation() const { return max != kUnlimited ? max : min; }
};

/// A state from which each choice of a value is called, to return to a loop.
StateId SchemaCompiler::item(const std::vector<std::pair<ExpressionId, StateId>>& choices) {
  State state;
  for (const auto& [value, loop] : choices) {
    state.silent.push_back(
        {.kind = Target::Kind::Call, .counts = true, .state = state_of(value), .return_to = loop});
  }
  return program_.add(std::move(state));
}

/// After an item: a comma and `item`, or the end. The states for the ends of the counter follow.
StateId SchemaCompiler::loop(const ArrayPlan& plan, ItemCounter counter, StateId item,
                             bool can_close) {
  State more;
  more.alternatives.push_back(
      {.regex = comma_, .target = {.kind = Target::Kind::Go, .state = item}});
  State close;
  close.alternatives.push_back({.regex = pool_.concat(space_, pool_.bytes("]"))});
  State either = more;
  if (can_close) either.alternatives.push_back(close.alternatives.front());
  either.is_counter = true;
  counter.saturation = plan.saturation();
  counter.below = program_.add(std::move(more));
  if (counter.full == StateId{})
    counter.full = program_.add(can_close ? std::move(close) : State{});
  counter.item = item;
  either.counter = counter;
  return program_.add(std::move(either));
}

/// What follows the first items: entered before an item.
StateId SchemaCompiler::rest_of_array(const ArrayPlan& plan) {
  const StateId after = program_.add();
  const StateId one = item({{plan.value, after}});
  ItemCounter counter{.min = plan.min, .max = plan.max};
  counter.item = state_of(plan.value);
  const StateId made = loop(plan, counter, one, true);
  program_.at(after) = program_.at(made);
  program_.at(after).counter.item = state_of(plan.value);
  return one;
}

/// A chain of loops, one for each contained item that has been found.
StateId SchemaCompiler::contained_rest(const ArrayPlan& plan, const ContainedItems& items) {
  const bool is_limited = items.max != kUnlimited;
  const std::uint32_t num_stages = is_limited ? items.max : items.min;
  const ExpressionId found = sets_.all_of({plan.value, items.value});
  const ExpressionId other =
      is_limited ? sets_.all_of({plan.value, sets_.negated(items.value)}) : plan.value;
  std::vector<StateId> loops;
  std::vector<StateId> ones;
  for (std::uint32_t stage = 0; stage <= num_stages; ++stage) loops.push_back(program_.add());
  for (std::uint32_t stage = 0; stage <= num_stages; ++stage) {
    const bool is_last = stage == num_stages;
    const StateId found_after =
        is_last ? (is_limited ? StateId{} : loops[stage]) : loops[stage + 1];
    std::vector<std::pair<ExpressionId, StateId>> choices = {{other, loops[stage]}};
    if (found_after != StateId{}) choices.emplace_back(found, found_after);
    ones.push_back(item(choices));
  }
  for (std::uint32_t stage = 0; stage <= num_stages; ++stage) {
    const std::uint32_t needed = items.min > stage ? items.min - stage : 0;
    ItemCounter counter{.min = needed > 0 ? 0 : plan.min, .max = plan.max};
    if (needed > 0 && plan.max != kUnlimited) {
      // Only as many items are left as have to be found.
      counter.max = plan.max - needed;
      State last;
      const StateId must = item({{found, loops[stage + 1]}});
      last.alternatives.push_back(
          {.regex = comma_, .target = {.kind = Target::Kind::Go, .state = must}});
      counter.full = program_.add(std::move(last));
    }
    const StateId made = loop(plan, counter, ones[stage], needed == 0);
    program_.at(loops[stage]) = program_.at(made);
    program_.at(loops[stage]).counter.item = state_of(needed > 0 ? found : other);
  }
  const bool is_tight = items.min > 0 && plan.max == items.min;
  return is_tight ? item({{found, loops[1]}}) : ones[0];
}

Result<StateId> SchemaCompiler::unique_rest(const ArraySet& array, const ArrayPlan& plan) {
  TRY_ASSIGN(const JsonSet* set, sets_.set_of(plan.value));
  const std::string where = cat(sets_.document().pointer(*array.unique_in), "/uniqueItems");
  if (!array.prefix.empty() || !array.contains.empty() || !set->objects.empty() ||
      !set->arrays.empty()) {
    return error(ErrorCode::Unsupported, where,
                 ": only lists of strings, numbers and literals can be kept free of repetition");
  }
  JsonSet canonical = *set;
  if (canonical.numbers == kAnyText) {  // which has exponents
    canonical.numbers = at_least(pool_, Decimal{});
    canonical.numbers = pool_.either({canonical.numbers, at_most(pool_, Decimal{})});
  }
  canonical.is_canonical = true;
  const RegexId values = scalars(canonical);
  ArrayPlan counted = plan;
  constexpr std::size_t limit = kMaxCountedValues;
  const RegexId numbers = number_spelling(pool_, canonical.numbers, NumberSpelling::Canonical);
  std::vector<std::u32string> listed = pool_.enumerate(set->strings, limit);
  for (std::u32string& number : pool_.enumerate(numbers, limit))
    listed.push_back(std::move(number));
  const std::size_t num_values =
      listed.size() + (set->has_null ? 1 : 0) + (set->has_true ? 1 : 0) + (set->has_false ? 1 : 0);
  std::uint32_t slack = kItemSlack;
  if (num_values <= limit) {  // then these are all
    counted.max = std::min(counted.max, static_cast<std::uint32_t>(num_values));
    for (const std::u32string& text : listed) {
      // In a string a character takes six bytes at most.
      slack = std::max(slack, static_cast<std::uint32_t>(6 * text.size()));
    }
  } else if (plan.min > kMaxCountedValues) {
    return error(ErrorCode::TooLarge, where, ": more than ", kMaxCountedValues, " different items");
  }
  if (counted.min > counted.max) return program_.add();
  const StateId one = program_.add();
  ItemCounter counter{.min = counted.min, .max = counted.max, .counts_unique = true};
  const StateId after = loop(counted, counter, one, true);
  program_.at(after).counter.item = program_.add();
  program_.at(program_.at(after).counter.item)
      .alternatives.push_back({.regex = values, .unique_slack = slack});
  program_.at(one).alternatives.push_back({.regex = values,
                                           .target = {.kind = Target::Kind::Go, .state = after},
                                           .is_unique = true,
                                           .unique_slack = slack});
  return one;
}

/// The items with places of their own, from the last to the first; after them goes `rest`. At least
/// `min` items are needed in all.
StateId SchemaCompiler::first_items(const ArraySet& array, std::uint32_t min, StateId rest) {
  const auto num_prefix = static_cast<std::uint32_t>(array.prefix.size());
  StateId next_item = rest;
  for (std::uint32_t i = std::min(num_prefix, array.max); i-- > 0;) {
    State after;
    if (next_item != StateId{}) {
      after.alternatives.push_back(
          {.regex = comma_, .target = {.kind = Target::Kind::Go, .state = next_item}});
    }
    if (i + 1 >= min) {
      after.alternatives.push_back({.regex = pool_.concat(space_, pool_.bytes("]"))});
    }
    const Target call{.kind = Target::Kind::Call,
                      .state = state_of(array.prefix[i]),
                      .return_to = program_.add(std::move(after))};
    State one;
    one.silent.push_back(call);
    next_item = program_.add(std::move(one));
  }
  return next_item;
}

Result<StateId> SchemaCompiler::array(const ArraySet& array) {
  if (array.contains.size() > 1) {
    return error(ErrorCode::Unsupported, "more than one `contains` for the same array");
  }
  if (!array.contains.empty() && !array.prefix.empty()) {
    return error(ErrorCode::Unsupported, "`contains` together with `prefixItems`");
  }
  const auto num_prefix = static_cast<std::uint32_t>(array.prefix.size());
  ArrayPlan plan{.value = array.rest,
                 .min = array.min > num_prefix ? array.min - num_prefix : 0,
                 .max = array.max == kUnlimited  ? kUnlimited
                        : array.max > num_prefix ? array.max - num_prefix
                                                 : 0};
  std::uint32_t min = array.min;
  StateId rest{};  // where the items after the first ones begin
  if (!array.contains.empty()) {
    const ContainedItems& items = array.contains.front();
    const std::uint32_t most = items.max != kUnlimited ? items.max : items.min;
    if (most > 256) return error(ErrorCode::TooLarge, "more than 256 contained items");
    min = std::max(min, items.min);
    plan.min = std::max(plan.min, items.min);
    if (plan.max > 0) rest = contained_rest(plan, items);
  } else if (array.unique_in != nullptr && array.max > 1) {
    TRY_ASSIGN(rest, unique_rest(array, plan));
  } else if (plan.max > 0 && array.rest != kNoValue) {
    rest = rest_of_array(plan);
  }
  const StateId first = first_items(array, min, rest);
  State start;
  if (min == 0) start.alternatives.push_back({.text = "]"});
  if (first != StateId{}) {
    start.silent.push_back({.kind = Target::Kind::Go, .state = first});
  }
  return program_.add(std::move(start));
}

}  // namespace falconet
