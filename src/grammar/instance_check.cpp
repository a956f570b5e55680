#include "grammar/instance_check.h"

#include <algorithm>
#include <optional>

#include "base/strings.h"
#include "grammar/matcher.h"
#include "grammar/number_language.h"

namespace falconet {
namespace {

// Where alternatives of a schema name the same properties in different orders, the instance is
// tried in the orders of so many of them.
constexpr std::size_t kMaxOrders = 32;

constexpr std::size_t kShownBytes = 60;

class InstanceWriter {
 public:
  InstanceWriter(GrammarMatcher& matcher, std::optional<std::size_t> preferred_order)
      : matcher_(matcher), preferred_order_(preferred_order) {}

  /// The most alternatives that an object had.
  std::size_t num_orders() const { return num_orders_; }

  Status write(const Json& value, const std::string& where) {
    if (value.is_object()) return write_object(value, where);
    if (value.is_array()) return write_array(value, where);
    return accept(scalar_text(value), where);
  }

 private:
  static std::string scalar_text(const Json& value) {
    const auto decimal = value.is_number() ? decimal_of(value) : std::nullopt;
    return decimal ? decimal->text() : to_text(value);
  }

  Status accept(const std::string& text, const std::string& where) {
    if (matcher_.accept(text)) return {};
    std::string shown = text.substr(0, kShownBytes);
    if (shown.size() < text.size()) shown += "…";
    return error(ErrorCode::InvalidArgument, where.empty() ? "the root" : where, ": ", shown,
                 " is not allowed here");
  }

  Status write_array(const Json& array, const std::string& where) {
    TRY(accept("[", where));
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) TRY(accept(",", where));
      TRY(write(array[i], cat(where, "/", i)));
    }
    return accept("]", where);
  }

  Status write_object(const Json& object, const std::string& where) {
    TRY(accept("{", where));
    std::vector<const std::string*> left;
    for (const auto& member : object.items()) left.push_back(&member.key());
    while (!left.empty()) {
      const bool is_first = left.size() == object.size();
      if (is_first) num_orders_ = std::max(num_orders_, matcher_.num_threads());
      if (!is_first) TRY(accept(",", where));
      const auto first = std::min_element(left.begin(), left.end(),
                                          [&](auto* a, auto* b) { return rank(*a) < rank(*b); });
      const std::string& name = **first;
      left.erase(first);
      const std::string inside = cat(where, "/", name);
      TRY(accept(key_text(name), inside));
      TRY(write(object[name], inside));
    }
    return accept("}", where);
  }

  static std::string key_text(const std::string& name) { return to_text(Json(name)) + ":"; }

  std::size_t rank(const std::string& name) {
    return matcher_.order_of(key_text(name), preferred_order_);
  }

  GrammarMatcher& matcher_;
  std::optional<std::size_t> preferred_order_;
  std::size_t num_orders_ = 1;
};

}  // namespace

Result<std::string> written_instance(const Grammar::Pointer& grammar, const Json& instance) {
  std::optional<Error> first;
  std::size_t num_orders = 1;
  for (std::size_t i = 0; i <= std::min(num_orders, kMaxOrders); ++i) {
    GrammarMatcher matcher(grammar);
    InstanceWriter writer(matcher, i == 0 ? std::nullopt : std::optional(i - 1));
    Status written = writer.write(instance, "");
    if (written && matcher.can_end()) return matcher.text();
    if (written) written = error(ErrorCode::InvalidArgument, "the root: more is expected");
    if (!first) first = std::move(written).error();
    if (i == 0 && writer.num_orders() == 1) break;
    num_orders = std::max(num_orders, writer.num_orders());
  }
  return std::move(*first);
}

Status check_instance(const Grammar::Pointer& grammar, const Json& instance) {
  const auto text = written_instance(grammar, instance);
  if (!text) return text.error();
  return {};
}

}  // namespace falconet
