// SchemaCompiler: objects. Properties come in order, each once; keys that no property names come
// last, each different from those before.
#include <algorithm>

#include "base/json.h"
#include "base/strings.h"
#include "base/unicode.h"
#include "grammar/schema_compiler.h"

namespace falconet {
namespace {

// A finite language of keys of at most so many is a list of properties.
constexpr std::size_t kMaxListedKeys = 64;

// Two characters more make thousands of keys.
constexpr std::uint32_t kKeySlack = 2;

std::string utf8_text(const std::u32string& characters) {
  std::string text;
  for (const char32_t c : characters) append_utf8(text, c);
  return text;
}

/// Whether key= is read back as this key.
bool can_be_argument(std::string_view key) {
  return key.find_first_of("=,)") == std::string_view::npos && trim(key) == key && !key.empty();
}

}  // namespace

struct SchemaCompiler::ObjectPlan {
  ObjectSpelling spelling = ObjectSpelling::Braces;
  std::vector<PropertySet> properties = {};
  std::vector<KeyRegion> regions = {};
  std::vector<std::uint32_t> num_required_from = {};  // by property, with one more at the end
  std::uint32_t min = 0;
  std::uint32_t max = kUnlimited;
  std::uint32_t most_counted = 0;  // counts beyond are the same
  std::vector<StateId> keys = {};  // by property and count: a key comes next
  std::vector<StateId> next = {};  // a comma or the end comes next

  const char* close() const { return spelling == ObjectSpelling::Braces ? "}" : ")"; }

  std::size_t place(std::size_t i, std::uint32_t count) const {
    return i * (std::size_t{most_counted} + 1) + count;
  }
};

void SchemaCompiler::plan_regions(const ObjectSet& object, ObjectPlan& plan) {
  std::vector<RegexId> names;
  for (const PropertySet& property : object.properties) {
    names.push_back(pool_.literal(property.name));
    if (property.value != kNoValue) plan.properties.push_back(property);
  }
  const RegexId unnamed = pool_.negated(pool_.either(std::move(names)));
  for (const KeyRegion& region : object.regions) {
    const RegexId keys = pool_.both({region.keys, unnamed});
    if (region.value == kNoValue || !pool_.is_live(keys)) continue;
    const auto listed = pool_.is_finite(keys) ? pool_.enumerate(keys, kMaxListedKeys)
                                              : std::vector<std::u32string>(kMaxListedKeys + 1);
    if (listed.size() > kMaxListedKeys) {
      plan.regions.push_back({keys, region.value});
      continue;
    }
    for (const std::u32string& key : listed) {
      plan.properties.push_back({utf8_text(key), region.value, false});
    }
  }
}

/// What a plan for arguments must be, so that they can be read back.
Status SchemaCompiler::check_arguments(ObjectPlan& plan) {
  // Keys that the schema does not name are left out.
  plan.regions.clear();
  if (plan.min > plan.properties.size()) {
    return error(ErrorCode::Unsupported,
                 "a call has arguments that the schema names: ", plan.properties.size(),
                 ", and minProperties is ", plan.min);
  }
  for (const PropertySet& property : plan.properties) {
    if (can_be_argument(property.name)) continue;
    return error(ErrorCode::Unsupported, "a call has no argument named \"", property.name,
                 "\": it holds =, a comma, a parenthesis or space around it");
  }
  return {};
}

Result<StateId> SchemaCompiler::object(const ObjectSet& object, ObjectSpelling spelling) {
  const bool is_impossible =
      std::ranges::any_of(object.properties, [](const PropertySet& property) {
        return property.is_required && property.value == kNoValue;
      });
  if (is_impossible) return program_.add();  // a state without a way out
  ObjectPlan plan{.spelling = spelling, .min = object.min, .max = object.max};
  plan_regions(object, plan);
  if (spelling == ObjectSpelling::Arguments) TRY(check_arguments(plan));
  const std::size_t num_properties = plan.properties.size();
  plan.num_required_from.assign(num_properties + 1, 0);
  for (std::size_t i = num_properties; i-- > 0;) {
    plan.num_required_from[i] =
        plan.num_required_from[i + 1] + (plan.properties[i].is_required ? 1 : 0);
  }
  if (plan.min <= plan.num_required_from[0]) plan.min = 0;
  if (plan.regions.empty() && plan.max >= num_properties) plan.max = kUnlimited;
  plan.most_counted = plan.max != kUnlimited ? plan.max : plan.min;
  const std::size_t num_places = (num_properties + 1) * (std::size_t{plan.most_counted} + 1);
  if (num_places > std::max(kMaxCountedStates, num_properties + 1)) {
    return error(ErrorCode::TooLarge, "an object that counts to ", plan.most_counted,
                 " properties needs more than ", kMaxCountedStates, " states");
  }
  for (std::size_t i = 0; i < num_places; ++i) {
    plan.keys.push_back(program_.add());
    plan.next.push_back(program_.add());
  }
  for (std::size_t i = 0; i <= num_properties; ++i) {
    for (std::uint32_t count = 0; count <= plan.most_counted; ++count) {
      fill_keys(plan, i, count);
      fill_next(plan, i, count);
    }
  }
  State start;
  if (plan.min == 0 && plan.num_required_from[0] == 0)
    start.alternatives.push_back({.text = plan.close()});
  if (plan.max > 0) start.silent.push_back({.kind = Target::Kind::Go, .state = plan.keys[0]});
  return program_.add(std::move(start));
}

Alternative SchemaCompiler::key_of(const PropertySet& property, ObjectSpelling spelling,
                                   const Target& value) const {
  if (spelling == ObjectSpelling::Arguments) {
    return {.text = property.name + '=', .regex = kEmptyText, .target = value};
  }
  std::string key = to_text(Json(property.name));
  if (is_compact_) key += ':';
  return {.text = std::move(key), .regex = is_compact_ ? kEmptyText : colon_, .target = value};
}

void SchemaCompiler::fill_keys(const ObjectPlan& plan, std::size_t i, std::uint32_t count) {
  State state;
  const std::uint32_t after = std::min(count + 1, plan.most_counted);
  const bool is_last = i == plan.properties.size();
  if (!is_last) {
    const PropertySet& property = plan.properties[i];
    // One more must leave room for the required ones that follow.
    const bool has_room =
        plan.max == kUnlimited || count + 1 + plan.num_required_from[i + 1] <= plan.max;
    const Target target{.kind = Target::Kind::Call,
                        .state = state_of(property.value),
                        .return_to = plan.next[plan.place(i + 1, after)]};
    if (has_room) state.alternatives.push_back(key_of(property, plan.spelling, target));
    if (!property.is_required) {
      state.silent.push_back(
          {.kind = Target::Kind::Go, .state = plan.keys[plan.place(i + 1, count)]});
    }
  } else if (plan.max == kUnlimited || count < plan.max) {
    for (const KeyRegion& region : plan.regions) {
      const Target target{.kind = Target::Kind::Call,
                          .state = state_of(region.value),
                          .return_to = plan.next[plan.place(i, after)]};
      state.alternatives.push_back({.text = "\"",
                                    .regex = pool_.concat(pool_.quoted(region.keys), colon_),
                                    .target = target,
                                    .is_unique = true,
                                    .unique_slack = kKeySlack});
    }
  }
  program_.at(plan.keys[plan.place(i, count)]) = std::move(state);
}

void SchemaCompiler::fill_next(const ObjectPlan& plan, std::size_t i, std::uint32_t count) {
  State state;
  if (plan.max == kUnlimited || count < plan.max) {
    state.alternatives.push_back(
        {.regex = comma_,
         .target = {.kind = Target::Kind::Go, .state = plan.keys[plan.place(i, count)]}});
  }
  if (plan.num_required_from[i] == 0 && count >= plan.min) {
    state.alternatives.push_back({.regex = pool_.concat(space_, pool_.bytes(plan.close()))});
  }
  program_.at(plan.next[plan.place(i, count)]) = std::move(state);
}

}  // namespace falconet
