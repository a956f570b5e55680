#include <algorithm>

#include "base/strings.h"
#include "tokenizer/bpe_model.h"
#include "tokenizer/gguf_token_type.h"
#include "tokenizer/tokenizer_impl.h"
#include "tokenizer/wordpiece_model.h"

namespace falconet {
namespace {

/// The keys tokenizer.ggml.*, checked against each other.
struct GgufTokens {
  const std::vector<std::string>* spellings = nullptr;
  const std::vector<std::int64_t>* types = nullptr;  // null: all normal
  const Metadata* metadata = nullptr;

  GgufTokenType type(std::size_t id) const {
    return types == nullptr ? GgufTokenType::Normal : static_cast<GgufTokenType>((*types)[id]);
  }

  /// Nothing where the key is absent or no id of the vocabulary.
  std::optional<TokenId> id_at(const char* key) const {
    const auto id = metadata->find_int(key);
    const bool is_known = id && *id >= 0 && static_cast<std::size_t>(*id) < spellings->size();
    if (!is_known) return std::nullopt;
    return TokenId{static_cast<std::int32_t>(*id)};
  }

  bool flag(const char* key, bool fallback) const {
    return metadata->find_bool(key).value_or(fallback);
  }
};

Result<GgufTokens> read_tokens(const Metadata& metadata) {
  GgufTokens tokens{.metadata = &metadata};
  tokens.spellings = metadata.find_strings("tokenizer.ggml.tokens");
  tokens.types = metadata.find_ints("tokenizer.ggml.token_type");
  if (tokens.spellings == nullptr || tokens.spellings->empty()) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.tokens is missing or empty");
  }
  if (tokens.types != nullptr && tokens.types->size() != tokens.spellings->size()) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.token_type has ", tokens.types->size(),
                 " entries, tokenizer.ggml.tokens ", tokens.spellings->size());
  }
  return tokens;
}

/// Pieces that text can match are those of the normal kinds; SentencePiece keeps the others apart,
/// too. Byte-level files have nothing else than normal and added tokens.
Status fill_vocabulary(const GgufTokens& tokens, Vocabulary& vocabulary) {
  std::size_t num_bytes = 0;
  for (const std::string& spelling : *tokens.spellings) num_bytes += spelling.size();
  vocabulary.reserve(tokens.spellings->size(), num_bytes * 2);
  for (std::size_t id = 0; id < tokens.spellings->size(); ++id) {
    const GgufTokenType type = tokens.type(id);
    const bool is_matched = type == GgufTokenType::Normal || type == GgufTokenType::UserDefined ||
                            type == GgufTokenType::Unused;
    const auto number = static_cast<std::int64_t>(id);
    const std::string& spelling = (*tokens.spellings)[id];
    TRY(is_matched ? vocabulary.add(spelling, number) : vocabulary.add_unmatched(spelling, number));
  }
  return {};
}

/// Control tokens are special added tokens, user-defined ones are not special.
Status add_tokens(const GgufTokens& tokens, bool strips_right, Tokenizer::Impl& impl) {
  for (std::size_t id = 0; id < tokens.spellings->size(); ++id) {
    const GgufTokenType type = tokens.type(id);
    const bool is_special = type == GgufTokenType::Control || type == GgufTokenType::Unknown;
    if (!is_special && type != GgufTokenType::UserDefined) continue;
    const std::string& text = (*tokens.spellings)[id];
    if (text.empty()) continue;
    // Phi-3's own tokenizer.json says rstrip for all but these; GGUF cannot say it.
    const bool keeps_right = text == "<unk>" || text == "<s>" || text == "<|endoftext|>";
    TRY(impl.add_token({.id = TokenId{static_cast<std::int32_t>(id)},
                        .text = text,
                        .is_special = is_special,
                        .strips_right = strips_right && !keeps_right}));
  }
  return {};
}

Result<MergeTable> read_merges(const Metadata& metadata, const Vocabulary& vocabulary) {
  const auto* lines = metadata.find_strings("tokenizer.ggml.merges");
  if (lines == nullptr) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.merges is missing");
  }
  MergeTable merges;
  merges.reserve(lines->size());
  for (std::size_t i = 0; i < lines->size(); ++i) {
    const std::string& line = (*lines)[i];
    const auto space = line.find(' ', 1);  // a piece is never empty, but may be a space
    if (space == std::string::npos) {
      return error(ErrorCode::Corrupt, "tokenizer.ggml.merges[", i, "] \"", line,
                   "\" is not two pieces with a space between them");
    }
    const auto left = vocabulary.find_spelling(std::string_view(line).substr(0, space));
    const auto right = vocabulary.find_spelling(std::string_view(line).substr(space + 1));
    const auto merged = vocabulary.find_spelling(line.substr(0, space) + line.substr(space + 1));
    if (!left || !right || !merged) {
      return error(ErrorCode::Corrupt, "tokenizer.ggml.merges[", i, "] \"", line,
                   "\" names a piece that is not in tokenizer.ggml.tokens");
    }
    merges.add(*left, *right, {static_cast<std::int32_t>(i), *merged},
               MergeTable::OnRepeat::KeepFirst);
  }
  return merges;
}

/// SentencePiece's BPE merges the pair whose union has the best score: every way to cut a piece
/// into two pieces is a merge, ranked by the piece's score.
Result<MergeTable> derive_merges(const Metadata& metadata, const Vocabulary& vocabulary) {
  const auto* scores = metadata.find_floats("tokenizer.ggml.scores");
  if (scores == nullptr || scores->size() != static_cast<std::size_t>(vocabulary.size())) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.scores is missing or has not ",
                 vocabulary.size(), " entries");
  }
  std::vector<float> order(*scores);
  for (const float score : order) {
    if (score != score) return error(ErrorCode::Corrupt, "tokenizer.ggml.scores holds a NaN");
  }
  std::sort(order.begin(), order.end(), std::greater<>());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  // A longer piece would make the cuts below quadratic; real ones stay under 100 bytes.
  constexpr std::size_t kMaxPieceBytes = 4096;
  MergeTable merges;
  merges.reserve(static_cast<std::size_t>(vocabulary.size()) * 2);
  for (std::int32_t id = 0; id < vocabulary.size(); ++id) {
    const std::string_view piece = vocabulary.text(id);
    const float score = (*scores)[static_cast<std::size_t>(id)];
    const auto rank = static_cast<std::int32_t>(
        std::lower_bound(order.begin(), order.end(), score, std::greater<>()) - order.begin());
    if (piece.size() > kMaxPieceBytes) continue;
    for (std::size_t cut = 1; cut < piece.size(); ++cut) {
      const auto left = vocabulary.find_text(piece.substr(0, cut));
      const auto right = left ? vocabulary.find_text(piece.substr(cut)) : std::nullopt;
      if (right) merges.add(*left, *right, {rank, id}, MergeTable::OnRepeat::KeepFirst);
    }
  }
  return merges;
}

/// tokenizer.ggml.model "gpt2": byte-level BPE.
Status fill_byte_level(const GgufTokens& tokens, Tokenizer::Impl& impl) {
  const std::string* name = tokens.metadata->find_string("tokenizer.ggml.pre");
  const std::string pre = name == nullptr ? "default" : *name;
  TRY_ASSIGN(impl.pre_tokenizer, PreTokenizer::named(pre));
  // GGUF does not carry the normalizer; Qwen's tokenizer.json asks for NFC.
  if (pre == "qwen2" || pre == "deepseek-r1-qwen") {
    impl.normalizer = Normalizer({normalizer_step::Plain::Nfc});
  }
  TRY_ASSIGN(MergeTable merges, read_merges(*tokens.metadata, impl.vocabulary));
  const bool is_llama3 =
      pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3" || pre == "falcon3";
  const BpeOptions options{.ignores_merges = is_llama3 || pre == "tekken"};
  impl.model = std::make_unique<BpeModel>(impl.vocabulary, std::move(merges), options);
  TRY(add_tokens(tokens, /*strips_right=*/false, impl));
  if (impl.bos && tokens.flag("tokenizer.ggml.add_bos_token", options.ignores_merges)) {
    impl.prefix.push_back(*impl.bos);
  }
  return {};
}

/// tokenizer.ggml.model "llama": SentencePiece's BPE.
Status fill_sentencepiece(const GgufTokens& tokens, Tokenizer::Impl& impl) {
  const bool adds_space = tokens.flag("tokenizer.ggml.add_space_prefix", true);
  std::vector<NormalizerStep> steps;
  if (adds_space) steps.emplace_back(normalizer_step::Prepend{" "});
  steps.emplace_back(normalizer_step::ReplaceText{" ", std::string(kMetaspace)});
  impl.normalizer = Normalizer(std::move(steps));
  TRY_ASSIGN(MergeTable merges, derive_merges(*tokens.metadata, impl.vocabulary));
  const auto unknown = tokens.id_at("tokenizer.ggml.unknown_token_id");
  const BpeOptions options{.has_byte_fallback = true,
                           .fuses_unknown = true,
                           .unknown = unknown ? std::optional(unknown->value) : std::nullopt};
  impl.model = std::make_unique<BpeModel>(impl.vocabulary, std::move(merges), options);
  const std::string* model_name = tokens.metadata->find_string("general.name");
  const std::string family = model_name == nullptr ? "" : to_lower(*model_name);
  const bool is_phi3 =
      family.find("phi-3") != std::string::npos || family.find("phi3") != std::string::npos;
  TRY(add_tokens(tokens, /*strips_right=*/is_phi3, impl));
  if (impl.bos && tokens.flag("tokenizer.ggml.add_bos_token", true)) {
    impl.prefix.push_back(*impl.bos);
  }
  return {};
}

/// tokenizer.ggml.model "bert": WordPiece. The converter writes "word" as "▁word" and "##ing" as
/// "ing", and keeps neither the casing nor the cleaning rules; uncased BERT's are assumed.
Status fill_wordpiece(const GgufTokens& tokens, Tokenizer::Impl& impl) {
  impl.normalizer = Normalizer({normalizer_step::Bert{}});
  TRY_ASSIGN(impl.pre_tokenizer, PreTokenizer::from_json(SortedJson{{"type", "BertPreTokenizer"}}));
  WordPieceOptions options{.first_prefix = std::string(kMetaspace), .continuation_prefix = ""};
  const auto unknown = tokens.id_at("tokenizer.ggml.unknown_token_id");
  if (unknown) options.unknown = unknown->value;
  impl.model = std::make_unique<WordPieceModel>(impl.vocabulary, std::move(options));
  TRY(add_tokens(tokens, /*strips_right=*/false, impl));
  if (const auto cls = tokens.id_at("tokenizer.ggml.cls_token_id")) impl.bos = cls;
  if (impl.bos) impl.prefix.push_back(*impl.bos);
  for (const char* key : {"tokenizer.ggml.seperator_token_id",  // ggml's own spelling
                          "tokenizer.ggml.separator_token_id"}) {
    const auto separator = tokens.id_at(key);
    if (separator && impl.suffix.empty()) impl.suffix.push_back(*separator);
  }
  return {};
}

PieceDecoder make_decoder(const std::string& model, const GgufTokens& tokens,
                          Tokenizer::Impl& impl) {
  DecodingRules rules;
  std::vector<bool> is_verbatim(tokens.spellings->size(), false);
  for (const AddedToken& token : impl.added_tokens) {
    is_verbatim[static_cast<std::size_t>(token.id.value)] = true;
  }
  if (model == "gpt2") {
    rules.kind = DecodingRules::Kind::ByteLevel;
  } else if (model == "bert") {
    rules.kind = DecodingRules::Kind::WordPiece;
    rules.first_prefix = kMetaspace;
    rules.continuation_prefix = "";
    rules.cleans_up = true;
  } else {
    rules.replacements.emplace_back(kMetaspace, " ");
    rules.has_bytes = true;
    const bool adds_space = tokens.flag("tokenizer.ggml.add_space_prefix", true);
    if (adds_space) rules.at_start = DecodingRules::AtStart::OneSpace;
  }
  return PieceDecoder(impl.vocabulary, rules, is_verbatim);
}

Status fill(const std::string& model, const GgufTokens& tokens, Tokenizer::Impl& impl) {
  TRY(fill_vocabulary(tokens, impl.vocabulary));
  impl.bos = tokens.id_at("tokenizer.ggml.bos_token_id");
  impl.eos = tokens.id_at("tokenizer.ggml.eos_token_id");
  TRY(model == "gpt2"   ? fill_byte_level(tokens, impl)
      : model == "bert" ? fill_wordpiece(tokens, impl)
                        : fill_sentencepiece(tokens, impl));
  if (impl.eos && tokens.flag("tokenizer.ggml.add_eos_token", false)) {
    impl.suffix.push_back(*impl.eos);
  }
  impl.decoder = make_decoder(model, tokens, impl);
  impl.find_end_tokens();
  for (const char* key : {"tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"}) {
    const auto id = tokens.id_at(key);
    auto& ends = impl.end_tokens;
    if (id && std::find(ends.begin(), ends.end(), *id) == ends.end()) ends.push_back(*id);
  }
  return {};
}

}  // namespace

Result<Tokenizer> Tokenizer::from_gguf(const Metadata& metadata) {
  TRY_ASSIGN(const std::string model, metadata.require_string("tokenizer.ggml.model"));
  if (model != "gpt2" && model != "llama" && model != "bert") {
    return error(ErrorCode::Unsupported, "tokenizer.ggml.model \"", model,
                 "\"; gpt2, llama and bert are supported");
  }
  TRY_ASSIGN(const GgufTokens tokens, read_tokens(metadata));
  auto impl = std::make_unique<Impl>(model == "gpt2" ? Spelling::ByteLevel : Spelling::Plain);
  TRY(fill(model, tokens, *impl));
  return Tokenizer(std::move(impl));
}

}  // namespace falconet
