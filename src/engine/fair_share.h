// How much each client has had of the machine, so that whoever had least is served next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "base/digest.h"

namespace falconet {

/// Virtual token counters (Sheng et al., Fairness in Serving Large Language Models, OSDI 2024,
/// algorithm 2): each client's counter grows with what is computed for it, and the least is served
/// first. Who comes back after a pause begins at the least of those present: time that was not used
/// is not saved up.
class FairShare {
 public:
  struct Client {
    std::uint64_t served = 0;
    std::size_t num_sequences = 0;
  };

  // Tokens of output cost more than tokens of a prompt, which are computed many at a time; the
  // paper's weights.
  static constexpr std::uint64_t kPromptTokenCost = 1;
  static constexpr std::uint64_t kOutputTokenCost = 2;

  /// One more sequence. Stays where it is until its last one has left.
  Client& join(const Digest128& id);

  /// One sequence less. A counter is kept while it says more than a newcomer's would.
  void leave(const Digest128& id);

  std::size_t num_known() const { return clients_.size(); }

 private:
  std::uint64_t least_served() const;

  std::unordered_map<Digest128, Client> clients_;
};

}  // namespace falconet
