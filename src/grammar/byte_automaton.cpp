#include "grammar/byte_automaton.h"

namespace falconet {

void ByteAutomaton::make_table(std::size_t index) {
  if (num_tables_ >= kMaxTables) {
    tables_.clear();
    num_tables_ = 0;
  }
  if (index >= tables_.size()) tables_.resize(index + index / 4 + 64);
  tables_[index] = std::make_unique<Table>();
  tables_[index]->fill(-1);
  ++num_tables_;
}

RegexId ByteAutomaton::learn(RegexId state, std::uint8_t byte) {
  const RegexId target = pool_.derive(state, byte);
  if (!pool_.is_exhausted()) (*tables_[static_cast<std::size_t>(state.value)])[byte] = target.value;
  return target;
}

bool ByteAutomaton::can_read(RegexId state) { return pool_.has_more_than_tags(state); }

int ByteAutomaton::only_byte(RegexId state) {
  int only = -1;
  for (int byte = 0; byte < 256; ++byte) {
    if (next(state, static_cast<std::uint8_t>(byte)) == kNothing) continue;
    if (only >= 0) return -1;
    only = byte;
  }
  return only;
}

}  // namespace falconet
