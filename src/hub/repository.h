// What a model repository holds, and which of its files make up the model that was named.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "hub/model_name.h"
#include "hub/settings.h"

namespace falconet {

struct RemoteFile {
  std::string path;  // inside the repository
  std::string url;
  std::uint64_t num_bytes = 0;
  std::string sha256;  // empty where the repository does not tell
};

/// All files of a Hugging Face or ModelScope repository.
/// Errors: those of http_fetch_text and http_status_error, Corrupt (an answer that makes no sense).
Result<std::vector<RemoteFile>> list_repository(const ModelName& name, const HubSettings& settings);

/// "Authorization: …" for the name's source, or nothing.
std::vector<std::string> authorization(const ModelName& name, const HubSettings& settings);

/// The files of the model: one GGUF file (of the quantization named, or the best choice for most
/// machines), or a Hugging Face folder's, config.json last: with it the folder is complete.
/// Errors: NotFound (lists what there is), Unsupported (a GGUF in several parts).
Result<std::vector<RemoteFile>> choose_files(const ModelName& name,
                                             std::span<const RemoteFile> files);

/// The place of a quantization in the order of choice when none is named; lower is better.
std::size_t quant_rank(std::string_view quant);

}  // namespace falconet
