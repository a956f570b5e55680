// Finds and loads the tokenizer that a path stands for.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

/// `path` is a tokenizer.json (a tokenizer_config.json beside it is read too), a folder that holds
/// one, or a GGUF file.
Result<Tokenizer> load_tokenizer(const std::filesystem::path& path);

}  // namespace falconet
