#include "engine/block_pool.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/random.h"

namespace falconet {
namespace {

TEST(BlockPool, GivesTheBlocksOfAPreemptedSequenceToTheNextOne) {
  BlockPool pool(/*num_blocks=*/2);
  BlockTable first(pool);
  BlockTable second(pool);
  ASSERT_TRUE(first.grow_to(2));
  EXPECT_FALSE(second.grow_to(1));
  EXPECT_EQ(second.size(), 0u);
  first.clear();
  EXPECT_TRUE(second.grow_to(2));
}

TEST(BlockPool, KeepsASharedBlockUntilItsLastHolderLetsGo) {
  BlockPool pool(3);
  BlockTable owner(pool);
  ASSERT_TRUE(owner.grow_to(2));
  {
    BlockTable sharer(pool);
    sharer.share_prefix(owner, 1);
    ASSERT_TRUE(sharer.grow_to(2));
    EXPECT_EQ(pool.num_free(), 0u);
    owner.clear();
    EXPECT_EQ(pool.num_free(), 1u) << "the shared block is still in use";
  }
  EXPECT_EQ(pool.num_free(), 3u);
}

TEST(BlockPool, AMovedFromTableGivesNothingBack) {
  BlockPool pool(2);
  BlockTable table(pool);
  ASSERT_TRUE(table.grow_to(2));
  {
    const BlockTable moved(std::move(table));
    EXPECT_EQ(moved.size(), 2u);
  }
  EXPECT_EQ(pool.num_free(), 2u);
}

// Against a model: a multiset of references. No block is ever held by two tables unless shared.
TEST(BlockPool, AgreesWithAPlainModelUnderRandomUse) {
  constexpr std::uint64_t kSeed = 20240611;
  Random random(kSeed);
  BlockPool pool(40);
  std::vector<BlockTable> tables;
  for (int step = 0; step < 20000; ++step) {
    const std::uint64_t action = random.below(4);
    if (action == 0 && tables.size() < 12) {
      BlockTable table(pool);
      const std::size_t num_free = pool.num_free();
      const std::size_t wanted = random.below(9);
      ASSERT_EQ(table.grow_to(wanted), wanted <= num_free);
      tables.push_back(std::move(table));
    } else if (action == 1 && !tables.empty() && tables.size() < 12) {
      const BlockTable& parent = tables[random.below(tables.size())];
      BlockTable child(pool);
      child.share_prefix(parent, random.below(parent.size() + 1));
      tables.push_back(std::move(child));
    } else if (action == 2 && !tables.empty()) {
      tables[random.below(tables.size())].grow_to(random.below(12));
    } else if (!tables.empty()) {
      tables[random.below(tables.size())].clear();
      if (random.below(2) == 0) tables.pop_back();
    }
    std::map<BlockId, int> held;
    for (const BlockTable& table : tables) {
      std::set<BlockId> once;
      for (const BlockId id : table.ids()) {
        ++held[id];
        ASSERT_TRUE(once.insert(id).second) << "a table holds a block twice, seed " << kSeed;
      }
    }
    ASSERT_EQ(pool.num_used(), held.size()) << "seed " << kSeed << ", step " << step;
    for (const auto& [id, count] : held) ASSERT_EQ(pool.num_references(id), count);
  }
}

}  // namespace
}  // namespace falconet
