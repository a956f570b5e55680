// libFuzzer: any bytes as a tokenizer.json, and any bytes as text for a tokenizer that loads.
#include "base/check.h"
#include "base/unicode.h"
#include "tokenizer/tokenizer.h"

namespace falconet {
namespace {

// The input is a file and a text, with this between them; without it, it is a file alone.
constexpr std::string_view kSeparator = "\n====\n";

// Small, and uses many parts; texts alone are tried on it, since few inputs load.
constexpr std::string_view kTokenizer = R"json({
  "added_tokens": [{"id": 9, "content": "<s>", "special": true, "lstrip": true, "rstrip": true},
                   {"id": 10, "content": "ab", "normalized": true, "single_word": true}],
  "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "BertNormalizer"},
                 {"type": "Prepend", "prepend": "\u2581"}]},
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "behavior": "MergedWithNext", "pattern": {"Regex": "(?:a|b)+c?|\\s+(?!\\S)"}},
    {"type": "Split", "behavior": "Isolated", "pattern": {"Regex": "\\p{N}{1,3}"}}]},
  "decoder": {"type": "ByteFallback"},
  "model": {"type": "BPE", "byte_fallback": true, "fuse_unk": true, "unk_token": "u",
            "vocab": {"u": 0, "a": 1, "b": 2, "ab": 3, "\u2581": 4, "\u2581a": 5, "<0x0A>": 6,
                      "aba": 7, "<0xE4>": 8},
            "merges": ["a b", ["\u2581", "a"], "ab a"]}
})json";

void check_round(const Tokenizer& tokenizer, std::string_view text) {
  for (const ParseSpecial parse : {ParseSpecial::Yes, ParseSpecial::No}) {
    const auto ids = tokenizer.encode(text, {.parse_special = parse});
    StreamDecoder decoder(tokenizer);
    std::string streamed;
    for (const TokenId id : ids) {
      CHECK(!tokenizer.piece(id).empty(), "an id that is not in the vocabulary");
      const std::string part = decoder.push(id);
      CHECK(is_valid_utf8(part), "half a character");
      streamed += part;
    }
    streamed += decoder.finish();
    CHECK(streamed == tokenizer.decode(ids), "streamed and whole text differ");
  }
}

}  // namespace
}  // namespace falconet

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace falconet;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto separator = std::min(input.find(kSeparator), input.size());
  static const Tokenizer known = Tokenizer::from_huggingface(kTokenizer, Json()).value();
  check_round(known, input);
  const auto tokenizer = Tokenizer::from_huggingface(input.substr(0, separator), Json());
  if (tokenizer) check_round(*tokenizer, input.substr(separator));
  return 0;
}
