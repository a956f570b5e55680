#include "completion/stop_matcher.h"

#include <algorithm>
#include <utility>

namespace falconet {

StopMatcher::StopMatcher(std::vector<std::string> stops, StopText stop_text)
    : stops_(std::move(stops)), stop_text_(stop_text) {}

std::string StopMatcher::push(std::string_view text) {
  if (match_) return {};
  pending_ += text;
  const std::string* found = nullptr;
  std::size_t found_end = 0;
  for (const std::string& stop : stops_) {
    const std::size_t begin = pending_.find(stop);
    if (begin == std::string::npos) continue;
    const std::size_t end = begin + stop.size();
    const bool is_better =
        found == nullptr || end < found_end || (end == found_end && stop.size() > found->size());
    if (!is_better) continue;
    found = &stop;
    found_end = end;
  }
  if (found != nullptr) {
    match_ = *found;
    pending_.resize(stop_text_ == StopText::Kept ? found_end : found_end - found->size());
    return std::exchange(pending_, {});
  }
  const std::size_t num_certain = pending_.size() - num_held_back();
  std::string certain = pending_.substr(0, num_certain);
  pending_.erase(0, num_certain);
  return certain;
}

std::string StopMatcher::finish() { return std::exchange(pending_, {}); }

// The longest end of the pending text that begins a stop string.
std::size_t StopMatcher::num_held_back() const {
  std::size_t longest = 0;
  for (const std::string& stop : stops_) {
    for (std::size_t size = std::min(stop.size() - 1, pending_.size()); size > longest; --size) {
      if (pending_.ends_with(std::string_view(stop).substr(0, size))) longest = size;
    }
  }
  return longest;
}

}  // namespace falconet
