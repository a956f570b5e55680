#include "grammar/matcher.h"

#include <algorithm>

#include "grammar/grammar_parts.h"

namespace falconet {

GrammarMatcher::GrammarMatcher(Grammar::Pointer grammar) : grammar_(std::move(grammar)) {
  Grammar::Parts& parts = grammar_->parts();
  const std::scoped_lock lock(parts.mutex);
  parts.parser.start(memory_, threads_);
}

GrammarMatcher::Step GrammarMatcher::now() const {
  return {threads_, memory_.text.size(), memory_.stacks.mark(), has_ended_};
}

void GrammarMatcher::restore(Step step) {
  threads_ = std::move(step.threads);
  memory_.text.resize(step.num_bytes);
  memory_.stacks.take_back(step.stacks);
  has_ended_ = step.has_ended;
}

void GrammarMatcher::remember(Step step) {
  steps_.push_back(std::move(step));
  if (steps_.size() > kMaxRollback) steps_.pop_front();
}

bool GrammarMatcher::accept(TokenId token) {
  Grammar::Parts& parts = grammar_->parts();
  if (has_ended_ || parts.vocabulary == nullptr) return false;
  if (parts.vocabulary->is_end(token)) {
    if (!can_end()) return false;
    remember(now());
    has_ended_ = true;
    threads_.list.clear();
    return true;
  }
  const std::string_view bytes = parts.vocabulary->bytes(token);
  return !bytes.empty() && accept(bytes);
}

bool GrammarMatcher::accept(std::string_view bytes) {
  if (has_ended_) return false;
  const std::scoped_lock lock(grammar_->parts().mutex);
  Step before = now();
  if (!read(bytes)) {
    restore(std::move(before));
    return false;
  }
  remember(std::move(before));
  return true;
}

bool GrammarMatcher::read(std::string_view bytes) {
  Parser& parser = grammar_->parts().parser;
  Threads next;
  for (const char byte : bytes) {
    memory_.text.push_back(byte);
    parser.step(threads_, static_cast<std::uint8_t>(byte), memory_, next);
    std::swap(threads_, next);
    if (threads_.is_dead()) return false;
  }
  return true;
}

void GrammarMatcher::rollback(std::size_t num_steps) {
  for (; num_steps > 0 && !steps_.empty(); --num_steps) {
    restore(std::move(steps_.back()));
    steps_.pop_back();
  }
}

std::bitset<256> GrammarMatcher::readable_bytes() {
  Parser& parser = grammar_->parts().parser;
  std::bitset<256> readable;
  Threads next;
  memory_.text.push_back(0);
  for (std::size_t byte = 0; byte < readable.size(); ++byte) {
    const CallStacks::Mark mark = memory_.stacks.mark();
    memory_.text.back() = static_cast<char>(byte);
    parser.step(threads_, static_cast<std::uint8_t>(byte), memory_, next);
    readable.set(byte, !next.is_dead());
    memory_.stacks.take_back(mark);
  }
  memory_.text.pop_back();
  return readable;
}

std::string GrammarMatcher::forced_bytes(std::size_t max_bytes, std::bitset<256>* next) {
  Grammar::Parts& parts = grammar_->parts();
  const std::scoped_lock lock(parts.mutex);
  Step before = now();
  const std::size_t begin = memory_.text.size();
  while (!has_ended_ && !threads_.can_end && memory_.text.size() - begin < max_bytes) {
    int only = -1;
    for (const Thread& thread : threads_.list) {
      const int byte = parts.automaton.only_byte(thread.rest);
      const bool agrees = byte >= 0 && (only < 0 || only == byte);
      only = agrees ? byte : -1;
      if (!agrees) break;
    }
    if (only < 0) break;
    const char byte = static_cast<char>(only);
    if (!read(std::string_view(&byte, 1))) break;
  }
  std::string forced = memory_.text.substr(begin);
  if (next != nullptr && !forced.empty()) *next = readable_bytes();
  restore(std::move(before));
  return forced;
}

// Behind every alternative of the preferred thread.
constexpr std::size_t kNotPreferred = 1u << 20;

std::size_t GrammarMatcher::order_of(std::string_view bytes, std::optional<std::size_t> preferred) {
  Grammar::Parts& parts = grammar_->parts();
  const std::scoped_lock lock(parts.mutex);
  std::size_t lowest = static_cast<std::size_t>(-1);
  for (std::size_t i = 0; i < threads_.list.size(); ++i) {
    RegexId rest = threads_.list[i].rest;
    for (const char byte : bytes) {
      rest = parts.automaton.next(rest, static_cast<std::uint8_t>(byte));
    }
    const auto tags = rest == kNothing ? std::span<const std::int32_t>() : parts.pool.tags(rest);
    if (tags.empty()) continue;
    const auto order = static_cast<std::size_t>(tags.front());
    if (preferred && i == *preferred % threads_.list.size()) return order;
    lowest = std::min(lowest, order + kNotPreferred);
  }
  return lowest;
}

std::uint32_t GrammarMatcher::shortest_completion_bytes() {
  if (has_ended_) return 0;
  Grammar::Parts& parts = grammar_->parts();
  const std::scoped_lock lock(parts.mutex);
  return parts.parser.shortest(threads_, memory_);
}

std::string GrammarMatcher::shortest_completion(std::size_t max_bytes) {
  Grammar::Parts& parts = grammar_->parts();
  const std::scoped_lock lock(parts.mutex);
  Step before = now();
  const std::size_t begin = memory_.text.size();
  std::uint32_t left = has_ended_ ? 0 : parts.parser.shortest(threads_, memory_);
  Threads next;
  while (left > 0 && left != kUnlimited && memory_.text.size() - begin < max_bytes) {
    std::uint32_t best = kUnlimited;
    char best_byte = 0;
    memory_.text.push_back(0);
    for (int byte = 0; byte < 256 && best >= left; ++byte) {
      const CallStacks::Mark mark = memory_.stacks.mark();
      memory_.text.back() = static_cast<char>(byte);
      parts.parser.step(threads_, static_cast<std::uint8_t>(byte), memory_, next);
      const std::uint32_t after = parts.parser.shortest(next, memory_);
      if (after < best) best_byte = static_cast<char>(byte);
      best = std::min(best, after);
      memory_.stacks.take_back(mark);
    }
    memory_.text.pop_back();
    if (best == kUnlimited || !read(std::string_view(&best_byte, 1))) break;
    left = best;
  }
  std::string completion = memory_.text.substr(begin);
  restore(std::move(before));
  return completion;
}

}  // namespace falconet
