#include "cli/vllm_flags.h"

#include <algorithm>
#include <array>

namespace falconet {
namespace {

constexpr std::string_view kGpuOnly = "it is about GPUs";
constexpr std::string_view kAlways = "Falconet always does it";
constexpr std::string_view kPython = "there is no Python here";
constexpr std::string_view kFileDecides = "the model's files decide";
constexpr std::string_view kOwnSwap = "Falconet computes again instead of swapping";
constexpr std::string_view kOwnLog = "Falconet writes one log line a request";

constexpr std::array kFlags = {
    VllmFlag{"--enforce-eager", false, kGpuOnly},
    VllmFlag{"--max-seq-len-to-capture", true, kGpuOnly},
    VllmFlag{"--cuda-graph-sizes", true, kGpuOnly},
    VllmFlag{"--compilation-config", true, kGpuOnly},
    VllmFlag{"-O", true, kGpuOnly},
    VllmFlag{"--device", true, "Falconet runs on the CPU"},
    VllmFlag{"--distributed-executor-backend", true, "there is one process"},
    VllmFlag{"--disable-custom-all-reduce", false, kGpuOnly},
    VllmFlag{"--trust-remote-code", false, kPython},
    VllmFlag{"--uvicorn-log-level", true, kPython},
    VllmFlag{"--disable-frontend-multiprocessing", false, kPython},
    VllmFlag{"--middleware", true, kPython},
    VllmFlag{"--enable-chunked-prefill", false, kAlways},
    VllmFlag{"--no-enable-chunked-prefill", false, kAlways},
    VllmFlag{"--batch-invariant", false, kAlways},
    VllmFlag{"--prefix-caching-hash-algo", true, "tokens are compared, so no hash can be wrong"},
    VllmFlag{"--swap-space", true, kOwnSwap},
    VllmFlag{"--cpu-offload-gb", true, "everything is in the CPU's memory"},
    VllmFlag{"--block-size", true, "KV blocks have 16 tokens"},
    VllmFlag{"--tokenizer", true, kFileDecides},
    VllmFlag{"--tokenizer-mode", true, kFileDecides},
    VllmFlag{"--load-format", true, kFileDecides},
    VllmFlag{"--config-format", true, kFileDecides},
    VllmFlag{"--hf-config-path", true, kFileDecides},
    VllmFlag{"--task", true, kFileDecides},
    VllmFlag{"--runner", true, kFileDecides},
    VllmFlag{"--rope-scaling", true, kFileDecides},
    VllmFlag{"--rope-theta", true, kFileDecides},
    VllmFlag{"--download-dir", true, "FALCONET_HOME says where models lie"},
    VllmFlag{"--revision", true, "the name says it: org/repo@revision"},
    VllmFlag{"--hf-token", true, "HF_TOKEN says it, where nobody sees it in the process list"},
    VllmFlag{"--enable-reasoning", false, kAlways},
    VllmFlag{"--enable-auto-tool-choice", false, kAlways},
    VllmFlag{"--tool-call-parser", true, "the model's template says the form of its calls"},
    VllmFlag{"--guided-decoding-backend", true, "Falconet has one of its own"},
    VllmFlag{"--disable-log-requests", false, kOwnLog},
    VllmFlag{"--enable-log-requests", false, kOwnLog},
    VllmFlag{"--no-enable-log-requests", false, kOwnLog},
    VllmFlag{"--disable-log-stats", false, kOwnLog},
    VllmFlag{"--max-log-len", true, kOwnLog},
    VllmFlag{"--max-logprobs", true, "20 are given, as OpenAI does"},
    VllmFlag{"--preemption-mode", true, kOwnSwap},
};

}  // namespace

std::span<const VllmFlag> vllm_flags_without_effect() { return kFlags; }

const VllmFlag* find_vllm_flag(std::string_view name) {
  const auto found = std::ranges::find(kFlags, name, &VllmFlag::name);
  return found == kFlags.end() ? nullptr : &*found;
}

}  // namespace falconet
