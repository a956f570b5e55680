#include "server/client_digests.h"

#include "server/access.h"
#include "server/app_call.h"
#include "server/credentials.h"

namespace falconet {
namespace {

constexpr std::size_t kDigestKeyBytes = 32;

std::string_view bytes_of_digest(const Digest128& digest) {
  return {reinterpret_cast<const char*>(&digest), sizeof digest};
}

}  // namespace

ClientDigests::ClientDigests() : key_(random_bytes(kDigestKeyBytes)) {}

// The first letter keeps a key apart from a user's id that reads the same.
Digest128 ClientDigests::of_api_key(std::string_view key) const {
  return keyed_digest(key_, cat("k", key));
}

Digest128 ClientDigests::of_user(std::string_view user_id) const {
  return keyed_digest(key_, cat("u", user_id));
}

Digest128 ClientDigests::cache_salt(const Digest128& client, std::string_view text) const {
  if (text.empty()) return client;
  return keyed_digest(key_, cat("s", bytes_of_digest(client), text));
}

Status name_client(Service& service, const HttpRequest& request, std::string_view cache_salt,
                   CompletionRequest& completion) {
  if (const auto key = service.access.valid_key(request)) {
    completion.client = service.clients.of_api_key(*key);
  } else if (service.access.needs_session(request)) {
    TRY_ASSIGN(const AppCall call, app_call(service, request));
    completion.client = client_of(call);
  }
  completion.cache_salt = service.clients.cache_salt(completion.client, cache_salt);
  return {};
}

Digest128 client_of(const AppCall& call) {
  if (call.app.has_accounts()) return call.service.clients.of_user(call.user.id.value);
  const auto key = call.service.access.valid_key(call.request);
  return key ? call.service.clients.of_api_key(*key) : Digest128{};
}

}  // namespace falconet
