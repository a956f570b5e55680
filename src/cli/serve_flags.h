// The flags of `falconet serve`: vLLM's names, and what each means on this machine.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/claimed_store.h"
#include "completion/local_model.h"
#include "server/server.h"

namespace falconet {

class CommandLine;

/// As typed.
struct ServeFlags {
  std::string model;
  std::vector<std::string> served_model_names;
  std::string host = "127.0.0.1";
  int port = 8000;
  std::string uds;
  std::vector<std::string> api_keys;
  std::string metrics_key;
  std::vector<std::string> allowed_origins;
  StorePlace kept;
  bool has_accounts = false;  // --auth
  bool has_one_user = false;  // --no-auth
  std::string oidc_issuer;
  std::string oidc_client_id;
  std::string oidc_client_secret_file;
  std::string oidc_name;
  std::string oidc_sign_up;
  std::string dtype = "auto";
  std::string quantization = "none";
  std::string kv_cache_dtype = "auto";
  std::string max_model_len = "auto";
  std::string kv_cache_memory;
  std::optional<double> gpu_memory_utilization;
  std::optional<std::size_t> tensor_parallel_size;  // these three: 1, if given
  std::optional<std::size_t> pipeline_parallel_size;
  std::optional<std::size_t> data_parallel_size;
  std::size_t max_num_seqs = 32;
  std::size_t max_num_batched_tokens = 512;
  std::size_t max_num_waiting = 1024;
  std::size_t sliding_window = 0;
  bool wants_prefix_caching = false;   // --enable-prefix-caching
  bool has_no_prefix_caching = false;  // --no-enable-prefix-caching
  std::string scheduling_policy = "fair";
  std::string speculative_config;
  std::string speculative_model;
  int num_threads = 0;
  std::optional<std::uint64_t> seed;
  std::string chat_template;
  std::string generation_config = "auto";
  std::string reasoning_parser = "auto";
  double shutdown_timeout_seconds = 30;
  std::optional<std::size_t> retention_days;
  std::vector<std::string> ignored;  // flags that mean nothing here, and unknown ones

  /// Declares all of them. `this` must outlive the parsing.
  void declare(CommandLine& command);
};

/// As the server and the model take them.
struct ServePlan {
  ServerOptions server;
  LocalModelOptions model;
  std::string draft_model;                // as find_model takes it; empty: none
  std::vector<std::string> served_names;  // empty: the model's own
  StorePlace kept;                        // nowhere in particular: the user's own folder, if usable
  std::chrono::milliseconds shutdown_timeout{0};
  std::vector<std::string> remarks;   // what a flag means on this machine
  std::vector<std::string> warnings;  // flags without effect
};

/// Errors: InvalidArgument and Unsupported, naming the flag, the value and the reason; those of
/// reading the template file.
Result<ServePlan> plan_serve(const ServeFlags& flags);

}  // namespace falconet
