#include "engine/output_constraint.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/strings.h"
#include "grammar/forced_tokens.h"

namespace falconet {
namespace {

constexpr std::size_t kWordBits = 64;

bool has_bit(std::span<const std::uint64_t> bits, std::size_t index) {
  return index / kWordBits < bits.size() && ((bits[index / kWordBits] >> (index % kWordBits)) & 1u);
}

}  // namespace

OutputConstraint::OutputConstraint(Grammar::Pointer grammar)
    : grammar_(std::move(grammar)),
      matcher_(grammar_),
      bits_((grammar_->vocabulary().size() + kWordBits - 1) / kWordBits) {}

bool OutputConstraint::is_blank(TokenId token) const {
  return trim(grammar_->vocabulary().bytes(token)).empty();
}

std::span<const std::uint64_t> OutputConstraint::allowed(std::optional<TokenId> also) {
  matcher_.fill_mask(bits_);
  if (also && static_cast<std::size_t>(also->value) < grammar_->vocabulary().size()) {
    const auto index = static_cast<std::size_t>(also->value);
    bits_[index / kWordBits] |= std::uint64_t{1} << (index % kWordBits);
  }
  return bits_;
}

// A token has at least one byte, so the bytes of a completion are never fewer than its tokens.
bool OutputConstraint::can_complete(std::size_t num_tokens) {
  return matcher_.can_end() || matcher_.shortest_completion_bytes() <= num_tokens;
}

std::optional<TokenId> OutputConstraint::settle(TokenId drawn, std::size_t num_left) {
  // Where not even the shortest text fits, the answer is cut off like any other.
  const bool could_complete = can_complete(num_left);
  if (matcher_.accept(drawn)) {
    if (!could_complete || can_complete(num_left - 1)) return drawn;
    matcher_.rollback(1);
  }
  return shortest_step();
}

std::optional<TokenId> OutputConstraint::skip_ahead(TokenId settled) {
  const TokenVocabulary& vocabulary = grammar_->vocabulary();
  forced_ = forced_tokens(matcher_, vocabulary, vocabulary.bytes(settled));
  if (forced_.empty()) return settled;
  std::ranges::reverse(forced_);
  matcher_.rollback(1);
  if (const auto first = next_forced()) return first;
  // The grammar has met its limits meanwhile.
  return matcher_.accept(settled) ? std::optional(settled) : std::nullopt;
}

std::optional<TokenId> OutputConstraint::next_forced() {
  if (forced_.empty()) return std::nullopt;
  const TokenId token = forced_.back();
  forced_.pop_back();
  if (matcher_.accept(token)) return token;
  forced_.clear();
  return std::nullopt;
}

// The longest allowed token that begins a shortest completion: fewer steps, the same text.
std::optional<TokenId> OutputConstraint::shortest_step() {
  const TokenVocabulary& vocabulary = grammar_->vocabulary();
  const std::string text = matcher_.shortest_completion();
  matcher_.fill_mask(bits_);
  std::optional<TokenId> best;
  for (std::size_t id = 0; id < vocabulary.size(); ++id) {
    const TokenId token{static_cast<std::int32_t>(id)};
    const std::string_view bytes = vocabulary.bytes(token);
    if (bytes.empty() || !has_bit(bits_, id) || !text.starts_with(bytes)) continue;
    if (!best || bytes.size() > vocabulary.bytes(*best).size()) best = token;
  }
  if (!best && matcher_.can_end() && !vocabulary.end_tokens().empty()) {
    best = vocabulary.end_tokens().front();
  }
  if (!best || !matcher_.accept(*best)) return std::nullopt;
  return best;
}

}  // namespace falconet
