#include "engine/draft_length.h"

#include <algorithm>

namespace falconet {

std::size_t DraftLength::next(bool is_long_match) {
  if (resting_ == 0) return length_;
  resting_ -= std::min(resting_, is_long_match ? kHaste : 1);
  if (resting_ == 0) length_ = std::min<std::size_t>(max_, 1);
  return length_;
}

void DraftLength::observe(std::size_t num_drafted, std::size_t num_accepted) {
  if (num_accepted == num_drafted) {
    length_ = std::min(max_, std::max(length_, 2 * num_drafted));
    rest_ = kMinRest;
    return;
  }
  // A draft was longer than the text agreed: what agreed, or half of it, is the better guess.
  length_ = std::max(num_accepted, num_drafted / 2);
  if (num_accepted > 0) {
    length_ = std::max<std::size_t>(length_, 1);
    return;
  }
  if (length_ > 0) return;
  resting_ = rest_;
  rest_ = std::min(2 * rest_, kMaxRest);
}

}  // namespace falconet
