#include "tokenizer/gguf_keys.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tokenizer/gguf_token_type.h"
#include "tokenizer/json_fields.h"
#include "tokenizer/pre_tokenizer.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/tokenizer_json.h"

namespace falconet {
namespace {

// What pre-tokenizers and normalizers treat differently: contractions in both cases, digits in runs
// and other scripts, line ends, runs of spaces, marks apart from their letters, scripts without
// spaces, code.
constexpr std::string_view kProbe =
    "Hello, world! I'm sure you'RE here; they'Ve it'd THEY'LL\n\n\tif (x1 >= 1234567890) {\r\n"
    "  return a_b->c[0x1F];   \n}\n 3.14159 １２３ ½ Ⅷ naïve cafe\u0301 A\u030A Ünïcödé İstanbul\n"
    "Привет, как дела? 你好，世界！今天是2025年7月26日。日本語のカタカナ 한국어 ไทย हिन्दी "
    "العربية ١٢٣ 😀👩\u200D👧 … — “quotes” ‘x’ http://a.b/c?d=e&f #tag @user $x^2$ <b> "
    "\\frac{1}{2} ___ --- ===\n\n\n   camelCase XMLHttp don\u2019t\u00A0no-break\u3000wide  ";

// The names of pre-tokenizers to try, GGUF's way to say how text is cut into words. Some also say
// that a whole word of the vocabulary is taken without merging.
struct PreTokenizerName {
  const char* name;
  bool ignores_merges = false;
};
constexpr PreTokenizerName kPreTokenizerNames[] = {
    {"qwen2"},       {"stablelm2"},      {"llama-bpe", true}, {"smaug-bpe"}, {"smollm"},
    {"deepseek-v3"}, {"deepseek-coder"}, {"tekken", true},    {"gpt-4o"},    {"falcon"},
    {"viking"},      {"bloom"},          {"gpt-2"},
};

struct Source {
  TokenizerJson file;
  SortedJson model;  // without vocabulary and merges
  Tokenizer tokenizer;
  std::size_t vocab_size;
};

bool is_byte_piece(std::string_view spelling) {
  return spelling.size() == 6 && spelling.starts_with("<0x") && spelling.ends_with('>');
}

/// tokenizer.ggml.tokens and token_type.
class TokenLists {
 public:
  explicit TokenLists(std::size_t vocab_size)
      : types_(vocab_size, static_cast<std::int64_t>(GgufTokenType::Unused)) {
    for (std::size_t id = 0; id < vocab_size; ++id) spellings_.push_back(cat("[PAD", id, "]"));
  }

  Status set(std::int64_t id, std::string_view spelling, GgufTokenType type) {
    if (id < 0 || static_cast<std::size_t>(id) >= spellings_.size()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: \"", spelling, "\" has the id ", id,
                   "; the model has rows for 0 to ", spellings_.size() - 1);
    }
    spellings_[static_cast<std::size_t>(id)] = spelling;
    types_[static_cast<std::size_t>(id)] = static_cast<std::int64_t>(type);
    return {};
  }

  void store(Metadata& metadata) && {
    metadata.set("tokenizer.ggml.tokens", std::move(spellings_));
    metadata.set("tokenizer.ggml.token_type", std::move(types_));
  }

 private:
  std::vector<std::string> spellings_;
  std::vector<std::int64_t> types_;
};

const SortedJson& added_tokens(const Source& source) {
  static const SortedJson kNone = SortedJson::array();
  const SortedJson* list = find_field(source.file.head, "added_tokens");
  return list == nullptr || !list->is_array() ? kNone : *list;
}

Status set_tokens(const Source& source, Metadata& metadata) {
  TokenLists lists(source.vocab_size);
  const bool has_bytes = bool_field(source.model, "byte_fallback", false);
  for (std::size_t i = 0; i < source.file.num_pieces(); ++i) {
    const auto [spelling, id] = source.file.piece(i);
    const bool is_byte = has_bytes && is_byte_piece(spelling);
    TRY(lists.set(id, spelling, is_byte ? GgufTokenType::Byte : GgufTokenType::Normal));
  }
  const std::string unknown = text_field(source.model, "unk_token");
  for (const SortedJson& node : added_tokens(source)) {
    const std::string content = text_field(node, "content");
    const GgufTokenType type = content == unknown                   ? GgufTokenType::Unknown
                               : bool_field(node, "special", false) ? GgufTokenType::Control
                                                                    : GgufTokenType::UserDefined;
    TRY(lists.set(node["id"].get<std::int64_t>(), content, type));
  }
  std::move(lists).store(metadata);
  return {};
}

void set_merges(const TokenizerJson& file, Metadata& metadata) {
  std::vector<std::string> merges;
  merges.reserve(file.num_merges());
  for (std::size_t i = 0; i < file.num_merges(); ++i) {
    merges.push_back(cat(file.merge(i).left, ' ', file.merge(i).right));
  }
  metadata.set("tokenizer.ggml.merges", std::move(merges));
}

/// SentencePiece ranks merges by the score of what they make; the earliest merge is the best.
void set_scores(const Source& source, Metadata& metadata) {
  const TokenizerJson& file = source.file;
  const auto worst = static_cast<float>(file.num_merges());
  std::vector<float> scores(source.vocab_size, 0.0f);
  for (std::size_t i = 0; i < file.num_pieces(); ++i) {
    const auto [spelling, id] = file.piece(i);
    if (!is_byte_piece(spelling)) scores[static_cast<std::size_t>(id)] = -worst;
  }
  for (std::size_t i = file.num_merges(); i-- > 0;) {
    const auto id = source.tokenizer.find(cat(file.merge(i).left, file.merge(i).right));
    if (id) scores[static_cast<std::size_t>(id->value)] = -static_cast<float>(i);
  }
  metadata.set("tokenizer.ggml.scores", std::move(scores));
}

void set_special_ids(const Source& source, const Json& config, Metadata& metadata) {
  const Tokenizer& tokenizer = source.tokenizer;
  const auto set_id = [&](const char* name, std::optional<TokenId> id) {
    if (id) metadata.set(cat("tokenizer.ggml.", name), static_cast<std::uint64_t>(id->value));
  };
  auto padding = string_member(config, "pad_token");
  const Json* object = find_member(config, "pad_token");  // {"content": "<pad>", …}
  if (!padding && object != nullptr) padding = string_member(*object, "content");
  const std::string unknown = text_field(source.model, "unk_token");
  set_id("bos_token_id", tokenizer.bos());
  set_id("eos_token_id", tokenizer.eos());
  set_id("padding_token_id", padding ? tokenizer.find(*padding) : std::nullopt);
  set_id("unknown_token_id", unknown.empty() ? std::nullopt : tokenizer.find(unknown));

  const std::vector<TokenId> around = tokenizer.encode("");
  const bool adds_bos = !around.empty() && around.front() == tokenizer.bos();
  const bool adds_eos = around.size() > (adds_bos ? 1u : 0u) && around.back() == tokenizer.eos();
  metadata.set("tokenizer.ggml.add_bos_token", adds_bos);
  metadata.set("tokenizer.ggml.add_eos_token", adds_eos);
}

std::vector<std::string> words_of(const PreTokenizer& pre_tokenizer) {
  std::vector<std::string> words;
  pre_tokenizer.for_each_word(kProbe, /*is_first=*/true,
                              [&](std::string_view word) { words.emplace_back(word); });
  return words;
}

/// Whether what stands in `metadata` reads back as the same tokenizer.
bool reads_back(const Source& source, const Metadata& metadata) {
  const Result<Tokenizer> tokenizer = Tokenizer::from_gguf(metadata);
  if (!tokenizer) return false;
  const auto agrees_on = [&](std::string_view text) {
    const std::vector<TokenId> ids = source.tokenizer.encode(text);
    return tokenizer->encode(text) == ids && tokenizer->decode(ids) == source.tokenizer.decode(ids);
  };
  if (!agrees_on("") || !agrees_on(kProbe)) return false;
  for (const SortedJson& node : added_tokens(source)) {
    if (!agrees_on(cat("a ", text_field(node, "content"), " b"))) return false;
  }
  return true;
}

Error no_name(const char* why) {
  return error(ErrorCode::Unsupported, "tokenizer.json cannot be written to a GGUF file: ", why);
}

Status set_byte_level(const Source& source, const PreTokenizer& pre_tokenizer, Metadata& metadata) {
  metadata.set("tokenizer.ggml.model", std::string("gpt2"));
  set_merges(source.file, metadata);
  const bool ignores_merges = bool_field(source.model, "ignore_merges", false);
  const std::vector<std::string> words = words_of(pre_tokenizer);
  for (const PreTokenizerName& candidate : kPreTokenizerNames) {
    if (candidate.ignores_merges != ignores_merges) continue;
    TRY_ASSIGN(const PreTokenizer named, PreTokenizer::named(candidate.name));
    if (words_of(named) != words) continue;
    metadata.set("tokenizer.ggml.pre", std::string(candidate.name));
    if (reads_back(source, metadata)) return {};
  }
  return no_name("no pre-tokenizer that GGUF has a name for gives the same ids");
}

Status set_sentencepiece(const Source& source, Metadata& metadata) {
  metadata.set("tokenizer.ggml.model", std::string("llama"));
  metadata.set("tokenizer.ggml.pre", std::string("default"));
  set_scores(source, metadata);
  for (const bool adds_space : {true, false}) {
    metadata.set("tokenizer.ggml.add_space_prefix", adds_space);
    if (reads_back(source, metadata)) return {};
  }
  return no_name("its merges give other ids than SentencePiece's scores can");
}

}  // namespace

Status set_tokenizer_keys(std::string_view tokenizer_json, const Json& tokenizer_config,
                          std::size_t vocab_size, Metadata& metadata) {
  TRY_ASSIGN(Tokenizer tokenizer, Tokenizer::from_huggingface(tokenizer_json, tokenizer_config));
  TRY_ASSIGN(TokenizerJson file, TokenizerJson::parse(tokenizer_json));
  const SortedJson* model = find_field(file.head, "model");
  const SortedJson* node = find_field(file.head, "pre_tokenizer");
  TRY_ASSIGN(const PreTokenizer pre_tokenizer,
             PreTokenizer::from_json(node == nullptr ? SortedJson() : *node));
  SortedJson fields = model == nullptr ? SortedJson::object() : *model;
  const Source source{std::move(file), std::move(fields), std::move(tokenizer), vocab_size};
  TRY(set_tokens(source, metadata));
  set_special_ids(source, tokenizer_config, metadata);
  if (pre_tokenizer.is_byte_level()) return set_byte_level(source, pre_tokenizer, metadata);
  if (bool_field(source.model, "byte_fallback", false)) return set_sentencepiece(source, metadata);
  return no_name("it is neither byte-level BPE nor SentencePiece's");
}

}  // namespace falconet
