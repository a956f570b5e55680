// GET /metrics: what the engines count, under vLLM's names, in Prometheus' text format.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/stats.h"
#include "server/http_message.h"
#include "server/service.h"

namespace falconet {

/// A model on this machine.
struct ModelMetrics {
  std::string name = {};
  std::int64_t max_model_len = 0;
  EngineStats stats = {};
};

std::string metrics_text(const std::vector<ModelMetrics>& models);

Result<HttpResponse> metrics(Service& service, const HttpRequest& request);

}  // namespace falconet
