#include "completion/checkpoint_text.h"

#include <algorithm>

#include "base/log.h"

namespace falconet {

Result<Tokenizer> load_tokenizer(const Checkpoint& checkpoint) {
  if (checkpoint.kind() == CheckpointKind::Gguf) {
    return Tokenizer::from_gguf(checkpoint.metadata());
  }
  return Tokenizer::from_huggingface(checkpoint.tokenizer_json(), checkpoint.tokenizer_config());
}

Result<std::optional<ChatTemplate>> load_template(const Checkpoint& checkpoint,
                                                  const std::optional<std::string>& own) {
  const auto source = own ? own : checkpoint.chat_template();
  if (!source) return std::optional<ChatTemplate>();
  auto parsed = ChatTemplate::parse(*source);
  if (parsed) return std::optional<ChatTemplate>(*std::move(parsed));
  if (own) return std::move(parsed).error().within("--chat-template");
  // The model can still complete text, so it is served.
  log_warning("the model's chat template cannot be used: ", parsed.error().message);
  return std::optional<ChatTemplate>();
}

GenerationDefaults load_defaults(const Checkpoint& checkpoint, DefaultsSource source) {
  if (source == DefaultsSource::Falconet) return {};
  const bool is_gguf = checkpoint.kind() == CheckpointKind::Gguf;
  const GenerationDefaults stated = is_gguf
                                        ? defaults_from_gguf(checkpoint.metadata())
                                        : defaults_from_huggingface(checkpoint.generation_config());
  if (stated != GenerationDefaults{}) return stated;
  std::string names = model_name_of(checkpoint.path());
  if (const std::string* name = checkpoint.metadata().find_string("general.name")) {
    names += " " + *name;
  }
  names += " " + string_member(checkpoint.config(), "_name_or_path").value_or("");
  return defaults_by_name(names).value_or(GenerationDefaults{});
}

std::vector<TokenId> load_end_tokens(const Checkpoint& checkpoint, const Tokenizer& tokenizer) {
  const auto known = tokenizer.end_tokens();
  std::vector<TokenId> end_tokens(known.begin(), known.end());
  const auto add = [&end_tokens, &tokenizer](const Json& id) {
    if (!id.is_number_integer()) return;
    const auto value = id.get<std::int64_t>();
    if (value < 0 || value >= tokenizer.vocab_size()) return;
    end_tokens.push_back({static_cast<std::int32_t>(value)});
  };
  if (const Json* eos = find_member(checkpoint.generation_config(), "eos_token_id")) {
    if (eos->is_array()) {
      for (const Json& id : *eos) add(id);
    } else {
      add(*eos);
    }
  }
  std::ranges::sort(end_tokens);
  end_tokens.erase(std::unique(end_tokens.begin(), end_tokens.end()), end_tokens.end());
  return end_tokens;
}

}  // namespace falconet
