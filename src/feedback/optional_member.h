// JSON members that are there only where there is a value.
#pragma once

#include <optional>

#include "base/json.h"

namespace falconet {

template <class T>
void add_optional(Json& object, const char* key, const std::optional<T>& value) {
  if (value) object[key] = *value;
}

}  // namespace falconet
