#include "store/rating_reasons.h"

#include <set>

#include "base/strings.h"
#include "store/policies.h"
#include "store/ratings.h"

namespace falconet {
namespace {

constexpr const char* kReasonsPolicy = "rating_reasons";
constexpr std::size_t kMaxReasonTextBytes = 120;

bool is_reason_id(const std::string& id) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789_";
  return !id.empty() && id.size() <= kMaxReasonBytes &&
         id.find_first_not_of(kAllowed) == std::string::npos;
}

bool is_reason_text(const std::string& text) {
  return !trim(text).empty() && text.size() <= kMaxReasonTextBytes;
}

Status check_reasons(const char* name, const std::vector<RatingReason>& reasons) {
  if (reasons.empty() || reasons.size() > kMaxOfferedReasons) {
    return error(ErrorCode::InvalidArgument, name, ": expected 1 to ", kMaxOfferedReasons,
                 " reasons, found ", reasons.size());
  }
  std::set<std::string> ids;
  for (const RatingReason& reason : reasons) {
    if (!is_reason_id(reason.id) || !ids.insert(reason.id).second) {
      return error(ErrorCode::InvalidArgument, name,
                   ": an id is made of a-z, 0-9 and _ and stands once, found '",
                   reason.id.substr(0, 40), "'");
    }
    if (!is_reason_text(reason.en) || !is_reason_text(reason.zh)) {
      return error(ErrorCode::InvalidArgument, name, ": ", reason.id, " needs a text of at most ",
                   kMaxReasonTextBytes, " bytes in en and in zh");
    }
  }
  return {};
}

Json reason_list_json(const std::vector<RatingReason>& reasons) {
  Json array = Json::array();
  for (const RatingReason& reason : reasons) {
    array.push_back(
        {{"id", reason.id}, {"en", reason.en}, {"zh", reason.zh}, {"category", reason.category}});
  }
  return array;
}

Result<std::vector<RatingReason>> reason_list_of(const Json& json, const char* name) {
  const Json* array = find_member(json, name);
  if (array == nullptr || !array->is_array()) {
    return error(ErrorCode::InvalidArgument, "reasons.", name, ": expected an array");
  }
  std::vector<RatingReason> reasons;
  for (const Json& element : *array) {
    if (!element.is_object()) {
      return error(ErrorCode::InvalidArgument, "reasons.", name, ": expected objects");
    }
    reasons.push_back({string_member(element, "id").value_or(""),
                       string_member(element, "en").value_or(""),
                       string_member(element, "zh").value_or(""),
                       string_member(element, "category").value_or("")});
  }
  return reasons;
}

}  // namespace

Result<std::optional<RatingReasons>> rating_reasons(Transaction& transaction) {
  TRY_ASSIGN(const std::optional<std::string> value, policy_value(transaction, kReasonsPolicy));
  if (!value) return std::optional<RatingReasons>();
  TRY_ASSIGN(const Json json, parse_json(*value));
  TRY_ASSIGN(RatingReasons reasons, rating_reasons_of(json));
  return std::optional(std::move(reasons));
}

Status set_rating_reasons(Transaction& transaction, const std::optional<RatingReasons>& reasons) {
  if (!reasons) return remove_policy_value(transaction, kReasonsPolicy);
  TRY(check_reasons("reasons.good", reasons->good));
  TRY(check_reasons("reasons.bad", reasons->bad));
  return set_policy_value(transaction, kReasonsPolicy, to_text(rating_reasons_json(*reasons)));
}

Json rating_reasons_json(const RatingReasons& reasons) {
  return {{"good", reason_list_json(reasons.good)}, {"bad", reason_list_json(reasons.bad)}};
}

Result<RatingReasons> rating_reasons_of(const Json& json) {
  RatingReasons reasons;
  TRY_ASSIGN(reasons.good, reason_list_of(json, "good"));
  TRY_ASSIGN(reasons.bad, reason_list_of(json, "bad"));
  return reasons;
}

}  // namespace falconet
