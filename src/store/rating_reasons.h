// The reasons that people choose from when they judge an answer: the page's own, unless a
// researcher has set others.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "store/store.h"

namespace falconet {

struct RatingReason {
  std::string id = {};  // what is kept: lower-case letters, digits, '_'
  std::string en = {};
  std::string zh = {};
  std::string category = {};  // of docs/feedback-data.md that it counts for; may be empty
};

struct RatingReasons {
  std::vector<RatingReason> good = {};
  std::vector<RatingReason> bad = {};
};

constexpr std::size_t kMaxOfferedReasons = 12;  // of either direction: more are not read

/// Nothing: the page's own.
Result<std::optional<RatingReasons>> rating_reasons(Transaction& transaction);

/// Nothing goes back to the page's own.
/// Errors: InvalidArgument (no or too many reasons, an id of other characters or twice, no text).
Status set_rating_reasons(Transaction& transaction, const std::optional<RatingReasons>& reasons);

/// {"good": [{"id", "en", "zh", "category"}], "bad": […]}
Json rating_reasons_json(const RatingReasons& reasons);

/// Errors: InvalidArgument, naming the member.
Result<RatingReasons> rating_reasons_of(const Json& json);

}  // namespace falconet
