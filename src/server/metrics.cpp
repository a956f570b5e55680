#include "server/metrics.h"

#include "kernels/attention.h"
#include "server/access.h"
#include "server/app_call.h"
#include "server/prometheus_text.h"

namespace falconet {
namespace {

struct NumberMetric {
  const char* name;
  PrometheusType type;
  const char* help;
  std::uint64_t EngineStats::*value;
};

constexpr auto kCounter = PrometheusType::Counter;
constexpr auto kGauge = PrometheusType::Gauge;

constexpr NumberMetric kNumbers[] = {
    {"vllm:num_requests_running", kGauge, "Number of requests in model execution batches.",
     &EngineStats::num_running},
    {"vllm:num_requests_waiting", kGauge, "Number of requests waiting to be processed.",
     &EngineStats::num_waiting},
    {"vllm:prefix_cache_queries_total", kCounter,
     "Prefix cache queries, in terms of number of queried tokens.",
     &EngineStats::num_cache_queries},
    {"vllm:prefix_cache_hits_total", kCounter,
     "Prefix cache hits, in terms of number of cached tokens.", &EngineStats::num_cache_hits},
    {"vllm:num_preemptions_total", kCounter, "Cumulative number of preemption from the engine.",
     &EngineStats::num_preemptions},
    {"vllm:prompt_tokens_total", kCounter, "Number of prefill tokens processed.",
     &EngineStats::num_prompt_tokens},
    {"vllm:generation_tokens_total", kCounter, "Number of generation tokens processed.",
     &EngineStats::num_generation_tokens},
    {"vllm:spec_decode_num_drafts_total", kCounter, "Number of spec decoding drafts.",
     &EngineStats::num_drafts},
    {"vllm:spec_decode_num_draft_tokens_total", kCounter, "Number of draft tokens.",
     &EngineStats::num_draft_tokens},
    {"vllm:spec_decode_num_accepted_tokens_total", kCounter, "Number of accepted tokens.",
     &EngineStats::num_accepted_tokens},
    {"falconet:steps_total", kCounter, "Forward passes.", &EngineStats::num_steps},
    {"falconet:computed_tokens_total", kCounter,
     "Tokens that went through the model; those found in the prefix cache did not.",
     &EngineStats::num_computed_tokens},
    {"falconet:cached_blocks", kGauge, "KV blocks that are found by what they hold.",
     &EngineStats::num_cached_blocks},
    {"falconet:evicted_blocks_total", kCounter,
     "KV blocks that left the prefix cache because others needed room.",
     &EngineStats::num_evictions},
};

struct FinishMetric {
  const char* reason;
  std::uint64_t EngineStats::*value;
};

constexpr FinishMetric kFinishes[] = {{"stop", &EngineStats::num_stopped},
                                      {"length", &EngineStats::num_cut},
                                      {"abort", &EngineStats::num_aborted},
                                      {"error", &EngineStats::num_failed},
                                      {"repetition", &EngineStats::num_repeating}};

struct HistogramMetric {
  const char* name;
  const char* help;
  HistogramView (*view)(const EngineHistograms&);
};

template <auto member>
HistogramView view_of(const EngineHistograms& histograms) {
  return (histograms.*member).view();
}

constexpr HistogramMetric kHistograms[] = {
    {"vllm:time_to_first_token_seconds", "Histogram of time to first token in seconds.",
     view_of<&EngineHistograms::time_to_first_token>},
    {"vllm:inter_token_latency_seconds", "Histogram of inter-token latency in seconds.",
     view_of<&EngineHistograms::inter_token_latency>},
    // What older versions called it, and dashboards still ask for.
    {"vllm:time_per_output_token_seconds", "Histogram of inter-token latency in seconds.",
     view_of<&EngineHistograms::inter_token_latency>},
    {"vllm:request_time_per_output_token_seconds",
     "Histogram of time_per_output_token_seconds per request.",
     view_of<&EngineHistograms::time_per_output_token>},
    {"vllm:e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.",
     view_of<&EngineHistograms::e2e_latency>},
    {"vllm:request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.",
     view_of<&EngineHistograms::queue_time>},
    {"vllm:request_inference_time_seconds", "Histogram of time spent in RUNNING phase for request.",
     view_of<&EngineHistograms::inference_time>},
    {"vllm:request_prefill_time_seconds", "Histogram of time spent in PREFILL phase for request.",
     view_of<&EngineHistograms::prefill_time>},
    {"vllm:request_decode_time_seconds", "Histogram of time spent in DECODE phase for request.",
     view_of<&EngineHistograms::decode_time>},
    {"vllm:request_prompt_tokens", "Number of prefill tokens processed.",
     view_of<&EngineHistograms::prompt_tokens>},
    {"vllm:request_generation_tokens", "Number of generation tokens processed.",
     view_of<&EngineHistograms::generation_tokens>},
    {"vllm:request_max_num_generation_tokens",
     "Histogram of maximum number of requested generation tokens.",
     view_of<&EngineHistograms::max_generation_tokens>},
    {"vllm:request_params_n", "Histogram of the n request parameter.",
     view_of<&EngineHistograms::num_choices>},
    {"vllm:request_params_max_tokens", "Histogram of the max_tokens request parameter.",
     view_of<&EngineHistograms::max_tokens>},
    {"vllm:iteration_tokens_total", "Histogram of number of tokens per engine_step.",
     view_of<&EngineHistograms::step_tokens>},
};

PrometheusLabels labels_of(const ModelMetrics& model) {
  return {{"engine", "0"}, {"model_name", model.name}};
}

void write_cache(const std::vector<ModelMetrics>& models, PrometheusText& text) {
  text.begin("vllm:kv_cache_usage_perc", kGauge, "KV-cache usage. 1 means 100 percent usage.");
  for (const ModelMetrics& model : models) {
    const auto num_blocks = static_cast<double>(model.stats.num_blocks);
    const auto num_used = static_cast<double>(model.stats.num_used_blocks);
    text.sample(labels_of(model), num_blocks > 0 ? num_used / num_blocks : 0);
  }
  text.begin("vllm:cache_config_info", kGauge, "Information of the LLMEngine CacheConfig");
  for (const ModelMetrics& model : models) {
    PrometheusLabels labels = labels_of(model);
    labels.emplace_back("block_size", cat(kBlockTokens));
    labels.emplace_back("num_gpu_blocks", cat(model.stats.num_blocks));
    labels.emplace_back("enable_prefix_caching",
                        model.stats.is_prefix_caching != 0 ? "True" : "False");
    text.sample(labels, 1);
  }
}

void write_finishes(const std::vector<ModelMetrics>& models, PrometheusText& text) {
  text.begin("vllm:request_success_total", kCounter, "Count of successfully processed requests.");
  for (const ModelMetrics& model : models) {
    for (const FinishMetric& finish : kFinishes) {
      PrometheusLabels labels = labels_of(model);
      labels.emplace_back("finished_reason", finish.reason);
      text.sample(labels, static_cast<double>(model.stats.*finish.value));
    }
  }
}

/// Lengths beyond the context would be buckets that nothing ever enters, which vLLM leaves out.
double last_bound(const HistogramMetric& metric, const ModelMetrics& model) {
  const HistogramView view = metric.view(model.stats.histograms);
  const bool is_length =
      view.bounds.size() == kLengthBounds.size() && view.bounds.back() == kLengthBounds.back();
  return is_length ? static_cast<double>(model.max_model_len) : view.bounds.back();
}

}  // namespace

std::string metrics_text(const std::vector<ModelMetrics>& models) {
  PrometheusText text;
  for (const NumberMetric& metric : kNumbers) {
    text.begin(metric.name, metric.type, metric.help);
    for (const ModelMetrics& model : models) {
      text.sample(labels_of(model), static_cast<double>(model.stats.*metric.value));
    }
  }
  write_cache(models, text);
  write_finishes(models, text);
  for (const HistogramMetric& metric : kHistograms) {
    text.begin(metric.name, PrometheusType::Histogram, metric.help);
    for (const ModelMetrics& model : models) {
      text.histogram(labels_of(model), metric.view(model.stats.histograms),
                     last_bound(metric, model));
    }
  }
  return text.text();
}

Result<HttpResponse> metrics(Service& service, const HttpRequest& request) {
  if (service.access.metrics_are_for_administrators()) {
    TRY_ASSIGN(const AppCall call, app_call(service, request));
    if (auto refusal = refuse_caller(call, Admission::Administrator)) return *std::move(refusal);
  }
  std::vector<ModelMetrics> models;
  for (const ServedModel& model : service.models.served()) {
    if (const auto stats = model.completer->engine_stats()) {
      models.push_back({model.name, model.completer->describe().max_model_len, *stats});
    }
  }
  return HttpResponse{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                      .body = metrics_text(models)};
}

}  // namespace falconet
