#include "engine/fair_share.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace falconet {

FairShare::Client& FairShare::join(const Digest128& id) {
  Client& client = clients_[id];
  if (client.num_sequences == 0) {
    const std::uint64_t least = least_served();
    if (least != std::numeric_limits<std::uint64_t>::max()) {
      client.served = std::max(client.served, least);
    }
  }
  ++client.num_sequences;
  return client;
}

void FairShare::leave(const Digest128& id) {
  const auto found = clients_.find(id);
  CHECK(found != clients_.end() && found->second.num_sequences > 0,
        "a client left who was not here");
  if (--found->second.num_sequences > 0) return;
  const std::uint64_t least = least_served();
  std::erase_if(clients_, [least](const auto& entry) {
    return entry.second.num_sequences == 0 && entry.second.served <= least;
  });
}

// Of those with sequences; the largest number if there are none.
std::uint64_t FairShare::least_served() const {
  std::uint64_t least = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [id, client] : clients_) {
    if (client.num_sequences > 0) least = std::min(least, client.served);
  }
  return least;
}

}  // namespace falconet
