// How many requests wait to begin: as many as there is room for, and not all of them of one client.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "base/digest.h"

namespace falconet {

/// Thread-safe, without a lock: callers enter, the engine's thread lets them out.
class WaitingRoom {
 public:
  enum class Entry { Admitted, Full, ClientFull };

  explicit WaitingRoom(std::size_t num_places) : num_places_(num_places) {}

  /// A quarter of the places is left to others, unless the client is nobody in particular.
  Entry enter(const Digest128& client) {
    std::atomic<std::size_t>& own = count_of(client);
    if (num_waiting_.fetch_add(1) >= num_places_) {
      num_waiting_.fetch_sub(1);
      return Entry::Full;
    }
    if (own.fetch_add(1) < num_places_of(client)) return Entry::Admitted;
    leave(client);
    return Entry::ClientFull;
  }

  void leave(const Digest128& client) {
    num_waiting_.fetch_sub(1);
    count_of(client).fetch_sub(1);
  }

  std::size_t num_places() const { return num_places_; }
  std::size_t num_places_of(const Digest128& client) const {
    return client == Digest128{} ? num_places_ : num_places_ - num_places_ / 4;
  }

 private:
  // Clients who meet in a counter share its bound, which two of a hundred seldom do.
  static constexpr std::size_t kNumCounters = 4096;

  std::atomic<std::size_t>& count_of(const Digest128& client) {
    return by_client_[std::hash<Digest128>()(client) % kNumCounters];
  }

  std::size_t num_places_;
  std::atomic<std::size_t> num_waiting_{0};
  std::array<std::atomic<std::size_t>, kNumCounters> by_client_{};
};

}  // namespace falconet
