// Whose request is whose, to the engine: for fair shares of the machine, and for a cache of prompts
// whose speed tells nobody what others have asked.
#pragma once

#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"
#include "completion/completer.h"
#include "server/http_message.h"
#include "server/service.h"

namespace falconet {

struct AppCall;

/// Digests under a key that lives as long as the process and that nobody knows: no caller can name
/// another's, nor make texts that meet in the cache's index.
class ClientDigests {
 public:
  ClientDigests();

  Digest128 of_api_key(std::string_view key) const;
  Digest128 of_user(std::string_view user_id) const;

  /// The client's own; with a text of the request, one that is reached by this text alone.
  Digest128 cache_salt(const Digest128& client, std::string_view text) const;

 private:
  std::string key_;
};

/// Says in `completion` whose it is: the API key's, the user's who is logged in, or, where there
/// are neither, nobody's in particular. Errors: those of the session's store.
Status name_client(Service& service, const HttpRequest& request, std::string_view cache_salt,
                   CompletionRequest& completion);

/// Of a call to the page's API; the same as name_client() finds.
Digest128 client_of(const AppCall& call);

}  // namespace falconet
