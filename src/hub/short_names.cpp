#include "hub/short_names.h"

#include <array>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::array<ShortName, 12> kShortNames = {{
    {"deepseek-r1:1.5b", "bartowski/DeepSeek-R1-Distill-Qwen-1.5B-GGUF",
     "DeepSeek-R1-Distill-Qwen-1.5B-Q4_K_M.gguf"},
    {"deepseek-r1:7b", "bartowski/DeepSeek-R1-Distill-Qwen-7B-GGUF",
     "DeepSeek-R1-Distill-Qwen-7B-Q4_K_M.gguf"},
    {"qwen3:0.6b", "Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf"},
    {"qwen3:1.7b", "Qwen/Qwen3-1.7B-GGUF", "Qwen3-1.7B-Q8_0.gguf"},
    {"qwen3:4b", "Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf"},
    {"qwen2.5:0.5b", "Qwen/Qwen2.5-0.5B-Instruct-GGUF", "qwen2.5-0.5b-instruct-q4_k_m.gguf"},
    {"qwen2.5:1.5b", "Qwen/Qwen2.5-1.5B-Instruct-GGUF", "qwen2.5-1.5b-instruct-q4_k_m.gguf"},
    {"smollm2:135m", "bartowski/SmolLM2-135M-Instruct-GGUF", "SmolLM2-135M-Instruct-Q4_K_M.gguf"},
    {"smollm2:360m", "bartowski/SmolLM2-360M-Instruct-GGUF", "SmolLM2-360M-Instruct-Q4_K_M.gguf"},
    {"smollm2:1.7b", "bartowski/SmolLM2-1.7B-Instruct-GGUF", "SmolLM2-1.7B-Instruct-Q4_K_M.gguf"},
    {"llama3.2:1b", "bartowski/Llama-3.2-1B-Instruct-GGUF", "Llama-3.2-1B-Instruct-Q4_K_M.gguf"},
    {"llama3.2:3b", "bartowski/Llama-3.2-3B-Instruct-GGUF", "Llama-3.2-3B-Instruct-Q4_K_M.gguf"},
}};

}  // namespace

std::span<const ShortName> short_names() { return kShortNames; }

const ShortName* find_short_name(std::string_view name) {
  const std::string wanted = to_lower(name);
  const bool is_family = wanted.find(':') == std::string::npos;
  for (const ShortName& entry : kShortNames) {
    if (entry.name == wanted) return &entry;
    if (is_family && entry.name.substr(0, entry.name.find(':')) == wanted) return &entry;
  }
  return nullptr;
}

const ShortName* find_short_name_of(std::string_view repository, std::string_view file) {
  for (const ShortName& entry : kShortNames) {
    if (entry.repository == repository && entry.file == file) return &entry;
  }
  return nullptr;
}

}  // namespace falconet
