#include "store/records.h"

#include <algorithm>
#include <array>

namespace falconet {
namespace {

constexpr std::array kStatusNames = {"done", "streaming", "stopped", "interrupted", "failed"};
constexpr std::array kStateNames = {"queued", "reading", "writing", "done", "stopped", "failed"};

constexpr std::array kPairChoices = {"left", "right", "tie"};

template <class Enum, std::size_t N>
Enum named(const std::array<const char*, N>& names, std::string_view name, Enum otherwise) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? otherwise : static_cast<Enum>(found - names.begin());
}

}  // namespace

const char* message_status_name(MessageStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

MessageStatus message_status_of(std::string_view name) {
  return named(kStatusNames, name, MessageStatus::Failed);
}

const char* generation_state_name(GenerationState state) {
  return kStateNames[static_cast<std::size_t>(state)];
}

GenerationState generation_state_of(std::string_view name) {
  return named(kStateNames, name, GenerationState::Failed);
}

const char* pair_choice_name(PairChoice choice) {
  return kPairChoices[static_cast<std::size_t>(choice)];
}

std::optional<PairChoice> pair_choice_of(std::string_view name) {
  const auto found = std::find(kPairChoices.begin(), kPairChoices.end(), name);
  if (found == kPairChoices.end()) return std::nullopt;
  return static_cast<PairChoice>(found - kPairChoices.begin());
}

double Ledger::tokens_per_second() const {
  const auto num_tokens = static_cast<double>(reasoning_tokens + answer_tokens);
  return decode_ms > 0 ? num_tokens * 1000 / decode_ms : 0;
}

}  // namespace falconet
