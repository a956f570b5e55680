#include "feedback/localized_text.h"

#include "base/strings.h"

namespace falconet {

Result<LocalizedText> read_localized_text(const Json& object, const char* name,
                                          const std::string& place, TextNeed need) {
  const Json* member = find_member(object, name);
  if (member == nullptr || member->is_null()) {
    if (need == TextNeed::Optional) return LocalizedText();
    return error(ErrorCode::InvalidArgument, place, ": expected {\"en\": …, \"zh\": …}");
  }
  LocalizedText out{string_member(*member, "en").value_or(""),
                    string_member(*member, "zh").value_or("")};
  const bool lacks_english = trim(out.en).empty();
  const bool lacks_chinese = trim(out.zh).empty();
  if (lacks_english && lacks_chinese && need == TextNeed::Optional) return LocalizedText();
  if (lacks_english || lacks_chinese) {
    return error(ErrorCode::InvalidArgument, place, lacks_english ? ".en" : ".zh",
                 ": expected a text in ", lacks_english ? "English" : "Chinese");
  }
  for (const std::string* each : {&out.en, &out.zh}) {
    if (each->size() <= kMaxLocalizedTextBytes) continue;
    return error(ErrorCode::InvalidArgument, place, ": at most ", kMaxLocalizedTextBytes,
                 " bytes, found ", each->size());
  }
  return out;
}

}  // namespace falconet
