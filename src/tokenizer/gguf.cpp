// Reads the tokenizer that a GGUF file carries in its metadata (keys tokenizer.ggml.*).
#include <algorithm>
#include <map>

#include "tokenizer/tokenizer_impl.h"

namespace falconet {
namespace {

enum class TokenType : std::int64_t { Normal = 1, Unknown, Control, UserDefined, Unused, Byte };

Status read_pieces(const Metadata& metadata, Tokenizer::Impl& impl) {
  const auto* tokens = metadata.find_strings("tokenizer.ggml.tokens");
  if (tokens == nullptr) return error(ErrorCode::Corrupt, "tokenizer.ggml.tokens is missing");
  const auto* types = metadata.find_ints("tokenizer.ggml.token_type");
  if (types != nullptr && types->size() != tokens->size()) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.token_type has ", types->size(),
                 " entries for ", tokens->size(), " tokens");
  }
  for (std::size_t i = 0; i < tokens->size(); ++i) {
    const auto id = static_cast<std::int64_t>(i);
    TRY(impl.add_piece((*tokens)[i], id));
    const auto type = types == nullptr ? TokenType::Normal : static_cast<TokenType>((*types)[i]);
    const bool is_control = type == TokenType::Control || type == TokenType::Unknown;
    if (!is_control && type != TokenType::UserDefined) continue;
    TRY(impl.add_token({.id = TokenId{static_cast<std::int32_t>(i)},
                        .text = (*tokens)[i],
                        .is_special = is_control}));
  }
  return {};
}

Status read_merges(const Metadata& metadata, Tokenizer::Impl& impl) {
  const auto* merges = metadata.find_strings("tokenizer.ggml.merges");
  if (merges == nullptr) return error(ErrorCode::Corrupt, "tokenizer.ggml.merges is missing");
  impl.merges.reserve(merges->size());
  for (std::size_t i = 0; i < merges->size(); ++i) {
    const std::string& merge = (*merges)[i];
    const auto space = merge.find(' ', 1);  // a piece may itself begin with a space
    if (space == std::string::npos) {
      return error(ErrorCode::Corrupt, "tokenizer.ggml.merges[", i, "] is no pair");
    }
    TRY(impl.add_merge(merge.substr(0, space), merge.substr(space + 1),
                       static_cast<std::int32_t>(i)));
  }
  return {};
}

/// SentencePiece's BPE merges the pair whose union has the best score: every way to cut a piece
/// into two pieces is a merge, ranked by the piece's score.
Status derive_merges(const Metadata& metadata, Tokenizer::Impl& impl) {
  const auto* scores = metadata.find_floats("tokenizer.ggml.scores");
  if (scores == nullptr || scores->size() != impl.pieces.size()) {
    return error(ErrorCode::Corrupt, "tokenizer.ggml.scores is missing or has the wrong length");
  }
  std::vector<float> order(*scores);
  std::sort(order.begin(), order.end(), std::greater<>());
  order.erase(std::unique(order.begin(), order.end()), order.end());
  for (std::size_t id = 0; id < impl.pieces.size(); ++id) {
    const std::string& piece = impl.pieces[id];
    const auto rank = static_cast<std::int32_t>(
        std::lower_bound(order.begin(), order.end(), (*scores)[id], std::greater<>()) -
        order.begin());
    for (std::size_t cut = 1; cut < piece.size(); ++cut) {
      const auto left = impl.ids.find(piece.substr(0, cut));
      const auto right = impl.ids.find(piece.substr(cut));
      if (left == impl.ids.end() || right == impl.ids.end()) continue;
      impl.merges.add(left->second, right->second, {rank, static_cast<std::int32_t>(id)});
    }
  }
  return {};
}

std::optional<TokenId> token_at(const Metadata& metadata, const char* key,
                                const Tokenizer::Impl& impl) {
  const auto id = metadata.find_int(key);
  if (!id || *id < 0 || *id >= static_cast<std::int64_t>(impl.pieces.size())) return std::nullopt;
  return TokenId{static_cast<std::int32_t>(*id)};
}

Status fill(const Metadata& metadata, Tokenizer::Impl& impl) {
  TRY_ASSIGN(const std::string model, metadata.require_string("tokenizer.ggml.model"));
  TRY(read_pieces(metadata, impl));
  const bool is_spm = model == "llama";
  if (model == "gpt2") {
    const std::string* pre = metadata.find_string("tokenizer.ggml.pre");
    TRY_ASSIGN(impl.pre_tokenizer, pre_tokenizer_named(pre == nullptr ? "default" : *pre));
    if (pre != nullptr && pre->starts_with("llama")) impl.ignores_merges = true;
    TRY(read_merges(metadata, impl));
    if (pre != nullptr && (*pre == "qwen2" || *pre == "deepseek-r1-qwen")) {
      impl.normalizers.push_back({Normalizer::Kind::Nfc, "", ""});
    }
  } else if (is_spm) {
    TRY(derive_merges(metadata, impl));
    if (metadata.find_bool("tokenizer.ggml.add_space_prefix").value_or(true)) {
      impl.normalizers.push_back({Normalizer::Kind::Prepend, "", " "});
      impl.strips_first_space = true;
    }
    impl.normalizers.push_back({Normalizer::Kind::Replace, " ", "\u2581"});
    impl.unknown = token_at(metadata, "tokenizer.ggml.unknown_token_id", impl);
  } else {
    return error(ErrorCode::Unsupported, "tokenizer.ggml.model \"", model,
                 "\"; gpt2 and llama are supported");
  }
  impl.bos = token_at(metadata, "tokenizer.ggml.bos_token_id", impl);
  impl.eos = token_at(metadata, "tokenizer.ggml.eos_token_id", impl);
  if (impl.bos && metadata.find_bool("tokenizer.ggml.add_bos_token").value_or(is_spm)) {
    impl.prefix.push_back(*impl.bos);
  }
  if (impl.eos && metadata.find_bool("tokenizer.ggml.add_eos_token").value_or(false)) {
    impl.suffix.push_back(*impl.eos);
  }
  if (const auto eot = token_at(metadata, "tokenizer.ggml.eot_token_id", impl);
      eot && eot != impl.eos) {
    impl.end_tokens.push_back(*eot);
  }
  impl.finish();
  return {};
}

}  // namespace

Result<Tokenizer> Tokenizer::from_gguf(const Metadata& metadata) {
  auto impl = std::make_unique<Impl>();
  TRY(fill(metadata, *impl));
  return Tokenizer(std::move(impl));
}

}  // namespace falconet
