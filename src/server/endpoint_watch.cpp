#include "server/endpoint_watch.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "base/log.h"
#include "hub/remote_completer.h"

namespace falconet {
namespace {

// A server that was started again is found soon; one that answers is asked for new models at times.
constexpr std::chrono::seconds kPauseAfterFailure{30};
constexpr std::chrono::minutes kPauseAfterAnswer{5};

/// Who names the models need no list of them.
bool is_good(const EndpointReport& report, const std::vector<std::string>& wanted) {
  return report.answer == EndpointAnswer::Models ||
         (report.answer == EndpointAnswer::NoList && !wanted.empty());
}

/// Those that were asked for, with what is known of each; or all of them.
std::vector<RemoteModel> chosen_models(std::vector<RemoteModel> all,
                                       const std::vector<std::string>& wanted) {
  if (wanted.empty()) return all;
  std::vector<RemoteModel> models;
  for (const std::string& id : wanted) {
    const auto found = std::ranges::find(all, id, &RemoteModel::id);
    models.push_back(found == all.end() ? RemoteModel{.id = id} : *found);
  }
  return models;
}

}  // namespace

EndpointWatch::EndpointWatch(WatchedEndpoint watched, std::vector<RemoteModel> known,
                             ModelDirectory& models)
    : watched_(std::move(watched)),
      models_(models),
      known_(chosen_models(std::move(known), watched_.wanted)) {
  offer(true);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

EndpointWatch::~EndpointWatch() {
  thread_.request_stop();
  interrupt_.raise();
}

EndpointStatus EndpointWatch::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

std::vector<RemoteModel> EndpointWatch::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

void EndpointWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    EndpointReport report = ask_endpoint(watched_.endpoint, &interrupt_);
    if (stop.stop_requested()) return;
    const bool has_answered = is_good(report, watched_.wanted);
    take(std::move(report));
    std::unique_lock lock(mutex_);
    wakes_.wait_for(lock, stop, has_answered ? kPauseAfterAnswer : kPauseAfterFailure,
                    [] { return false; });
  }
}

void EndpointWatch::take(EndpointReport report) {
  const bool is_ready = is_good(report, watched_.wanted);
  const std::string host = watched_.endpoint.host();
  bool is_news = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_ready) known_ = chosen_models(std::exchange(report.models, {}), watched_.wanted);
    const auto state = is_ready ? EndpointStatus::State::Ready : EndpointStatus::State::Unavailable;
    is_news = state != status_.state;
    status_ = {.state = state, .report = std::move(report), .num_models = known_.size()};
  }
  offer(is_ready);
  if (!is_news) return;
  const EndpointStatus now = status();
  if (is_ready) {
    log_info(host, " offers ", now.num_models, " models; what is asked of them goes there");
  } else {
    log_warning("the models of ", host, " are not available: ", now.report.message);
  }
}

void EndpointWatch::offer(bool is_available) {
  std::vector<OfferedModel> offered;
  for (const RemoteModel& model : known()) {
    offered.push_back({.name = model.id,
                       .completer = std::make_shared<RemoteCompleter>(watched_.endpoint, model),
                       .is_available = is_available});
  }
  models_.offer(watched_.source, std::move(offered));
}

}  // namespace falconet
