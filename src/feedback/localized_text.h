// What people read, in both languages of the page.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

constexpr std::size_t kMaxLocalizedTextBytes = 5000;

struct LocalizedText {
  std::string en = {};
  std::string zh = {};
};

enum class TextNeed {
  Required,
  Optional,  // both languages or neither
};

/// The member {"en": …, "zh": …}; empty texts where an optional one is absent. `place` names it in
/// errors. Errors: InvalidArgument "questions[2].text.zh: …".
Result<LocalizedText> read_localized_text(const Json& object, const char* name,
                                          const std::string& place, TextNeed need);

}  // namespace falconet
