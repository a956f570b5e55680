// Whose observation it is: people are what is sampled, so every method that takes messages takes
// them grouped by person.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/strong_id.h"

namespace falconet {

using PersonId = StrongId<struct PersonTag>;

/// Observations numbered by person: the persons 0 … num_people − 1 in the order they first appear.
struct PersonIndex {
  std::vector<int> of;  // [num_observations]
  int num_people = 0;
};

PersonIndex index_people(std::span<const PersonId> people);

}  // namespace falconet
