#include "tokenizer/regex.h"

#include <algorithm>

#include "base/unicode.h"

namespace falconet {
namespace {

constexpr std::size_t kNoMatch = static_cast<std::size_t>(-1);

// Real pre-tokenizers take some tens of steps a byte; a pattern that explodes is cut off here.
constexpr std::uint64_t kStepsPerByte = 4096;

// Counted repeats of groups are written out: {3} makes three copies.
constexpr std::size_t kMaxInstructions = 20'000;

std::size_t previous_character(std::string_view text, std::size_t position) {
  for (std::size_t size = 4; size > 1; --size) {
    if (size > position) continue;
    const Utf8Character character = decode_utf8(text, position - size);
    if (character.is_valid && static_cast<std::size_t>(character.num_bytes) == size) {
      return position - size;
    }
  }
  return position - 1;
}

bool can_be_empty(const RegexNode& node) {
  const auto child_can = [](const RegexNode& child) { return can_be_empty(child); };
  switch (node.kind) {
    case RegexNode::Kind::Set: return false;
    case RegexNode::Kind::Choice:
      return std::any_of(node.children.begin(), node.children.end(), child_can);
    case RegexNode::Kind::Repeat: return node.min == 0 || can_be_empty(node.children[0]);
    case RegexNode::Kind::Sequence:
    case RegexNode::Kind::Atomic:
      return std::all_of(node.children.begin(), node.children.end(), child_can);
    default: return true;
  }
}

}  // namespace

class Regex::Compiler {
 public:
  explicit Compiler(std::vector<Instruction>& program) : program_(program) {}

  Status emit(const RegexNode& node) {
    if (program_.size() > kMaxInstructions) {
      return error(ErrorCode::Unsupported, "regular expression: too large");
    }
    using Kind = RegexNode::Kind;
    switch (node.kind) {
      case Kind::Set: add({.op = Op::Set, .set = node.set}); return {};
      case Kind::Sequence:
        for (const RegexNode& child : node.children) TRY(emit(child));
        return {};
      case Kind::Choice: return emit_choice(node);
      case Kind::Repeat: return emit_repeat(node);
      case Kind::Lookahead:
        return emit_body(node.is_negated ? Op::NegativeLookahead : Op::Lookahead, node.children[0]);
      case Kind::Atomic: return emit_body(Op::Atomic, node.children[0]);
      case Kind::LineStart: add({.op = Op::LineStart}); return {};
      case Kind::LineEnd: add({.op = Op::LineEnd}); return {};
      case Kind::TextStart: add({.op = Op::TextStart}); return {};
      case Kind::TextEnd: add({.op = Op::TextEnd}); return {};
    }
    return {};
  }

 private:
  std::size_t add(Instruction instruction) {
    program_.push_back(instruction);
    return program_.size() - 1;
  }

  Status emit_body(Op op, const RegexNode& body) {
    const std::size_t start = add({.op = op});
    TRY(emit(body));
    add({.op = Op::Accept});
    program_[start].target = program_.size();
    return {};
  }

  Status emit_choice(const RegexNode& node) {
    std::vector<std::size_t> jumps;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool is_last = i + 1 == node.children.size();
      const std::size_t split = is_last ? 0 : add({.op = Op::Split});
      TRY(emit(node.children[i]));
      if (is_last) break;
      jumps.push_back(add({.op = Op::Jump}));
      program_[split].target = program_.size();
    }
    for (const std::size_t jump : jumps) program_[jump].target = program_.size();
    return {};
  }

  Status emit_repeat(const RegexNode& node) {
    const RegexNode& body = node.children[0];
    if (body.kind == RegexNode::Kind::Set) {
      add({.op = Op::Repeat,
           .greed = node.greed,
           .set = body.set,
           .min = node.min,
           .max = node.max});
      return {};
    }
    if (node.greed != Greed::Possessive) return emit_group_repeat(node);
    RegexNode greedy = node;
    greedy.greed = Greed::Greedy;
    return emit_body(Op::Atomic, greedy);
  }

  Status emit_group_repeat(const RegexNode& node) {
    const RegexNode& body = node.children[0];
    const Op split_op = node.greed == Greed::Lazy ? Op::SplitLazy : Op::Split;
    for (std::size_t i = 0; i < node.min; ++i) TRY(emit(body));
    if (node.max == RegexNode::kNoLimit) {
      if (can_be_empty(body)) {
        return error(ErrorCode::Unsupported,
                     "regular expression: an endless repeat of something that can be empty");
      }
      const std::size_t split = add({.op = split_op});
      TRY(emit(body));
      add({.op = Op::Jump, .target = split});
      program_[split].target = program_.size();
      return {};
    }
    std::vector<std::size_t> splits;
    for (std::size_t i = node.min; i < node.max; ++i) {
      splits.push_back(add({.op = split_op}));
      TRY(emit(body));
    }
    for (const std::size_t split : splits) program_[split].target = program_.size();
    return {};
  }

  std::vector<Instruction>& program_;
};

Result<Regex> Regex::compile(std::string_view pattern) {
  TRY_ASSIGN(ParsedRegex parsed, parse_regex(pattern));
  Regex regex;
  regex.sets_ = std::move(parsed.sets);
  TRY(Compiler(regex.program_).emit(parsed.root));
  regex.program_.push_back({.op = Op::Accept});
  return regex;
}

Regex::Search::Search(const Regex& regex, std::string_view text)
    : regex_(regex), text_(text), steps_left_((text.size() + 16) * kStepsPerByte) {}

std::optional<TextSpan> Regex::Search::find(std::size_t from) {
  while (true) {
    if (const auto end = match_at(from)) return TextSpan{from, *end};
    if (from >= text_.size() || steps_left_ == 0) return std::nullopt;
    from += static_cast<std::size_t>(decode_utf8(text_, from).num_bytes);
  }
}

std::optional<std::size_t> Regex::Search::match_at(std::size_t start) {
  frames_.clear();
  const std::size_t end = run(0, start);
  if (end == kNoMatch) return std::nullopt;
  return end;
}

/// Recurses into lookaheads and atomic groups only, so no deeper than the pattern nests.
std::size_t Regex::Search::run(std::size_t instruction, std::size_t position) {
  const std::size_t num_frames = frames_.size();
  while (steps_left_ > 0) {
    --steps_left_;
    const Instruction& now = regex_.program_[instruction];
    std::size_t next = instruction + 1;
    bool goes_on = true;
    switch (now.op) {
      case Op::Accept: frames_.resize(num_frames); return position;
      case Op::Set: goes_on = run_set(now.set, position); break;
      case Op::Repeat: goes_on = run_repeat(instruction, position); break;
      case Op::Split: frames_.push_back({Retry::Elsewhere, now.target, position, 0}); break;
      case Op::SplitLazy:
        frames_.push_back({Retry::Elsewhere, next, position, 0});
        next = now.target;
        break;
      case Op::Jump: next = now.target; break;
      case Op::Lookahead:
      case Op::NegativeLookahead:
        goes_on = (run(next, position) == kNoMatch) == (now.op == Op::NegativeLookahead);
        next = now.target;
        break;
      case Op::Atomic:
        position = run(next, position);
        goes_on = position != kNoMatch;
        next = now.target;
        break;
      case Op::LineStart: goes_on = position == 0 || text_[position - 1] == '\n'; break;
      case Op::LineEnd: goes_on = position == text_.size() || text_[position] == '\n'; break;
      case Op::TextStart: goes_on = position == 0; break;
      case Op::TextEnd: goes_on = position == text_.size(); break;
    }
    instruction = next;
    if (!goes_on && !retry(num_frames, instruction, position)) return kNoMatch;
  }
  frames_.resize(num_frames);
  return kNoMatch;
}

bool Regex::Search::run_set(std::size_t set, std::size_t& position) {
  if (position >= text_.size()) return false;
  const Utf8Character character = decode_utf8(text_, position);
  if (!regex_.sets_[set].contains(character.code_point)) return false;
  position += static_cast<std::size_t>(character.num_bytes);
  return true;
}

bool Regex::Search::run_repeat(std::size_t instruction, std::size_t& position) {
  const Instruction& repeat = regex_.program_[instruction];
  std::size_t count = 0;
  for (; count < repeat.min; ++count) {
    if (!run_set(repeat.set, position)) return false;
  }
  if (repeat.greed == Greed::Lazy) {
    frames_.push_back({Retry::OneMore, instruction, position, repeat.max - count});
    return true;
  }
  const std::size_t lowest = position;
  while (count < repeat.max && run_set(repeat.set, position)) ++count;
  steps_left_ -= std::min<std::uint64_t>(steps_left_, count);
  if (repeat.greed == Greed::Greedy && position > lowest) {
    frames_.push_back({Retry::OneLess, instruction, position, lowest});
  }
  return true;
}

/// Takes up the latest choice that is left; false where none is.
bool Regex::Search::retry(std::size_t num_frames, std::size_t& instruction, std::size_t& position) {
  while (frames_.size() > num_frames) {
    Frame& frame = frames_.back();
    instruction = frame.instruction + (frame.retry == Retry::Elsewhere ? 0 : 1);
    switch (frame.retry) {
      case Retry::Elsewhere:
        position = frame.position;
        frames_.pop_back();
        return true;
      case Retry::OneLess:
        position = frame.position = previous_character(text_, frame.position);
        if (frame.position <= frame.limit) frames_.pop_back();
        return true;
      case Retry::OneMore:
        if (frame.limit > 0 && run_set(regex_.program_[frame.instruction].set, frame.position)) {
          --frame.limit;
          position = frame.position;
          return true;
        }
        frames_.pop_back();
        break;
    }
  }
  return false;
}

}  // namespace falconet
