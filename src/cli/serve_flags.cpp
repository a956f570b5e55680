#include "cli/serve_flags.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"
#include "cli/speculation_flag.h"
#include "cli/vllm_flags.h"
#include "completion/memory_budget.h"
#include "formats/quantize_recipe.h"
#include "store/postgres_url.h"
#include "store/retention.h"

namespace falconet {
namespace {

// Templates of published models have up to 20 kB.
constexpr std::size_t kMaxTemplateBytes = 1u << 20;

template <class... Parts>
Error refused(const char* flag, const std::string& value, const Parts&... reason) {
  return error(ErrorCode::InvalidArgument, flag, " ", value, ": ", reason...);
}

/// "4096", "4k" (1,000s), "4K" (1,024s), as vLLM reads them; nothing for "auto" and "-1".
Result<std::optional<std::size_t>> parse_length(const std::string& text) {
  if (text == "auto" || text == "-1") return std::optional<std::size_t>();
  std::string_view digits = text;
  std::size_t unit = 1;
  if (digits.ends_with('k') || digits.ends_with('K')) {
    unit = digits.back() == 'k' ? 1000 : 1024;
    digits.remove_suffix(1);
  }
  const auto number = parse_number<std::uint32_t>(digits);
  if (!number || *number == 0) {
    return refused("--max-model-len", text, "expected a number of tokens, like 4096 or 4K");
  }
  return std::optional<std::size_t>(*number * unit);
}

/// "2GiB", "512 MB", "1073741824".
Result<std::uint64_t> parse_bytes(const std::string& text) {
  std::size_t end = 0;
  while (end < text.size() &&
         (std::isdigit(static_cast<unsigned char>(text[end])) != 0 || text[end] == '.')) {
    ++end;
  }
  const auto number = parse_number<double>(std::string_view(text).substr(0, end));
  const std::string unit = to_lower(trim(std::string_view(text).substr(end)));
  constexpr std::string_view kUnits = "kmgt";
  double factor = 1;
  bool is_known = unit.empty() || unit == "b";
  if (!unit.empty() && kUnits.find(unit[0]) != std::string_view::npos) {
    const std::string rest = unit.substr(1);
    const double step = rest == "b" ? 1000 : 1024;
    is_known = rest.empty() || rest == "b" || rest == "ib";
    factor = std::pow(step, static_cast<double>(kUnits.find(unit[0]) + 1));
  }
  constexpr double kMaxBytes = 1e15;
  if (!number || !is_known || !(*number * factor >= 1) || *number * factor > kMaxBytes) {
    return refused("--kv-cache-memory", text, "expected a size, like 2GiB or 512MiB");
  }
  return static_cast<std::uint64_t>(*number * factor);
}

Status plan_parallelism(const ServeFlags& flags, ServePlan& plan) {
  const auto check = [&plan](const char* flag, std::optional<std::size_t> value) -> Status {
    if (!value) return {};
    if (*value != 1) {
      return refused(flag, cat(*value),
                     "one process computes the whole model here; only 1 is possible");
    }
    plan.remarks.push_back(
        cat(flag, " 1: one process computes the whole model; its threads share the work"));
    return {};
  };
  TRY(check("--tensor-parallel-size", flags.tensor_parallel_size));
  TRY(check("--pipeline-parallel-size", flags.pipeline_parallel_size));
  TRY(check("--data-parallel-size", flags.data_parallel_size));
  if (flags.num_threads < 0) {
    return refused("--threads", cat(flags.num_threads), "must be at least 1, or 0 for all CPUs");
  }
  plan.model.num_threads = flags.num_threads;
  return {};
}

Status plan_types(const ServeFlags& flags, ServePlan& plan) {
  static const std::vector<std::string> kDtypes = {"auto",     "half",  "float16",
                                                   "bfloat16", "float", "float32"};
  if (std::ranges::find(kDtypes, flags.dtype) == kDtypes.end()) {
    return refused("--dtype", flags.dtype, "expected one of ", join(kDtypes, ", "));
  }
  if (flags.dtype != "auto") {
    plan.remarks.push_back(cat(
        "--dtype ", flags.dtype,
        ": on a CPU weights stay in their file's type, keys and values are kept in half and all "
        "sums are made in float, whatever is asked for"));
  }
  // The types that files bring themselves need no flag.
  const std::string quantization = to_lower(flags.quantization);
  if (quantization != "none" && quantization != "gguf") {
    Result<Recipe> recipe = find_recipe(quantization);
    if (!recipe) return refused("--quantization", flags.quantization, recipe.error().message);
    plan.model.quantization = *recipe;
    plan.remarks.push_back(cat("--quantization ", quantization,
                               ": weights stored in 16 or 32 bits are rounded while loading"));
  }
  const auto kv_type = kv_type_from_name(flags.kv_cache_dtype);
  if (!kv_type) {
    return refused("--kv-cache-dtype", flags.kv_cache_dtype, "expected auto, f16 or q8_0");
  }
  plan.model.kv_type = *kv_type;
  return {};
}

Status plan_speculation(const ServeFlags& flags, ServePlan& plan) {
  plan.draft_model = flags.speculative_model;
  if (flags.speculative_config.empty()) return {};
  TRY_ASSIGN(const SpeculationFlag flag, parse_speculation(flags.speculative_config));
  plan.model.speculation = flag.options;
  if (flags.speculative_model.empty()) {
    plan.draft_model = flag.model;
  } else if (!flag.model.empty()) {
    return refused("--speculative-model", flags.speculative_model,
                   "--speculative-config names a model as well: ", flag.model);
  } else if (!flag.options.is_on()) {
    return refused("--speculative-model", flags.speculative_model,
                   "--speculative-config turns guessing off");
  }
  return {};
}

Status plan_scheduling(const ServeFlags& flags, ServePlan& plan) {
  if (flags.wants_prefix_caching && flags.has_no_prefix_caching) {
    return refused("--enable-prefix-caching", "--no-enable-prefix-caching",
                   "only one of them can be meant");
  }
  if (flags.has_no_prefix_caching) plan.model.prefix_caching = PrefixCaching::Off;
  TRY(plan_speculation(flags, plan));
  // Priorities count whatever is asked for.
  if (flags.scheduling_policy == "fcfs" || flags.scheduling_policy == "priority") {
    plan.model.scheduling = SchedulingPolicy::FirstCome;
  } else if (flags.scheduling_policy != "fair") {
    return refused("--scheduling-policy", flags.scheduling_policy,
                   "expected fair (equal shares for API keys and users), or fcfs or priority "
                   "(requests of one priority as they come)");
  }
  return {};
}

Status plan_memory(const ServeFlags& flags, ServePlan& plan) {
  TRY_ASSIGN(plan.model.max_model_len, parse_length(flags.max_model_len));
  if (plan.model.max_model_len) {
    plan.remarks.push_back(cat("--max-model-len ", flags.max_model_len, ": prompt and answer have ",
                               *plan.model.max_model_len, " tokens together at most"));
  }
  plan.model.max_num_seqs = flags.max_num_seqs;
  plan.model.max_num_batched_tokens = flags.max_num_batched_tokens;
  plan.model.max_num_waiting = flags.max_num_waiting;
  plan.model.sliding_window = flags.sliding_window;
  if (!flags.kv_cache_memory.empty()) {
    TRY_ASSIGN(plan.model.kv_cache_bytes, parse_bytes(flags.kv_cache_memory));
    return {};
  }
  if (!flags.gpu_memory_utilization) return {};
  const double share = *flags.gpu_memory_utilization;
  if (!(share > 0 && share <= 1)) {
    return refused("--gpu-memory-utilization", cat(share), "expected a share above 0 and up to 1");
  }
  const std::uint64_t available = available_memory_bytes();
  plan.model.memory_share = share;
  plan.remarks.push_back(
      cat("--gpu-memory-utilization ", share, ": weights and KV cache may take ",
          human_bytes(static_cast<std::uint64_t>(share * static_cast<double>(available))),
          " of the ", human_bytes(available), " that this machine has free"));
  return {};
}

Status plan_text(const ServeFlags& flags, ServePlan& plan) {
  if (!flags.chat_template.empty()) {
    // vLLM takes a file or the template itself.
    if (std::filesystem::exists(flags.chat_template)) {
      TRY_ASSIGN(plan.model.chat_template, read_file(flags.chat_template, kMaxTemplateBytes));
    } else if (flags.chat_template.find("{") != std::string::npos) {
      plan.model.chat_template = flags.chat_template;
    } else {
      return refused("--chat-template", flags.chat_template, "there is no such file");
    }
  }
  if (flags.generation_config == "vllm" || flags.generation_config == "falconet") {
    plan.model.defaults = DefaultsSource::Falconet;
  } else if (flags.generation_config != "auto") {
    return refused("--generation-config", flags.generation_config,
                   "expected auto (the model's) or vllm (none)");
  }
  const std::string& parser = flags.reasoning_parser;
  if (parser == "none" || parser == "off") {
    plan.model.reasoning = ReasoningMode::Off;
  } else if (parser == "deepseek_r1" || parser == "qwen3" || parser == "on") {
    plan.model.reasoning = ReasoningMode::On;
  } else if (parser != "auto" && !parser.empty()) {
    return refused(
        "--reasoning-parser", parser,
        "expected auto (the marks that the model names, such as <think> and [THINK]), "
        "deepseek_r1 or qwen3 (it begins by reasoning even if nothing says so), or none");
  }
  plan.model.seed = flags.seed;
  return {};
}

/// Several values, or vLLM's form: a JSON array. The parser has taken its brackets and commas for a
/// list already, which leaves the quotation marks.
std::vector<std::string> unquoted(const std::vector<std::string>& values) {
  std::vector<std::string> origins;
  for (const std::string& value : values) {
    const bool is_quoted = value.size() >= 2 && value.front() == '"' && value.back() == '"';
    origins.push_back(is_quoted ? value.substr(1, value.size() - 2) : value);
  }
  return origins;
}

/// Accounts where others than this machine's user come in, as far as there is something to guard.
Status plan_accounts(const ServeFlags& flags, ServePlan& plan) {
  const bool is_local = is_local_only(plan.server);
  if (flags.has_accounts && flags.has_one_user) {
    return refused("--auth", "--no-auth", "only one of them can be meant");
  }
  if (flags.has_one_user && !is_local) {
    return refused("--no-auth", cat("--host ", flags.host),
                   "whoever reaches the server would read all conversations; listen on 127.0.0.1 "
                   "or a unix domain socket, or use --auth");
  }
  const bool has_database = !flags.kept.database.empty();
  const bool is_guarded = !is_local && (has_database || !flags.kept.folder.empty());
  plan.server.has_accounts = flags.has_accounts || is_guarded;
  if (is_guarded && !flags.has_accounts) {
    plan.remarks.push_back(cat("--host ", flags.host, " with ",
                               has_database ? "--database" : "--data",
                               ": others reach what is kept here, so people log in (--auth)"));
  }
  return {};
}

/// In the environment, or in a file: a command line is seen by everybody on the machine.
Result<std::string> read_oidc_secret(const ServeFlags& flags) {
  constexpr std::size_t kMaxSecretBytes = 4096;
  if (!flags.oidc_client_secret_file.empty()) {
    TRY_ASSIGN(const std::string text, read_file(flags.oidc_client_secret_file, kMaxSecretBytes));
    return std::string(trim(text));
  }
  const char* secret = std::getenv("FALCONET_OIDC_CLIENT_SECRET");
  return std::string(secret == nullptr ? "" : secret);
}

Result<OidcSignUp> parse_oidc_sign_up(const std::string& text) {
  if (text.empty()) return OidcSignUp::Policy;
  if (text == "open") return OidcSignUp::Open;
  if (text == "closed") return OidcSignUp::Closed;
  return refused("--oidc-sign-up", text, "expected open or closed");
}

std::string host_of_url(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  return std::string(url.substr(0, url.find('/')));
}

/// Another server that says who people are.
Status plan_oidc(const ServeFlags& flags, ServePlan& plan) {
  if (flags.oidc_issuer.empty()) {
    const std::pair<const char*, const std::string&> others[] = {
        {"--oidc-client-id", flags.oidc_client_id},
        {"--oidc-client-secret-file", flags.oidc_client_secret_file},
        {"--oidc-name", flags.oidc_name},
        {"--oidc-sign-up", flags.oidc_sign_up}};
    for (const auto& [flag, value] : others) {
      if (!value.empty()) return refused(flag, value, "means nothing without --oidc-issuer");
    }
    return {};
  }
  TRY(check_oidc_address("--oidc-issuer", flags.oidc_issuer));
  if (flags.oidc_client_id.empty()) {
    return refused("--oidc-issuer", flags.oidc_issuer, "needs --oidc-client-id as well");
  }
  if (!plan.server.has_accounts) {
    return refused("--oidc-issuer", flags.oidc_issuer,
                   "people log in where there are accounts; use --auth");
  }
  OidcSettings oidc{.client = {.issuer = flags.oidc_issuer, .client_id = flags.oidc_client_id},
                    .name = flags.oidc_name};
  if (oidc.name.empty()) oidc.name = host_of_url(flags.oidc_issuer);
  TRY_ASSIGN(oidc.client.client_secret, read_oidc_secret(flags));
  TRY_ASSIGN(oidc.sign_up, parse_oidc_sign_up(flags.oidc_sign_up));
  plan.server.oidc = std::move(oidc);
  return {};
}

Status plan_store(const ServeFlags& flags, ServePlan& plan) {
  plan.kept = flags.kept;
  if (flags.kept.database.empty()) return {};
  if (const auto url = parse_postgres_url(flags.kept.database); !url) {
    return error(url.error().code, "--database: ", url.error().message);
  }
  if (flags.kept.folder.empty()) return {};
  plan.remarks.push_back(
      cat("--data ", flags.kept.folder, " has no effect: --database keeps everything"));
  return {};
}

Status plan_server(const ServeFlags& flags, ServePlan& plan) {
  if (flags.port < 0 || flags.port > 65535) {
    return refused("--port", cat(flags.port), "expected 0 (the system chooses) to 65535");
  }
  plan.server.host = flags.host;
  plan.server.port = static_cast<std::uint16_t>(flags.port);
  plan.server.uds = flags.uds;
  plan.server.api_keys = flags.api_keys;
  if (const char* key = std::getenv("FALCONET_API_KEY"); key != nullptr && flags.api_keys.empty()) {
    plan.server.api_keys.push_back(key);
  }
  plan.server.metrics_key = flags.metrics_key;
  if (const char* key = std::getenv("FALCONET_METRICS_KEY");
      key != nullptr && flags.metrics_key.empty()) {
    plan.server.metrics_key = key;
  }
  plan.server.allowed_origins = unquoted(flags.allowed_origins);
  plan.served_names = flags.served_model_names;
  TRY(plan_store(flags, plan));
  constexpr double kMaxShutdownSeconds = 86'400;
  const double seconds = flags.shutdown_timeout_seconds;
  if (!(seconds >= 0 && seconds <= kMaxShutdownSeconds)) {
    return refused("--shutdown-timeout", cat(seconds), "expected 0 to 86400 seconds");
  }
  plan.shutdown_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  if (!flags.retention_days) return {};
  const std::size_t days = *flags.retention_days;
  if (days < 1 || days > static_cast<std::size_t>(kMaxRetentionDays)) {
    return refused("--retention-days", cat(days), cat("expected 1 to ", kMaxRetentionDays));
  }
  plan.server.retention_days = static_cast<std::int64_t>(days);
  return {};
}

}  // namespace

Result<ServePlan> plan_serve(const ServeFlags& flags) {
  ServePlan plan;
  TRY(plan_parallelism(flags, plan));
  TRY(plan_types(flags, plan));
  TRY(plan_memory(flags, plan));
  TRY(plan_scheduling(flags, plan));
  TRY(plan_text(flags, plan));
  TRY(plan_server(flags, plan));
  TRY(plan_accounts(flags, plan));
  TRY(plan_oidc(flags, plan));
  for (const std::string& name : flags.ignored) {
    const VllmFlag* known = find_vllm_flag(name);
    plan.warnings.push_back(known == nullptr ? cat(name, " is unknown and has no effect")
                                             : cat(name, " has no effect: ", known->reason));
  }
  return plan;
}

}  // namespace falconet
