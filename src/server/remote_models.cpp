#include "server/remote_models.h"

#include <utility>

namespace falconet {
namespace {

WatchedEndpoint watched_of(const Endpoint& endpoint) {
  return {.source = endpoint.id.value,
          .endpoint = {.url = endpoint.url, .key = endpoint.key, .name = endpoint.name},
          .wanted = endpoint.models};
}

bool is_same(const WatchedEndpoint& a, const WatchedEndpoint& b) {
  return a.endpoint.url == b.endpoint.url && a.endpoint.key == b.endpoint.key &&
         a.endpoint.name == b.endpoint.name && a.wanted == b.wanted;
}

}  // namespace

RemoteModels::RemoteModels(std::vector<RemoteEndpoint> fixed, ModelDirectory& models)
    : models_(models) {
  for (RemoteEndpoint& endpoint : fixed) {
    WatchedEndpoint watched{.source = cat("environment ", fixed_.size()),
                            .endpoint = std::move(endpoint)};
    fixed_.push_back(
        std::make_unique<EndpointWatch>(std::move(watched), std::vector<RemoteModel>(), models_));
  }
}

Status RemoteModels::reload(Store& store) {
  const std::lock_guard one_at_a_time(reload_mutex_);
  TRY_ASSIGN(const std::vector<Endpoint> endpoints,
             store.read([](Transaction& transaction) { return list_endpoints(transaction); }));
  std::set<std::string> kept;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.is_enabled) kept.insert(endpoint.id.value);
  }
  forget_all_but(kept);
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.is_enabled) watch(endpoint);
  }
  return {};
}

void RemoteModels::watch(const Endpoint& endpoint) {
  const std::string& id = endpoint.id.value;
  WatchedEndpoint watched = watched_of(endpoint);
  {
    const std::lock_guard lock(mutex_);
    const auto found = watches_.find(id);
    if (found != watches_.end() && is_same(found->second->watched(), watched)) return;
  }
  std::vector<RemoteModel> known;
  if (const auto before = take_out(id)) {
    if (before->watched().endpoint.url == watched.endpoint.url &&
        before->watched().wanted.empty()) {
      known = before->known();
    }
  }  // the one before has stopped: it offers nothing after what follows
  auto watch = std::make_unique<EndpointWatch>(std::move(watched), std::move(known), models_);
  const std::lock_guard lock(mutex_);
  watches_[id] = std::move(watch);
}

void RemoteModels::forget_all_but(const std::set<std::string>& kept) {
  std::vector<std::string> gone;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, watch] : watches_) {
      if (!kept.contains(id)) gone.push_back(id);
    }
  }
  for (const std::string& id : gone) {
    take_out(id).reset();
    models_.offer(id, {});
  }
}

std::unique_ptr<EndpointWatch> RemoteModels::take_out(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = watches_.find(id);
  if (found == watches_.end()) return nullptr;
  auto watch = std::move(found->second);
  watches_.erase(found);
  return watch;
}

std::vector<RemoteModels::Fixed> RemoteModels::fixed() const {
  std::vector<Fixed> all;
  for (const auto& watch : fixed_) all.push_back({watch->watched().endpoint, watch->status()});
  return all;
}

std::optional<EndpointStatus> RemoteModels::status_of(const EndpointId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = watches_.find(id.value);
  return found == watches_.end() ? std::nullopt : std::optional(found->second->status());
}

EndpointReport RemoteModels::test(const RemoteEndpoint& endpoint) {
  HttpInterrupt interrupt;
  {
    const std::lock_guard lock(mutex_);
    if (is_stopped_) return {EndpointAnswer::Unreachable, "this server is ending"};
    tests_.insert(&interrupt);
  }
  EndpointReport report = ask_endpoint(endpoint, &interrupt);
  const std::lock_guard lock(mutex_);
  tests_.erase(&interrupt);
  return report;
}

void RemoteModels::stop() {
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  for (HttpInterrupt* interrupt : tests_) interrupt->raise();
}

}  // namespace falconet
