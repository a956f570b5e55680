// The syntax of GBNF (llama.cpp's grammars) and of plain EBNF in its manner, as rules.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "grammar/code_points.h"

namespace falconet {

struct EbnfNode {
  enum class Kind : std::uint8_t { Text, Set, Rule, Sequence, Choice, Repeat };
  static constexpr std::uint32_t kNoLimit = 0xFFFFFFFF;

  Kind kind = Kind::Sequence;
  std::u32string text = {};
  CodePoints characters = {};
  std::string rule = {};
  std::vector<EbnfNode> children = {};
  std::uint32_t min = 1;
  std::uint32_t max = 1;
};

struct EbnfGrammar {
  std::map<std::string, EbnfNode, std::less<>> rules;
};

constexpr std::size_t kMaxEbnfBytes = 1u << 20;
constexpr int kMaxEbnfDepth = 64;
constexpr std::uint32_t kMaxEbnfRepeat = 4'096;

/// Errors: InvalidArgument with the line; TooLarge.
Result<EbnfGrammar> parse_ebnf(std::string_view text);

}  // namespace falconet
