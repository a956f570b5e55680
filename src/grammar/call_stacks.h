// The stacks of all threads of one matcher: frames share their parents and equal stacks are one
// number, so that threads can be compared. What was added last can be taken back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "grammar/program.h"

namespace falconet {

constexpr std::int32_t kNoFrame = -1;  // the caller of the start state: the end

struct Frame {
  StateId return_to = {};
  std::int32_t parent = kNoFrame;
  std::int32_t memory = 0;           // of the caller, see Thread::memory
  std::uint32_t shortest_after = 0;  // bytes from the return of the callee to the very end
};

/// A text that may not come again, and those before it.
struct SeenText {
  std::int32_t previous = 0;  // 0: none
  std::int32_t count = 0;
  std::size_t begin = 0;  // in the matcher's text
  std::size_t num_bytes = 0;
};

class CallStacks {
 public:
  CallStacks() : seen_(1) {}

  std::int32_t push(const Frame& frame);
  const Frame& frame(std::int32_t id) const { return frames_[static_cast<std::size_t>(id)]; }

  std::int32_t add_seen(const SeenText& text);
  const SeenText& seen(std::int32_t id) const { return seen_[static_cast<std::size_t>(id)]; }

  struct Mark {
    std::size_t num_frames = 0;
    std::size_t num_seen = 1;
  };
  Mark mark() const { return {frames_.size(), seen_.size()}; }
  void take_back(Mark mark);

 private:
  std::size_t bucket_of(const Frame& frame) const;
  void rehash();

  // A hash table whose chains begin with the latest frame, so that taking back is popping.
  std::vector<Frame> frames_;
  std::vector<std::int32_t> next_in_bucket_;
  std::vector<std::int32_t> buckets_;
  std::vector<SeenText> seen_;
};

}  // namespace falconet
