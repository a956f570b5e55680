// The filters, one table for each kind of value they work on.
#pragma once

#include <span>

#include "chat/jinja/builtin.h"

namespace falconet::jinja {

std::span<const Builtin> text_filters();
std::span<const Builtin> html_filters();
std::span<const Builtin> number_filters();
std::span<const Builtin> sequence_filters();
std::span<const Builtin> selection_filters();

/// What `attribute=` arguments name: "a.b.0" leads from an item through its parts.
/// Errors: those of looking something up in an undefined value.
/// `fallback`, where given, stands for what is undefined on the way.
Result<Value> follow_attribute(Runtime& runtime, Value item, const Value& attribute,
                               const Value* fallback = nullptr);

/// The lower case of text, for comparisons that ignore case; anything else as it is.
Value ignoring_case(const Value& value);

}  // namespace falconet::jinja
