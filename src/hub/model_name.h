// What people type to name a model, understood: a path, a repository, an address or a short name.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

enum class ModelSource { Path, HuggingFace, ModelScope, Url };

struct ModelName {
  ModelSource source = ModelSource::Path;
  std::string path = {};        // of Path, as typed
  std::string url = {};         // of Url
  std::string repository = {};  // "org/repo"
  std::string revision = {};    // branch, tag or commit
  std::string file = {};        // inside the repository; of Url the address's last part
  std::string quant = {};       // "Q4_K_M", in capitals; empty: the best choice for most machines
};

/// Understands, without looking at disk or network:
///   ./model.gguf, /models/qwen, ~/x.gguf                      Path
///   org/repo, org/repo:Q8_0, org/repo/file.gguf               HuggingFace
///   hf.co/org/repo[@revision][:quant], huggingface.co/…       HuggingFace
///   modelscope.cn/org/repo[@revision][:quant]                 ModelScope
///   https://huggingface.co/org/repo/resolve/main/file.gguf    HuggingFace
///   https://example.org/file.gguf                             Url
///   deepseek-r1:1.5b, deepseek-r1:1.5b-q8_0                   HuggingFace, by short_names.h
/// Errors: InvalidArgument, NotFound (a short name nobody knows; lists the known ones).
Result<ModelName> parse_model_name(std::string_view text);

/// The shortest text that parse_model_name reads as this name.
std::string display_name(const ModelName& name);

/// The quantization in a file's name, in capitals ("Q4_K_M", "IQ4_XS", "BF16"), or nothing.
std::string quant_of_file(std::string_view file);

}  // namespace falconet
