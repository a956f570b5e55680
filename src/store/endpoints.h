// Other servers whose models are offered beside our own, as administrators have added them.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

// Each is asked from time to time, by a thread of its own.
constexpr std::int64_t kMaxEndpoints = 32;
constexpr std::size_t kMaxEndpointNameBytes = 100;
constexpr std::size_t kMaxEndpointUrlBytes = 2000;
constexpr std::size_t kMaxEndpointKeyBytes = 8192;  // tokens with claims in them are long
constexpr std::size_t kMaxEndpointModels = 200;
constexpr std::size_t kMaxEndpointModelBytes = 256;

struct Endpoint {
  EndpointId id = {};
  std::string name = {};
  std::string url = {};
  std::string key = {};                  // empty: none is sent
  std::vector<std::string> models = {};  // that are offered; empty: all
  bool is_enabled = true;
  std::int64_t created = 0;
  std::int64_t changed = 0;
};

struct EndpointChange {
  std::optional<std::string> name = {};
  std::optional<std::string> url = {};  // as endpoint_url() makes it
  std::optional<std::string> key = {};
  std::optional<std::vector<std::string>> models = {};
  std::optional<bool> is_enabled = {};
};

/// A key is part of a header's line. Errors: InvalidArgument (too long, white space, not ASCII).
Status check_endpoint_key(const std::string& key);

/// The oldest first.
Result<std::vector<Endpoint>> list_endpoints(Transaction& transaction);

/// Errors: NotFound.
Result<Endpoint> find_endpoint(Transaction& transaction, const EndpointId& id);

/// Errors: InvalidArgument (a field, which it names without its value), AlreadyExists (the name),
/// Exhausted.
Result<Endpoint> create_endpoint(Transaction& transaction, const EndpointChange& fields);

/// Errors: as create_endpoint, NotFound.
Result<Endpoint> update_endpoint(Transaction& transaction, const EndpointId& id,
                                 const EndpointChange& change);

/// Errors: NotFound.
Status delete_endpoint(Transaction& transaction, const EndpointId& id);

}  // namespace falconet
