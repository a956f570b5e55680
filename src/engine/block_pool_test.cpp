#include "engine/block_pool.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace falconet
