// What a checkpoint says of text: its tokenizer, its template, and how it is usually sampled.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/chat_template.h"
#include "completion/local_model.h"
#include "completion/sampling_resolution.h"
#include "formats/checkpoint.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

Result<Tokenizer> load_tokenizer(const Checkpoint& checkpoint);

/// `own`, or else the checkpoint's; nothing if there is none, or if the checkpoint's is not
/// understood, with a warning. Errors: those of ChatTemplate::parse for `own`.
Result<std::optional<ChatTemplate>> load_template(const Checkpoint& checkpoint,
                                                  const std::optional<std::string>& own);

/// Those that the model states, or that are known of its name.
GenerationDefaults load_defaults(const Checkpoint& checkpoint, DefaultsSource source);

/// The tokenizer's, and generation_config's eos_token_id, which may be one or several.
std::vector<TokenId> load_end_tokens(const Checkpoint& checkpoint, const Tokenizer& tokenizer);

}  // namespace falconet
