#include "feedback/trial_items.h"

#include "base/strings.h"

namespace falconet {
namespace {

Result<TrialItem> item_of(const Json& json) {
  if (!json.is_object()) return error(ErrorCode::InvalidArgument, "expected an object");
  const Json* messages = find_member(json, "messages");
  const Json* check = find_member(json, "check");
  if (messages == nullptr || !messages->is_array() || messages->empty()) {
    return error(ErrorCode::InvalidArgument, "messages: expected an array with a message");
  }
  if (check == nullptr) return error(ErrorCode::InvalidArgument, "check: is missing");
  TRY_ASSIGN(AnswerCheck made, AnswerCheck::of(*check));
  TrialItem item{.messages = *messages, .check = std::move(made)};
  item.family = string_member(json, "family").value_or("");
  item.is_thinking = bool_member(json, "is_thinking");
  if (const Json* tools = find_member(json, "tools"); tools && !tools->empty()) item.tools = *tools;
  if (const Json* schema = find_member(json, "schema")) item.schema = *schema;
  return item;
}

Status add_item(const Json& json, const std::string& place, std::vector<TrialItem>& items) {
  Result<TrialItem> item = item_of(json);
  if (!item) return std::move(item).error().within(place);
  items.push_back(*std::move(item));
  return {};
}

}  // namespace

Result<std::vector<TrialItem>> read_trial_items(std::string_view text, const std::string& name) {
  std::vector<TrialItem> items;
  if (const Result<Json> whole = parse_json(text); whole && whole->contains("items")) {
    for (const Json& json : (*whole)["items"]) {
      TRY(add_item(json, cat(name, ", item ", items.size() + 1), items));
    }
  } else {
    std::size_t number = 0;
    for (const std::string_view line : split(text, '\n')) {
      ++number;
      if (trim(line).empty()) continue;
      Result<Json> json = parse_json(line);
      if (!json) return std::move(json).error().within(cat(name, ", line ", number));
      TRY(add_item(*json, cat(name, ", item ", number), items));
    }
  }
  if (items.empty()) return error(ErrorCode::InvalidArgument, name, ": holds no item");
  return items;
}

Status take_half(std::string_view half, std::vector<TrialItem>& items) {
  if (half == "all") return {};
  if (half != "first" && half != "second") {
    return error(ErrorCode::InvalidArgument, "expected first, second or all, found '",
                 half.substr(0, 40), "'");
  }
  std::vector<TrialItem> kept;
  for (std::size_t i = half == "first" ? 0 : 1; i < items.size(); i += 2) {
    kept.push_back(std::move(items[i]));
  }
  items = std::move(kept);
  return {};
}

}  // namespace falconet
