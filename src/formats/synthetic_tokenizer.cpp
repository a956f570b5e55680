#include "formats/synthetic_tokenizer.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/unicode.h"

namespace falconet {
namespace {

enum class TokenType : std::int64_t { Normal = 1, Control = 3, UserDefined = 4, Unused = 5 };

struct SpecialToken {
  std::string_view text;
  TokenType type;
};

// DeepSeek-R1-Distill-Qwen's added tokens from id 151643 on; those that its file does not flag
// special are part of the text that users see.
constexpr std::array kSpecialTokens = {
    SpecialToken{"<｜end▁of▁sentence｜>", TokenType::Control},
    SpecialToken{"<｜User｜>", TokenType::UserDefined},
    SpecialToken{"<｜Assistant｜>", TokenType::UserDefined},
    SpecialToken{"<｜begin▁of▁sentence｜>", TokenType::Control},
    SpecialToken{"<|EOT|>", TokenType::UserDefined},
    SpecialToken{"<think>", TokenType::UserDefined},
    SpecialToken{"</think>", TokenType::UserDefined},
};
constexpr std::size_t kEosOffset = 0;
constexpr std::size_t kBosOffset = 3;
constexpr std::size_t kDeepSeekFirstSpecial = 151643;

// DeepSeek-R1's conversation: the system text first, turns marked by the two role tokens, earlier
// reasoning dropped, and a new answer that begins by thinking.
constexpr std::string_view kChatTemplate =
    "{{ bos_token }}"
    "{% for message in messages if message['role'] == 'system' %}{{ message['content'] }}"
    "{% endfor %}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ '<｜User｜>' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}"
    "{{ '<｜Assistant｜>' + message['content'].split('</think>')[-1] + '<｜end▁of▁sentence｜>' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<｜Assistant｜><think>\\n' }}{% endif %}";

/// The characters that stand for bytes in byte-level BPE (GPT-2): printable ones for themselves,
/// the others from U+0100 on. In the order of GPT-2's ids.
std::vector<std::string> byte_pieces() {
  const auto is_printable = [](unsigned byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD && byte <= 0xFF);
  };
  std::vector<std::string> pieces;
  for (unsigned byte = 0; byte < 256; ++byte) {
    if (is_printable(byte)) append_utf8(pieces.emplace_back(), byte);
  }
  for (char32_t stand_in = 0x100; pieces.size() < 256; ++stand_in) {
    append_utf8(pieces.emplace_back(), stand_in);
  }
  return pieces;
}

/// Collects merges until the vocabulary is full. Every result is new: pieces of one stage have one
/// length and differ in their letters.
class MergeList {
 public:
  MergeList(std::vector<std::string>& pieces, std::size_t max_pieces)
      : pieces_(pieces), max_pieces_(max_pieces) {}

  /// Every piece of `lefts` with every one of `rights`, likelier ones first: both are in order of
  /// frequency, so pairs go by the sum of their ranks. Returns the new pieces.
  std::vector<std::string> cross(const std::vector<std::string>& lefts,
                                 const std::vector<std::string>& rights) {
    std::vector<std::string> made;
    for (std::size_t sum = 0; sum < lefts.size() + rights.size() - 1; ++sum) {
      const std::size_t first = sum < rights.size() ? 0 : sum - rights.size() + 1;
      for (std::size_t i = first; i <= sum && i < lefts.size(); ++i) {
        if (pieces_.size() == max_pieces_) return made;
        merges_.push_back(cat(lefts[i], ' ', rights[sum - i]));
        made.push_back(lefts[i] + rights[sum - i]);
        pieces_.push_back(made.back());
      }
    }
    return made;
  }

  std::vector<std::string> take() { return std::move(merges_); }

 private:
  std::vector<std::string>& pieces_;
  std::size_t max_pieces_;
  std::vector<std::string> merges_;
};

/// Fills `pieces` up to max_pieces: " t", "he", " the", "tion" and their like.
std::vector<std::string> make_merges(std::vector<std::string>& pieces, std::size_t max_pieces) {
  constexpr std::string_view kLettersByFrequency = "etaoinshrdlcumwfgypbvkjxqz";
  std::vector<std::string> letters;
  for (const char letter : kLettersByFrequency) letters.emplace_back(1, letter);
  MergeList merges(pieces, max_pieces);
  const auto word_starts = merges.cross({"Ġ"}, letters);
  const auto pairs = merges.cross(letters, letters);
  merges.cross(word_starts, pairs);
  merges.cross(pairs, pairs);
  return merges.take();
}

}  // namespace

void add_synthetic_tokenizer(std::size_t vocab_size, Metadata& metadata) {
  CHECK(vocab_size >= kMinSyntheticVocabSize, vocab_size);
  const std::size_t first_special =
      vocab_size == kDeepSeekVocabSize ? kDeepSeekFirstSpecial : vocab_size - kSpecialTokens.size();
  std::vector<std::string> tokens = byte_pieces();
  std::vector<std::string> merges = make_merges(tokens, first_special);
  std::vector<std::int64_t> types(tokens.size(), static_cast<std::int64_t>(TokenType::Normal));
  const auto add = [&](std::string text, TokenType type) {
    tokens.push_back(std::move(text));
    types.push_back(static_cast<std::int64_t>(type));
  };
  while (tokens.size() < first_special) add(cat("[PAD", tokens.size(), "]"), TokenType::Unused);
  for (const SpecialToken& token : kSpecialTokens) add(std::string(token.text), token.type);
  while (tokens.size() < vocab_size) add(cat("[PAD", tokens.size(), "]"), TokenType::Unused);

  metadata.set("tokenizer.ggml.model", "gpt2");
  metadata.set("tokenizer.ggml.pre", "deepseek-r1-qwen");
  metadata.set("tokenizer.ggml.tokens", std::move(tokens));
  metadata.set("tokenizer.ggml.token_type", std::move(types));
  metadata.set("tokenizer.ggml.merges", std::move(merges));
  metadata.set("tokenizer.ggml.bos_token_id", std::uint64_t{first_special + kBosOffset});
  metadata.set("tokenizer.ggml.eos_token_id", std::uint64_t{first_special + kEosOffset});
  metadata.set("tokenizer.ggml.padding_token_id", std::uint64_t{first_special + kEosOffset});
  metadata.set("tokenizer.ggml.add_bos_token", true);
  metadata.set("tokenizer.ggml.add_eos_token", false);
  metadata.set("tokenizer.chat_template", std::string(kChatTemplate));
}

}  // namespace falconet
