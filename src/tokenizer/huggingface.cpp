#include "tokenizer/bpe_model.h"
#include "tokenizer/json_fields.h"
#include "tokenizer/tokenizer_impl.h"
#include "tokenizer/tokenizer_json.h"
#include "tokenizer/wordpiece_model.h"

namespace falconet {
namespace {

constexpr const char* kModelPart = "model";

const SortedJson& field_or_null(const SortedJson& object, const char* name) {
  static const SortedJson kNull;
  const SortedJson* field = find_field(object, name);
  return field == nullptr ? kNull : *field;
}

/// Files older than the "type" field are told by what they hold.
std::string model_type(const TokenizerJson& file, const SortedJson& model) {
  const std::string type = text_field(model, "type");
  if (!type.empty()) return type;
  return file.num_merges() > 0 ? "BPE" : "WordPiece";
}

Status fill_vocabulary(const TokenizerJson& file, Vocabulary& vocabulary) {
  if (file.num_pieces() == 0) {
    return error(ErrorCode::Corrupt, "tokenizer.json: model.vocab is missing or empty");
  }
  vocabulary.reserve(file.num_pieces(), file.num_bytes() * 2);
  for (std::size_t i = 0; i < file.num_pieces(); ++i) {
    const auto [spelling, id] = file.piece(i);
    if (auto added = vocabulary.add(spelling, id); !added) {
      return std::move(added).error().within(cat("tokenizer.json: model.vocab: ", spelling));
    }
  }
  return {};
}

/// A merge of "a" and "b" needs the pieces "a", "b" and "ab".
Result<MergeTable> read_merges(const TokenizerJson& file, const Vocabulary& vocabulary) {
  MergeTable merges;
  merges.reserve(file.num_merges());
  std::string both;
  std::int32_t previous = -1;
  for (std::size_t i = 0; i < file.num_merges(); ++i) {
    const auto [left, right] = file.merge(i);
    const auto a = vocabulary.find_spelling(left);
    const auto b = vocabulary.find_spelling(right);
    if (a && b) both.assign(vocabulary.text(*a)).append(vocabulary.text(*b));
    // Most files list merges in the order of the ids that they make.
    auto merged = std::optional(previous + 1);
    if (both.empty() || vocabulary.text(*merged) != both) merged = vocabulary.find_text(both);
    if (!a || !b || !merged) {
      return error(ErrorCode::Corrupt, "tokenizer.json: merge ", i, " (\"", left, "\" \"", right,
                   "\") names a piece that is not in the vocabulary");
    }
    merges.add(*a, *b, {static_cast<std::int32_t>(i), *merged}, MergeTable::OnRepeat::KeepLast);
    previous = *merged;
  }
  return merges;
}

Result<std::optional<std::int32_t>> unknown_id(const SortedJson& model,
                                               const Vocabulary& vocabulary) {
  const std::string name = text_field(model, "unk_token");
  if (name.empty()) return std::optional<std::int32_t>();
  const auto id = vocabulary.find_spelling(name);
  if (!id) {
    return error(ErrorCode::Corrupt, "tokenizer.json: unk_token \"", name,
                 "\" is not in the vocabulary");
  }
  return id;
}

Status make_bpe(const TokenizerJson& file, const SortedJson& model, Tokenizer::Impl& impl) {
  for (const char* affix : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    if (!text_field(model, affix).empty()) return unsupported_part(kModelPart, affix);
  }
  BpeOptions options{.ignores_merges = bool_field(model, "ignore_merges", false),
                     .has_byte_fallback = bool_field(model, "byte_fallback", false),
                     .fuses_unknown = bool_field(model, "fuse_unk", false),
                     .unknown = std::nullopt};
  TRY_ASSIGN(options.unknown, unknown_id(model, impl.vocabulary));
  TRY_ASSIGN(MergeTable merges, read_merges(file, impl.vocabulary));
  impl.model = std::make_unique<BpeModel>(impl.vocabulary, std::move(merges), options);
  return {};
}

Status make_wordpiece(const SortedJson& model, Tokenizer::Impl& impl) {
  WordPieceOptions options;
  options.continuation_prefix = text_field(model, "continuing_subword_prefix", "##");
  const SortedJson& limit = field_or_null(model, "max_input_chars_per_word");
  if (limit.is_number_integer() && limit > 0) options.max_characters = limit.get<std::size_t>();
  TRY_ASSIGN(options.unknown, unknown_id(model, impl.vocabulary));
  impl.model = std::make_unique<WordPieceModel>(impl.vocabulary, std::move(options));
  return {};
}

Status read_added_tokens(const SortedJson& list, Tokenizer::Impl& impl) {
  if (list.is_null()) return {};
  if (!list.is_array()) return error(ErrorCode::Corrupt, "tokenizer.json: added_tokens: no list");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const SortedJson& node = list[i];
    const SortedJson& id = field_or_null(node, "id");
    const std::string content = text_field(node, "content");
    const bool is_in_range =
        id.is_number_integer() && id >= 0 && id < static_cast<int>(kMaxVocabularySize);
    if (!is_in_range || content.empty()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: added_tokens[", i,
                   "] has no content, or no id below ", kMaxVocabularySize);
    }
    TRY(impl.add_token({.id = TokenId{id.get<std::int32_t>()},
                        .text = content,
                        .is_special = bool_field(node, "special", false),
                        .is_normalized = bool_field(node, "normalized", false),
                        .strips_left = bool_field(node, "lstrip", false),
                        .strips_right = bool_field(node, "rstrip", false),
                        .is_single_word = bool_field(node, "single_word", false)}));
  }
  return {};
}

/// Ids that a template puts before or after the text.
Status append_template_ids(const SortedJson& part, const SortedJson& special_tokens,
                           const Tokenizer::Impl& impl, std::vector<TokenId>& out) {
  const std::string name = text_field(part, "id");
  const SortedJson& ids = field_or_null(field_or_null(special_tokens, name.c_str()), "ids");
  if (!ids.is_array()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: the template's token \"", name,
                 "\" is not among its special_tokens");
  }
  for (const SortedJson& id : ids) {
    if (!id.is_number_integer() || id < 0 || id >= impl.vocabulary.size()) {
      return error(ErrorCode::Corrupt, "tokenizer.json: the template's token \"", name,
                   "\" has an id outside the vocabulary");
    }
    out.push_back(TokenId{id.get<std::int32_t>()});
  }
  return {};
}

Status read_template(const SortedJson& node, Tokenizer::Impl& impl) {
  const SortedJson& parts = field_or_null(node, "single");
  if (!parts.is_array()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: the post_processor has no \"single\"");
  }
  bool is_after_text = false;
  for (const SortedJson& part : parts) {
    if (const SortedJson* special = find_field(part, "SpecialToken")) {
      TRY(append_template_ids(*special, field_or_null(node, "special_tokens"), impl,
                              is_after_text ? impl.suffix : impl.prefix));
    } else {
      is_after_text = true;
    }
  }
  return {};
}

/// BertProcessing and RobertaProcessing: ["[CLS]", 101] and ["[SEP]", 102].
Status read_cls_and_sep(const SortedJson& node, Tokenizer::Impl& impl) {
  for (const char* name : {"cls", "sep"}) {
    const SortedJson& pair = field_or_null(node, name);
    const bool is_pair = pair.is_array() && pair.size() == 2 && pair[1].is_number_integer() &&
                         pair[1] >= 0 && pair[1] < impl.vocabulary.size();
    if (!is_pair) {
      return error(ErrorCode::Corrupt, "tokenizer.json: the post_processor's \"", name,
                   "\" is no [text, id] of the vocabulary");
    }
    (*name == 'c' ? impl.prefix : impl.suffix).push_back(TokenId{pair[1].get<std::int32_t>()});
  }
  return {};
}

Status read_post_processor(const SortedJson& node, Tokenizer::Impl& impl) {
  if (node.is_null()) return {};
  constexpr const char* kPart = "post_processor";
  TRY_ASSIGN(const std::string type, type_of(node, kPart));
  if (type == "ByteLevel") return {};  // moves offsets only
  if (type == "TemplateProcessing") return read_template(node, impl);
  if (type == "BertProcessing" || type == "RobertaProcessing") return read_cls_and_sep(node, impl);
  if (type != "Sequence") return unsupported_part(kPart, type);
  const SortedJson& parts = field_or_null(node, "processors");
  if (!parts.is_array()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: a Sequence has no \"processors\"");
  }
  for (const SortedJson& part : parts) TRY(read_post_processor(part, impl));
  return {};
}

/// "bos_token": "<s>", or {"content": "<s>", …}.
std::optional<TokenId> config_token(const Json& config, const char* name,
                                    const Tokenizer::Impl& impl) {
  auto text = string_member(config, name);
  const Json* object = find_member(config, name);
  if (!text && object != nullptr) text = string_member(*object, "content");
  return text ? impl.find(*text) : std::nullopt;
}

void find_bos_and_eos(const Json& config, Tokenizer::Impl& impl) {
  impl.bos = config_token(config, "bos_token", impl);
  impl.eos = config_token(config, "eos_token", impl);
  if (!config.is_null()) return;
  // Without a tokenizer_config.json only the template and well-known names are left to tell.
  if (!impl.prefix.empty()) impl.bos = impl.prefix[0];
  for (const char* name : {"</s>", "<|endoftext|>", "<|end_of_text|>", "<｜end▁of▁sentence｜>"}) {
    if (!impl.eos) impl.eos = impl.find(name);
  }
}

}  // namespace

Result<Tokenizer> Tokenizer::from_huggingface(std::string_view tokenizer_json,
                                              const Json& tokenizer_config) {
  TRY_ASSIGN(const TokenizerJson file, TokenizerJson::parse(tokenizer_json));
  const SortedJson& model = field_or_null(file.head, kModelPart);
  const std::string type = model_type(file, model);
  if (type != "BPE" && type != "WordPiece") return unsupported_part(kModelPart, type);

  TRY_ASSIGN(PreTokenizer pre_tokenizer,
             PreTokenizer::from_json(field_or_null(file.head, "pre_tokenizer")));
  auto impl =
      std::make_unique<Impl>(pre_tokenizer.is_byte_level() ? Spelling::ByteLevel : Spelling::Plain);
  impl->pre_tokenizer = std::move(pre_tokenizer);
  TRY_ASSIGN(impl->normalizer, Normalizer::from_json(field_or_null(file.head, "normalizer")));
  TRY(fill_vocabulary(file, impl->vocabulary));
  TRY(type == "BPE" ? make_bpe(file, model, *impl) : make_wordpiece(model, *impl));
  TRY(read_added_tokens(field_or_null(file.head, "added_tokens"), *impl));
  TRY(read_post_processor(field_or_null(file.head, "post_processor"), *impl));
  TRY_ASSIGN(const DecodingRules rules, parse_decoder(field_or_null(file.head, "decoder")));
  impl->decoder = PieceDecoder(impl->vocabulary, rules, /*is_verbatim=*/{});
  find_bos_and_eos(tokenizer_config, *impl);
  impl->find_end_tokens();
  return Tokenizer(std::move(impl));
}

}  // namespace falconet
