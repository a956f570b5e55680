// Reads tokenizer.json (Hugging Face tokenizers) and what tokenizer_config.json adds to it.
#include "tokenizer/tokenizer_impl.h"

namespace falconet {
namespace {

Error corrupt(std::string_view what) { return error(ErrorCode::Corrupt, "tokenizer.json: ", what); }

bool flag(const SortedJson& node, const char* key) {
  return node.contains(key) && node[key].is_boolean() && node[key].get<bool>();
}

Status read_vocabulary(const SortedJson& model, Tokenizer::Impl& impl) {
  if (!model.contains("vocab") || !model["vocab"].is_object())
    return corrupt("model.vocab is missing");
  for (const auto& [piece, id] : model["vocab"].items()) {
    if (!id.is_number_integer()) return corrupt(cat("the id of \"", piece, "\" is no integer"));
    TRY(impl.add_piece(piece, id.get<std::int64_t>()));
  }
  return {};
}

Status read_merges(const SortedJson& model, Tokenizer::Impl& impl) {
  if (!model.contains("merges") || !model["merges"].is_array())
    return corrupt("model.merges is missing");
  const auto& merges = model["merges"];
  impl.merges.reserve(merges.size());
  std::int32_t rank = 0;
  for (const auto& merge : merges) {
    if (merge.is_string()) {
      const auto& text = merge.get_ref<const std::string&>();
      const auto space = text.find(' ');
      if (space == std::string::npos) return corrupt(cat("merge ", rank, " is no pair"));
      TRY(impl.add_merge(text.substr(0, space), text.substr(space + 1), rank));
    } else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() &&
               merge[1].is_string()) {
      TRY(impl.add_merge(merge[0].get<std::string>(), merge[1].get<std::string>(), rank));
    } else {
      return corrupt(cat("merge ", rank, " is no pair"));
    }
    ++rank;
  }
  return {};
}

Status read_added_tokens(const SortedJson& root, Tokenizer::Impl& impl) {
  if (!root.contains("added_tokens") || !root["added_tokens"].is_array()) return {};
  for (const auto& node : root["added_tokens"]) {
    if (!node.is_object() || !node.contains("id") || !node["id"].is_number_integer() ||
        !node.contains("content") || !node["content"].is_string()) {
      return corrupt("an added token has no id or content");
    }
    const auto id = node["id"].get<std::int64_t>();
    if (id < 0 || id >= kMaxVocabularySize) return corrupt(cat("an added token has id ", id));
    TRY(impl.add_token({.id = TokenId{static_cast<std::int32_t>(id)},
                        .text = node["content"].get<std::string>(),
                        .is_special = flag(node, "special"),
                        .is_normalized = flag(node, "normalized"),
                        .strips_left = flag(node, "lstrip"),
                        .strips_right = flag(node, "rstrip")}));
  }
  return {};
}

/// The special tokens that TemplateProcessing puts before and after a single text.
Status read_post_processor(const SortedJson& node, Tokenizer::Impl& impl) {
  if (!node.is_object() || !node.contains("type") || !node["type"].is_string()) return {};
  const std::string type = node["type"].get<std::string>();
  if (type == "Sequence" && node.contains("processors") && node["processors"].is_array()) {
    for (const auto& part : node["processors"]) TRY(read_post_processor(part, impl));
  }
  if (type != "TemplateProcessing" || !node.contains("single") || !node["single"].is_array())
    return {};
  bool is_after_text = false;
  for (const auto& item : node["single"]) {
    if (!item.is_object()) return corrupt("post_processor.single");
    if (item.contains("Sequence")) is_after_text = true;
    if (!item.contains("SpecialToken")) continue;
    const auto& token = item["SpecialToken"];
    if (!token.is_object() || !token.contains("id") || !token["id"].is_string()) {
      return corrupt("post_processor.single names no token");
    }
    const auto id = impl.find(token["id"].get<std::string>());
    if (!id) return corrupt("post_processor.single names an unknown token");
    (is_after_text ? impl.suffix : impl.prefix).push_back(*id);
  }
  return {};
}

/// Whether the decoder strips one leading space ({"type": "Strip", "start": 1}, Metaspace).
bool strips_first_space(const SortedJson& decoder) {
  if (!decoder.is_object()) return false;
  const std::string type = decoder.value("type", "");
  if (type == "Strip") return decoder.value("start", 0) > 0;
  if (type == "Metaspace") return decoder.value("prepend_scheme", "always") != "never";
  if (type != "Sequence" || !decoder.contains("decoders")) return false;
  for (const auto& part : decoder["decoders"]) {
    if (strips_first_space(part)) return true;
  }
  return false;
}

/// "bos_token" is a text or an object with "content".
std::optional<TokenId> configured_token(const Json& config, const char* key,
                                        const Tokenizer::Impl& impl) {
  const Json* value = find_member(config, key);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return impl.find(value->get<std::string>());
  const auto content = string_member(*value, "content");
  return content ? impl.find(*content) : std::nullopt;
}

Status fill(const SortedJson& root, const Json& config, Tokenizer::Impl& impl) {
  if (!root.is_object() || !root.contains("model") || !root["model"].is_object()) {
    return corrupt("model is missing");
  }
  const auto& model = root["model"];
  const std::string type = model.value("type", "BPE");
  if (type != "BPE") return error(ErrorCode::Unsupported, "tokenizer.json: model \"", type, "\"");
  TRY(read_vocabulary(model, impl));
  TRY(read_merges(model, impl));
  TRY(read_added_tokens(root, impl));
  impl.ignores_merges = flag(model, "ignore_merges");
  if (model.contains("unk_token") && model["unk_token"].is_string()) {
    impl.unknown = impl.find(model["unk_token"].get<std::string>());
  }
  const auto part = [&](const char* key) { return root.contains(key) ? root[key] : SortedJson(); };
  TRY(parse_normalizer(part("normalizer"), impl.normalizers));
  TRY(parse_pre_tokenizer(part("pre_tokenizer"), impl.pre_tokenizer));
  if (!impl.pre_tokenizer.prefix.empty()) {
    // Metaspace replaces the spaces before it cuts.
    impl.normalizers.push_back({Normalizer::Kind::Replace, " ", impl.pre_tokenizer.prefix});
  }
  TRY(read_post_processor(part("post_processor"), impl));
  impl.strips_first_space = strips_first_space(part("decoder"));
  impl.bos = configured_token(config, "bos_token", impl);
  impl.eos = configured_token(config, "eos_token", impl);
  if (!impl.bos && !impl.prefix.empty()) impl.bos = impl.prefix.front();
  impl.finish();
  return {};
}

}  // namespace

Result<Tokenizer> Tokenizer::from_huggingface(std::string_view tokenizer_json,
                                              const Json& tokenizer_config) {
  auto root = parse_sorted_json(tokenizer_json);
  if (!root) return Error{ErrorCode::Corrupt, root.error().message}.within("tokenizer.json");
  auto impl = std::make_unique<Impl>();
  try {
    TRY(fill(*root, tokenizer_config, *impl));
  } catch (const nlohmann::json::exception& failure) {
    return corrupt(failure.what());
  }
  return Tokenizer(std::move(impl));
}

}  // namespace falconet
