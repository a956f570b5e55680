// The byte-level expressions of a pool as a deterministic automaton, made as it is walked.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "grammar/regex_pool.h"

namespace falconet {

/// States are expressions. Tables are only a memory of derivatives and may be dropped at any time.
class ByteAutomaton {
 public:
  /// 1 KB each.
  static constexpr std::size_t kMaxTables = 16'384;

  explicit ByteAutomaton(RegexPool& pool) : pool_(pool) {}

  RegexId next(RegexId state, std::uint8_t byte) {
    const auto index = static_cast<std::size_t>(state.value);
    if (index >= tables_.size() || tables_[index] == nullptr) make_table(index);
    std::int32_t& target = (*tables_[index])[byte];
    if (target < 0) return learn(state, byte);
    return RegexId{target};
  }

  /// Whether anything can be read from here: false for the end of an alternative.
  bool can_read(RegexId state);

  /// The one byte that can be read, or -1 if there are none or several.
  int only_byte(RegexId state);

 private:
  using Table = std::array<std::int32_t, 256>;

  void make_table(std::size_t index);
  RegexId learn(RegexId state, std::uint8_t byte);

  RegexPool& pool_;
  std::vector<std::unique_ptr<Table>> tables_;
  std::size_t num_tables_ = 0;
};

}  // namespace falconet
