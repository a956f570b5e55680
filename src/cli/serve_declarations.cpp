// How `falconet serve --help` presents the flags.

#include "cli/command_line.h"
#include "cli/serve_flags.h"
#include "cli/vllm_flags.h"

namespace falconet {
namespace {

void declare_model(ServeFlags& flags, CommandLine& command) {
  const auto group = [](DeclaredOption option) { option.group("Model"); };
  group(command.option("--model,model", flags.model,
                       "A GGUF file, a Hugging Face folder, or a name to fetch (see pull)"));
  group(command.option("--served-model-name", flags.served_model_names,
                       "Names that clients may use; the first is in responses"));
  group(command.option("--dtype", flags.dtype,
                       "auto, half, bfloat16, float: accepted; a CPU needs no choice"));
  group(command.option("--quantization,-q", flags.quantization,
                       "Round 16- and 32-bit weights while loading: q8_0, q4_k_m, q4_0, …"));
  group(command.option("--chat-template", flags.chat_template,
                       "A Jinja file (or text) instead of the model's own"));
  group(command.option("--generation-config", flags.generation_config,
                       "Sampling defaults: auto (the model's) or vllm (none)"));
  group(command.option("--reasoning-parser", flags.reasoning_parser,
                       "auto, deepseek_r1, qwen3, none"));
  group(command.option("--seed", flags.seed, "Of requests that bring none (default: random)"));
}

void declare_capacity(ServeFlags& flags, CommandLine& command) {
  const auto group = [](DeclaredOption option) { option.group("Capacity"); };
  group(command.option("--threads", flags.num_threads, "Worker threads (default: all CPUs)"));
  group(command.option("--max-model-len", flags.max_model_len,
                       "Tokens of prompt and answer: 4096, 32K, auto"));
  group(command.option("--max-num-seqs", flags.max_num_seqs, "Sequences in one step at most"));
  group(command.option("--max-num-batched-tokens", flags.max_num_batched_tokens,
                       "Tokens in one step at most"));
  group(command.option("--max-num-waiting", flags.max_num_waiting,
                       "Requests that may wait; more are refused with 429"));
  group(command.option("--sliding-window", flags.sliding_window,
                       "Texts go on beyond --max-model-len: so many of the last tokens stay, and "
                       "the first 16"));
  group(command.option("--scheduling-policy", flags.scheduling_policy,
                       "fair: equal shares for API keys and users; fcfs: as requests come"));
  group(command.flag("--enable-prefix-caching", flags.wants_prefix_caching,
                     "Prompts that begin alike are read once (always, unless:)"));
  group(command.flag("--no-enable-prefix-caching", flags.has_no_prefix_caching,
                     "Every prompt is read from its beginning"));
  group(command.option("--speculative-config", flags.speculative_config,
                       "Guessing ahead what the text said before, as JSON: "
                       "{\"method\":\"ngram\",\"num_speculative_tokens\":8}; off: "
                       "{\"method\":\"none\"}"));
  group(command.option("--speculative-model", flags.speculative_model,
                       "A smaller model with the same vocabulary that guesses as well"));
  group(command.option("--kv-cache-memory,--kv-cache-memory-bytes", flags.kv_cache_memory,
                       "Of keys and values: 2GiB (default: half of the free memory)"));
  group(command.option("--gpu-memory-utilization", flags.gpu_memory_utilization,
                       "Share of the free memory for weights and KV cache, instead"));
  group(command.option("--kv-cache-dtype", flags.kv_cache_dtype,
                       "Of keys and values: auto (f16), f16, q8_0"));
  group(command.option("--tensor-parallel-size,--tp", flags.tensor_parallel_size, "Only 1"));
  group(command.option("--pipeline-parallel-size", flags.pipeline_parallel_size, "Only 1"));
  group(command.option("--data-parallel-size", flags.data_parallel_size, "Only 1"));
}

void declare_server(ServeFlags& flags, CommandLine& command) {
  const auto group = [](DeclaredOption option) { option.group("Server"); };
  group(command.option("--host", flags.host, "Name or address to listen on"));
  group(command.option("--port", flags.port, "0: the system chooses"));
  group(command.option("--uds", flags.uds, "This unix domain socket instead"));
  group(command.option("--api-key", flags.api_keys,
                       "Asked for everywhere but /health, and with --auth the page; "
                       "several may be given (or FALCONET_API_KEY)"));
  group(command.option("--metrics-key", flags.metrics_key,
                       "What Prometheus sends to read /metrics (or FALCONET_METRICS_KEY; default: "
                       "an API key, with --auth an administrator's session)"));
  group(command.option("--allowed-origins", flags.allowed_origins,
                       "Web pages that may call the API, or * (default: its own)"));
  group(command.option("--data", flags.kept.folder,
                       "The folder that keeps conversations (default: ~/.local/share/falconet)"));
  group(command.option("--database", flags.kept.database,
                       "PostgreSQL keeps them instead: postgresql://user@host/database"));
  group(command.flag(
      "--auth", flags.has_accounts,
      "People log in (default where others reach the server and --data or --database is given)"));
  group(command.flag("--no-auth", flags.has_one_user,
                     "One user without a log-in, on this machine only (the default there)"));
  group(
      command.option("--oidc-issuer", flags.oidc_issuer,
                     "A provider that people may log in with (OpenID Connect): its https address"));
  group(command.option("--oidc-client-id", flags.oidc_client_id,
                       "What this server is to the provider; its secret is in "
                       "FALCONET_OIDC_CLIENT_SECRET or the file below"));
  group(command.option("--oidc-client-secret-file", flags.oidc_client_secret_file,
                       "A file that holds the secret alone"));
  group(command.option("--oidc-name", flags.oidc_name,
                       "What the page calls the provider (default: its host)"));
  group(command.option("--oidc-sign-up", flags.oidc_sign_up,
                       "open, closed: whether new people become users by logging in with the "
                       "provider (default: as sign-up is set on the page)"));
  group(command.option("--retention-days", flags.retention_days,
                       "Records of answers and what was said of them are deleted when they are so "
                       "old (default: never); chats stay"));
  group(command.option("--shutdown-timeout", flags.shutdown_timeout_seconds,
                       "Seconds that running answers get on SIGTERM"));
}

// Hidden from the help; declared so that a value of theirs is not taken for the model.
void declare_ignored(ServeFlags& flags, CommandLine& command) {
  for (const VllmFlag& flag : vllm_flags_without_effect()) {
    const std::string name(flag.name);
    const auto note = [&flags, name] { flags.ignored.push_back(name); };
    DeclaredOption option =
        flag.takes_value ? command.ignored_option(name, note) : command.ignored_flag(name, note);
    option.group("");
  }
}

}  // namespace

void ServeFlags::declare(CommandLine& command) {
  declare_model(*this, command);
  declare_capacity(*this, command);
  declare_server(*this, command);
  declare_ignored(*this, command);
  command.shows_defaults();
}

}  // namespace falconet
