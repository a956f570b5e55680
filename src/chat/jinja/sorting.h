// Stable sorting by Python's order, which can fail: not all values can be compared.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"
#include "chat/jinja/runtime.h"
#include "chat/jinja/value.h"

namespace falconet::jinja {

enum class SortOrder { Ascending, Descending };

/// The positions of the keys in sorted order; equal ones stay as they stood.
/// Errors: InvalidArgument where two keys cannot be compared.
Result<std::vector<std::size_t>> sorted_positions(Runtime& runtime, const std::vector<Value>& keys,
                                                  SortOrder order);

/// By key.
Status sort_entries(Runtime& runtime, std::vector<std::pair<Value, Value>>& entries);

}  // namespace falconet::jinja
