// Signatures of JSON Web Tokens: RS256 and ES256 (RFC 7518), checked by OpenSSL.
#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

namespace falconet {

/// What a token's header says of its signature.
struct SignatureKind {
  std::string algorithm = {};  // "RS256" or "ES256"
  std::string key_id = {};     // empty: it names none
};

/// The key of a JSON Web Key Set that may have made such a signature: of the algorithm's type, for
/// signatures, and with the id if there is one. Errors: NotFound (none, or more than one without an
/// id to tell them by), Corrupt (the set is none).
Result<Json> find_json_web_key(const Json& set, const SignatureKind& kind);

/// Whether `signature` is this key's over `text`. Errors: Corrupt (the key cannot be one),
/// Unsupported (the algorithm; an RSA key under 2,048 bits).
Result<bool> is_signed_by(const Json& key, const SignatureKind& kind, std::string_view text,
                          std::string_view signature);

}  // namespace falconet
