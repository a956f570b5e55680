#include "grammar/call_stacks.h"

namespace falconet {

std::size_t CallStacks::bucket_of(const Frame& frame) const {
  std::uint64_t hash = static_cast<std::uint32_t>(frame.return_to.value);
  hash = (hash << 32 | static_cast<std::uint32_t>(frame.parent)) * 0x9E3779B97F4A7C15u;
  hash = (hash ^ static_cast<std::uint32_t>(frame.memory)) * 0xBF58476D1CE4E5B9u;
  return (hash >> 32) & (buckets_.size() - 1);
}

void CallStacks::rehash() {
  buckets_.assign(buckets_.empty() ? 64 : 2 * buckets_.size(), -1);
  for (std::size_t i = 0; i < frames_.size(); ++i) {
    std::int32_t& first = buckets_[bucket_of(frames_[i])];
    next_in_bucket_[i] = first;
    first = static_cast<std::int32_t>(i);
  }
}

std::int32_t CallStacks::push(const Frame& frame) {
  if (frames_.size() >= buckets_.size()) rehash();
  std::int32_t& first = buckets_[bucket_of(frame)];
  for (std::int32_t i = first; i >= 0; i = next_in_bucket_[static_cast<std::size_t>(i)]) {
    const Frame& other = frames_[static_cast<std::size_t>(i)];
    if (other.return_to == frame.return_to && other.parent == frame.parent &&
        other.memory == frame.memory) {
      return i;
    }
  }
  const auto id = static_cast<std::int32_t>(frames_.size());
  frames_.push_back(frame);
  next_in_bucket_.push_back(first);
  first = id;
  return id;
}

std::int32_t CallStacks::add_seen(const SeenText& text) {
  seen_.push_back(text);
  return static_cast<std::int32_t>(seen_.size()) - 1;
}

void CallStacks::take_back(Mark mark) {
  while (frames_.size() > mark.num_frames) {
    buckets_[bucket_of(frames_.back())] = next_in_bucket_.back();
    frames_.pop_back();
    next_in_bucket_.pop_back();
  }
  seen_.resize(mark.num_seen);
}

}  // namespace falconet
