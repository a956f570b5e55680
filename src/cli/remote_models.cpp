#include "cli/remote_models.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/log.h"
#include "hub/remote_completer.h"

namespace falconet {
namespace {

constexpr std::chrono::seconds kPause{60};

}  // namespace

RemoteModels::RemoteModels(std::vector<RemoteEndpoint> endpoints, ModelDirectory& models)
    : endpoints_(std::move(endpoints)), models_(models) {
  if (endpoints_.empty()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { ask(stop); });
}

void RemoteModels::ask(const std::stop_token& stop) {
  for (bool is_first_time = true; !stop.stop_requested(); is_first_time = false) {
    std::erase_if(endpoints_, [&](const RemoteEndpoint& endpoint) {
      return stop.stop_requested() || offer(endpoint, is_first_time);
    });
    if (endpoints_.empty()) return;
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, kPause, [] { return false; });
  }
}

bool RemoteModels::offer(const RemoteEndpoint& endpoint, bool is_first_time) {
  const auto listed = list_remote_models(endpoint);
  if (!listed) {
    if (is_first_time) {
      log_warning("the models of ", endpoint.host(), " are not offered: ", listed.error().message);
    }
    return false;
  }
  const std::vector<ModelListing> known = models_.list_all();
  std::size_t num_offered = 0;
  for (const RemoteModel& model : *listed) {
    const bool is_known = std::ranges::any_of(
        known, [&](const ModelListing& listing) { return listing.description.id == model.id; });
    if (is_known) continue;
    models_.serve({model.id}, std::make_shared<RemoteCompleter>(endpoint, model));
    ++num_offered;
  }
  log_info(endpoint.host(), " offers ", num_offered, " models; what is asked of them goes there");
  return true;
}

}  // namespace falconet
