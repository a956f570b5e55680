#include "server/oidc.h"

#include <algorithm>

namespace falconet {

void OidcLogIns::begin(const std::string& key, OidcLogIn log_in) {
  const std::lock_guard lock(mutex_);
  while (!order_.empty() && (is_over(order_.front()) || order_.size() >= most_)) {
    log_ins_.erase(order_.front().key);
    order_.pop_front();
  }
  order_.push_back({.key = key, .at = clock_.now()});
  log_ins_[key] = std::move(log_in);
}

std::optional<OidcLogIn> OidcLogIns::take(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = log_ins_.find(key);
  if (found == log_ins_.end()) return std::nullopt;
  OidcLogIn log_in = std::move(found->second);
  log_ins_.erase(found);
  const auto begun = std::find_if(order_.begin(), order_.end(),
                                  [&](const Begun& each) { return each.key == key; });
  const bool is_late = begun == order_.end() || is_over(*begun);
  if (begun != order_.end()) order_.erase(begun);
  return is_late ? std::nullopt : std::optional(std::move(log_in));
}

std::size_t OidcLogIns::size() const {
  const std::lock_guard lock(mutex_);
  return log_ins_.size();
}

}  // namespace falconet
