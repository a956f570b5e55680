// From a file or folder on disk to a completer that answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "completion/local_completer.h"
#include "formats/quantize_recipe.h"

namespace falconet {

enum class ReasoningMode {
  Auto,  // if the model has tokens or a template for it
  On,  // and a chat's answer begins in it even where nothing opens it, unless the prompt closes it
  Off,
};

enum class DefaultsSource {
  Model,    // its generation_config
  Falconet  // our own, whatever the model says
};

struct LocalModelOptions {
  std::string served_name = {};                      // empty: the file's or folder's name
  std::string origin = {};                           // shown as the model's root; empty: the path
  std::optional<std::size_t> max_model_len = {};     // absent: the model's, as far as memory goes
  std::optional<std::uint64_t> kv_cache_bytes = {};  // absent: half of the available memory…
  std::optional<double> memory_share = {};           // …or what weights leave of this share of it
  std::optional<Recipe> quantization = {};           // rounds 16- and 32-bit matrices while loading
  KvType kv_type = KvType::F16;
  std::size_t max_num_seqs = 32;
  std::size_t max_num_waiting = 1024;
  std::size_t max_num_batched_tokens = 512;
  std::size_t sliding_window = 0;  // as EngineOptions has it
  PrefixCaching prefix_caching = PrefixCaching::On;
  SchedulingPolicy scheduling = SchedulingPolicy::Fair;
  SpeculationOptions speculation = kUsualSpeculation;
  std::filesystem::path draft_model = {};         // a smaller one that guesses for it; empty: none
  int num_threads = 0;                            // 0: as many as this process may use
  std::optional<std::uint64_t> seed = {};         // of requests that bring none; absent: random
  std::optional<std::string> chat_template = {};  // its text, instead of the model's
  ReasoningMode reasoning = ReasoningMode::Auto;
  DefaultsSource defaults = DefaultsSource::Model;
  std::function<void(std::uint64_t num_bytes, std::uint64_t num_bytes_total)> on_progress = {};
};

/// Errors: those of Checkpoint::open, load_model, Tokenizer and ChatTemplate; InvalidArgument for
/// options that contradict the model or each other, with the numbers, or for a draft model with
/// another vocabulary.
Result<std::unique_ptr<LocalCompleter>> open_local_model(const std::filesystem::path& path,
                                                         LocalModelOptions options = {});

}  // namespace falconet
