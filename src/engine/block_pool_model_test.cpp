// The block pool under random use, against a plain model: counts of references, a map of what was
// published, a list of what was used when, and a memory in which every position says whose it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <memory>
#include <set>

#include "base/random.h"
#include "engine/block_pool.h"

namespace falconet {
namespace {

constexpr std::size_t kPoolBlocks = 24;
constexpr std::size_t kMaxTables = 10;
constexpr std::size_t kMaxLength = 6 * kBlockTokens;

using Prefix = std::pair<std::uint64_t, std::vector<TokenId>>;  // salt, tokens

/// What a sequence is to the pool.
struct ModelTable {
  explicit ModelTable(BlockPool& pool) : table(pool) {}

  std::uint64_t salt = 0;
  std::vector<TokenId> tokens;
  std::size_t num_computed = 0;
  BlockTable table;

  Prefix prefix(std::size_t num_tokens) const {
    return {salt, {tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(num_tokens)}};
  }
};

class PoolModel {
 public:
  PoolModel(std::uint64_t seed, PrefixCaching caching)
      : random_(seed), pool_(kPoolBlocks, caching), is_caching_(caching == PrefixCaching::On) {}

  void act() {
    const std::uint64_t action = random_.below(8);
    if (action < 2 && tables_.size() < kMaxTables) {
      begin();
    } else if (action == 2 && !tables_.empty() && tables_.size() < kMaxTables) {
      fork(any());
    } else if (action < 6 && !tables_.empty()) {
      go_on(any());
    } else if (action == 6 && !tables_.empty()) {
      preempt(any());
    } else if (!tables_.empty()) {
      end();
    }
    check();
  }

  void end_all() {
    while (!tables_.empty()) end();
    check();
    EXPECT_EQ(pool_.num_free(), kPoolBlocks);
  }

  std::size_t num_found() const { return num_found_; }
  std::uint64_t num_evictions() const { return pool_.num_evictions(); }

 private:
  ModelTable& any() { return *tables_[random_.below(tables_.size())]; }

  // Two tokens and few changes, so that many begin alike.
  void write_on(ModelTable& table, std::size_t length) {
    while (table.tokens.size() < length) {
      const bool is_other = random_.below(24) == 0;
      table.tokens.push_back({is_other ? 1 : 0});
    }
  }

  void begin() {
    auto table = std::make_unique<ModelTable>(pool_);
    table->salt = random_.below(2);
    write_on(*table, 1 + random_.below(kMaxLength - 1));
    tables_.push_back(std::move(table));
    take(*tables_.back());
  }

  // As the scheduler does it: what is there, but for the last token.
  void take(ModelTable& table) {
    std::size_t num_expected = 0;
    std::vector<BlockId> expected;
    while ((num_expected + 1) * kBlockTokens <= table.tokens.size()) {
      const auto found = published_.find(table.prefix((num_expected + 1) * kBlockTokens));
      if (found == published_.end()) break;
      expected.push_back(found->second);
      hold(found->second);
      ++num_expected;
    }
    table.table.take_published(table.tokens, {table.salt, 0});
    const auto ids = table.table.ids();
    ASSERT_EQ(std::vector(ids.begin(), ids.end()), expected);
    num_found_ += num_expected;
    table.num_computed = std::min(num_expected * kBlockTokens, table.tokens.size() - 1);
    own_end(table);
  }

  // The last block is shared and not all of it is computed: copied, or dropped for want of room.
  void own_end(ModelTable& table) {
    if (table.num_computed % kBlockTokens == 0) return;
    const BlockId shared = table.table.ids().back();
    if (pool_.num_free() == 0) {
      table.table.drop_last();
      let_go(shared);
      table.num_computed = table.table.size() * kBlockTokens;
      return;
    }
    const BlockCopy copy = table.table.own_last();
    ASSERT_EQ(copy.from, shared);
    ASSERT_EQ(copy.to, table.table.ids().back());
    const auto words = memory_[index(copy.from)];
    allocated(copy.to);
    let_go(copy.from);
    memory_[index(copy.to)] = words;
  }

  void fork(const ModelTable& parent) {
    if (parent.num_computed == 0) return;
    auto child = std::make_unique<ModelTable>(pool_);
    const std::size_t length = 1 + random_.below(parent.num_computed);
    child->salt = parent.salt;
    child->tokens = parent.prefix(length).second;
    child->num_computed = length;
    const std::size_t num_blocks = (length + kBlockTokens - 1) / kBlockTokens;
    child->table.share_prefix(parent.table, num_blocks);
    for (const BlockId block : child->table.ids()) hold(block);
    tables_.push_back(std::move(child));
    own_end(*tables_.back());
  }

  void go_on(ModelTable& table) {
    if (table.tokens.size() < kMaxLength && random_.below(2) == 0) {
      write_on(table, table.tokens.size() + 1 + random_.below(20));
    }
    const std::size_t last =
        std::min(table.tokens.size(), table.num_computed + 1 + random_.below(40));
    const std::size_t num_before = table.table.size();
    const std::size_t num_blocks = (last + kBlockTokens - 1) / kBlockTokens;
    const bool has_room = num_blocks <= num_before + pool_.num_free();
    ASSERT_EQ(table.table.grow_to(num_blocks), has_room);
    if (!has_room) return;
    for (std::size_t i = num_before; i < num_blocks; ++i) allocated(table.table.ids()[i]);
    for (std::size_t position = table.num_computed; position < last; ++position) {
      const BlockId block = table.table.ids()[position / kBlockTokens];
      ASSERT_EQ(references_[block], 1) << "what others hold is written";
      memory_[index(block)][position % kBlockTokens] = table.prefix(position + 1);
    }
    publish(table, last);
  }

  void publish(ModelTable& table, std::size_t num_computed) {
    const std::size_t first = table.num_computed / kBlockTokens;
    const std::vector<BlockId> before(table.table.ids().begin(), table.table.ids().end());
    table.num_computed = num_computed;
    table.table.publish(table.tokens, num_computed, {table.salt, 0});
    for (std::size_t i = first; is_caching_ && i < num_computed / kBlockTokens; ++i) {
      const auto [entry, is_new] =
          published_.emplace(table.prefix((i + 1) * kBlockTokens), before[i]);
      ASSERT_EQ(table.table.ids()[i], entry->second);
      if (entry->second == before[i]) continue;
      hold(entry->second);
      let_go(before[i]);
    }
  }

  void preempt(ModelTable& table) {
    give_back(table);
    table.num_computed = 0;
    take(table);
  }

  void end() {
    const std::size_t i = random_.below(tables_.size());
    give_back(*tables_[i]);
    tables_.erase(tables_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  void give_back(ModelTable& table) {
    const std::vector<BlockId> ids(table.table.ids().begin(), table.table.ids().end());
    table.table.clear();
    for (auto block = ids.rbegin(); block != ids.rend(); ++block) let_go(*block);
  }

  // The model's side: one reference more or less, and a block that the pool gave out.
  void hold(BlockId block) {
    if (references_[block]++ == 0) unused_.remove(block);
  }

  void let_go(BlockId block) {
    ASSERT_GT(references_[block], 0);
    if (--references_[block] > 0) return;
    references_.erase(block);
    const bool is_published = std::ranges::any_of(
        published_, [block](const auto& entry) { return entry.second == block; });
    if (is_published) unused_.push_back(block);
  }

  void allocated(BlockId block) {
    ASSERT_EQ(references_.count(block), 0u) << "block " << block.value << " is used twice";
    const std::size_t num_blank = kPoolBlocks - references_.size() - unused_.size();
    if (num_blank == 0) {
      ASSERT_EQ(block, unused_.front()) << "another was not used for longer";
      unused_.pop_front();
      std::erase_if(published_, [block](const auto& entry) { return entry.second == block; });
    } else {
      ASSERT_EQ(std::ranges::count(unused_, block), 0) << "blocks that hold nothing come first";
    }
    references_[block] = 1;
    memory_[index(block)] = {};
  }

  void check() {
    std::map<BlockId, int> held;
    for (const auto& table : tables_) {
      std::set<BlockId> once;
      for (const BlockId block : table->table.ids()) {
        ++held[block];
        ASSERT_TRUE(once.insert(block).second) << "a table holds a block twice";
      }
      for (std::size_t position = 0; position < table->num_computed; ++position) {
        const BlockId block = table->table.ids()[position / kBlockTokens];
        ASSERT_EQ(memory_[index(block)][position % kBlockTokens], table->prefix(position + 1));
      }
    }
    ASSERT_EQ(held, references_);
    ASSERT_EQ(pool_.num_used(), held.size());
    ASSERT_EQ(pool_.num_published(), published_.size());
    for (const auto& [block, count] : held) ASSERT_EQ(pool_.num_references(block), count);
  }

  static std::size_t index(BlockId block) { return static_cast<std::size_t>(block.value); }

  Random random_;
  BlockPool pool_;
  bool is_caching_;
  std::vector<std::unique_ptr<ModelTable>> tables_;
  std::map<BlockId, int> references_;
  std::map<Prefix, BlockId> published_;
  std::list<BlockId> unused_;  // published and held by nobody, the longest unused first
  std::array<std::array<Prefix, kBlockTokens>, kPoolBlocks> memory_;
  std::size_t num_found_ = 0;
};

void use_at_random(PrefixCaching caching, std::uint64_t seed) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  PoolModel model(seed, caching);
  for (int step = 0; step < 1500; ++step) {
    SCOPED_TRACE(testing::Message() << "step " << step);
    model.act();
    if (testing::Test::HasFailure()) return;
  }
  if (caching == PrefixCaching::On) {
    EXPECT_GT(model.num_found(), 250u) << "the test finds too little to test it";
    EXPECT_GT(model.num_evictions(), 50u);
  }
  model.end_all();
}

TEST(BlockPool, LosesNothingAndUsesNothingTwiceUnderRandomUse) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) use_at_random(PrefixCaching::On, seed);
  use_at_random(PrefixCaching::Off, 4);
}

}  // namespace
}  // namespace falconet
