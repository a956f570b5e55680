// The models of other servers, offered beside our own: those that the environment names
// (OPENAI_API_BASE_URL and its kin), and those that administrators have added.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "server/endpoint_watch.h"
#include "store/endpoints.h"

namespace falconet {

/// Safe to use from any thread. Nothing here waits for another server but test(), and reload() for
/// the end of a request that it takes back.
class RemoteModels {
 public:
  /// `fixed` are the environment's. The directory must outlive this.
  RemoteModels(std::vector<RemoteEndpoint> fixed, ModelDirectory& models);

  /// Makes what is offered what the store says. Answers that are being written go on, from whom
  /// they come. Errors: those of the store.
  Status reload(Store& store);

  struct Fixed {
    RemoteEndpoint endpoint;
    EndpointStatus status;
  };
  std::vector<Fixed> fixed() const;

  /// Nothing: it is disabled, or not known.
  std::optional<EndpointStatus> status_of(const EndpointId& id) const;

  /// Asks an endpoint once, whether or not it is one of ours. Takes ten seconds at most.
  EndpointReport test(const RemoteEndpoint& endpoint);

  /// Ends what test() waits for, now and later.
  void stop();

 private:
  using Watches = std::map<std::string, std::unique_ptr<EndpointWatch>>;

  void watch(const Endpoint& endpoint);
  void forget_all_but(const std::set<std::string>& kept);
  std::unique_ptr<EndpointWatch> take_out(const std::string& id);

  ModelDirectory& models_;
  std::mutex reload_mutex_;  // one reload at a time
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<EndpointWatch>> fixed_;  // never changes
  Watches watches_;                                    // by the endpoint's id
  std::set<HttpInterrupt*> tests_;                     // that run
  bool is_stopped_ = false;
};

}  // namespace falconet
