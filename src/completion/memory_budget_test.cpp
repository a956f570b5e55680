#include "completion/memory_budget.h"

#include <gtest/gtest.h>

namespace falconet {
namespace {

TEST(MemoryBudget, ReadsWhatTheSystemHasAvailable) {
  EXPECT_EQ(parse_available_memory("MemTotal:       100 kB\nMemAvailable:    3072 kB\nX: 1 kB\n"),
            3072u * 1024);
  EXPECT_FALSE(parse_available_memory("MemTotal: 100 kB\n"));
  EXPECT_FALSE(parse_available_memory("MemAvailable: many kB\n"));
  EXPECT_GT(available_memory_bytes(), 1u << 20);
}

}  // namespace
}  // namespace falconet
