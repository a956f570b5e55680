#include <algorithm>
#include <array>
#include <span>

#include "tokenizer/json_fields.h"
#include "tokenizer/pre_tokenizer.h"

namespace falconet {
namespace {

using namespace known_pattern;

constexpr std::string_view kDigits = R"(\p{N}+)";
constexpr std::string_view kAsciiTriple = "[0-9][0-9][0-9]";
constexpr std::string_view kFalconSigns = R"([\p{P}\$\+<=>\^~\|`]+)";
constexpr std::string_view kLineEnd = R"([\r\n])";
constexpr std::string_view kHanToHangul = "[一-龥ࠀ-一가-\uD7FF]+";
constexpr std::string_view kBloomWords = R"( ?[^(\s|.,!?…。，、।۔،)]+)";
constexpr std::string_view kTekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view kGpt4o =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

using Patterns = std::array<std::string_view, 4>;  // applied in order; the rest is empty

constexpr Patterns kGpt2Family = {kGpt2};
constexpr Patterns kQwenFamily = {kQwen2};
constexpr Patterns kLlama3Family = {kLlama3};
constexpr Patterns kDigitsAloneFamily = {kDigit, kGpt2};  // SmolLM, StarCoder, Command R
constexpr Patterns kBloomFamily = {kBloomWords};

struct NamedPatterns {
  std::string_view name;
  const Patterns* patterns;
};

constexpr Patterns kDeepSeek3 = {kThreeDigits, kHanAndKana, kDeepSeekWords};
constexpr Patterns kDeepSeekCoder = {kLineEnd, R"(\s?\p{L}+)", R"(\s?\p{P}+)", kHanToHangul};
constexpr Patterns kFalcon = {kFalconSigns, kGpt2, kAsciiTriple};
constexpr Patterns kTekkenFamily = {kTekken};
constexpr Patterns kGpt4oFamily = {kGpt4o};
constexpr Patterns kViking = {kBloomWords, kDigit};

// The names that llama.cpp's converter writes, for models whose patterns are published in their
// tokenizer.json. Without a name, or by "default", files of the GPT-2 kind are meant.
constexpr NamedPatterns kNamedPatterns[] = {
    {"default", &kGpt2Family},
    {"gpt-2", &kGpt2Family},
    {"phi-2", &kGpt2Family},
    {"mpt", &kGpt2Family},
    {"olmo", &kGpt2Family},
    {"jais", &kGpt2Family},
    {"gigachat", &kGpt2Family},
    {"roberta-bpe", &kGpt2Family},
    {"jina-es", &kGpt2Family},
    {"jina-de", &kGpt2Family},
    {"jina-v1-en", &kGpt2Family},
    {"jina-v2-es", &kGpt2Family},
    {"jina-v2-de", &kGpt2Family},
    {"jina-v2-code", &kGpt2Family},
    {"qwen2", &kQwenFamily},
    {"deepseek-r1-qwen", &kQwenFamily},
    {"stablelm2", &kQwenFamily},
    {"megrez", &kQwenFamily},
    {"llama-bpe", &kLlama3Family},
    {"llama3", &kLlama3Family},
    {"llama-v3", &kLlama3Family},
    {"falcon3", &kLlama3Family},
    {"dbrx", &kLlama3Family},
    {"smaug-bpe", &kLlama3Family},
    {"chatglm-bpe", &kLlama3Family},
    {"glm4", &kLlama3Family},
    {"smollm", &kDigitsAloneFamily},
    {"starcoder", &kDigitsAloneFamily},
    {"refact", &kDigitsAloneFamily},
    {"command-r", &kDigitsAloneFamily},
    {"codeshell", &kDigitsAloneFamily},
    {"exaone", &kDigitsAloneFamily},
    {"minerva-7b", &kDigitsAloneFamily},
    {"deepseek-v3", &kDeepSeek3},
    {"deepseek-coder", &kDeepSeekCoder},
    {"falcon", &kFalcon},
    {"tekken", &kTekkenFamily},
    {"gpt-4o", &kGpt4oFamily},
    {"llama4", &kGpt4oFamily},
    {"bloom", &kBloomFamily},
    {"poro-chat", &kBloomFamily},
    {"gpt3-finnish", &kBloomFamily},
    {"viking", &kViking},
};

}  // namespace

Result<PreTokenizer> PreTokenizer::named(const std::string& name) {
  const auto found = std::find_if(std::begin(kNamedPatterns), std::end(kNamedPatterns),
                                  [&](const NamedPatterns& row) { return row.name == name; });
  if (found == std::end(kNamedPatterns)) {
    return error(ErrorCode::Unsupported, "tokenizer.ggml.pre \"", name,
                 "\" is not a pre-tokenizer that this program knows");
  }
  std::vector<PreTokenizerStep> steps;
  for (const std::string_view pattern : *found->patterns) {
    if (pattern.empty()) continue;
    pre_tokenizer_step::Split split;
    if (const WordScanner scanner = scanner_of(pattern)) {
      split.pattern = scanner;
    } else {
      TRY_ASSIGN(split.pattern, Regex::compile(pattern));
    }
    steps.emplace_back(std::move(split));
  }
  return PreTokenizer(std::move(steps), /*is_byte_level=*/true);
}

}  // namespace falconet
