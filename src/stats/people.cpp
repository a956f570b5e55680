#include "stats/people.h"

#include <map>

namespace falconet {

PersonIndex index_people(std::span<const PersonId> people) {
  PersonIndex index;
  index.of.reserve(people.size());
  std::map<PersonId, int> seen;
  for (const PersonId person : people) {
    const auto [place, is_new] = seen.try_emplace(person, index.num_people);
    if (is_new) ++index.num_people;
    index.of.push_back(place->second);
  }
  return index;
}

}  // namespace falconet
