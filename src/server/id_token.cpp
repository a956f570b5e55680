#include "server/id_token.h"

#include <algorithm>
#include <vector>

#include "base/strings.h"
#include "server/credentials.h"
#include "server/json_web_key.h"

namespace falconet {
namespace {

// OpenID Connect Core, section 2.
constexpr std::size_t kMaxSubjectBytes = 255;

template <class... Parts>
Error refused_token(const Parts&... why) {
  return error(ErrorCode::PermissionDenied, "the provider's ID token is refused: ", why...);
}

Result<Json> read_part(std::string_view part, const char* what) {
  const auto text = from_base64url(part);
  if (!text) return refused_token("its ", what, " is not in base64url");
  auto json = parse_json(*text);
  if (json && json->is_object()) return *std::move(json);
  return refused_token("its ", what, " is no JSON object");
}

Result<SignatureKind> read_header(std::string_view part) {
  TRY_ASSIGN(const Json header, read_part(part, "header"));
  SignatureKind kind{.algorithm = string_member(header, "alg").value_or(""),
                     .key_id = string_member(header, "kid").value_or("")};
  if (find_member(header, "crit") != nullptr) {
    return refused_token("it demands extensions that are not known here (crit)");
  }
  if (kind.algorithm == "RS256" || kind.algorithm == "ES256") return kind;
  return refused_token("expected the algorithm RS256 or ES256");
}

bool is_for(const Json& claims, const std::string& client_id) {
  const Json* audience = find_member(claims, "aud");
  if (audience == nullptr) return false;
  if (audience->is_string()) return *audience == Json(client_id);
  if (!audience->is_array()) return false;
  return std::find(audience->begin(), audience->end(), Json(client_id)) != audience->end();
}

/// Seconds since 1970; nothing if the claim is none.
std::optional<std::int64_t> time_claim(const Json& claims, const char* name) {
  const Json* claim = find_member(claims, name);
  // Past this the sum with the leeway would have no room; no clock gets there.
  constexpr double kLatest = 1e15;
  if (claim == nullptr || !claim->is_number()) return std::nullopt;
  const double seconds = claim->get<double>();
  if (!(seconds >= 0 && seconds <= kLatest)) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

Status check_times(const Json& claims, const IdTokenTerms& terms) {
  const std::int64_t now =
      std::chrono::floor<std::chrono::seconds>(terms.now.time_since_epoch()).count();
  const auto expires = time_claim(claims, "exp");
  if (!expires) return refused_token("it does not say when it expires (exp)");
  if (*expires + kIdTokenLeeway.count() <= now) {
    return refused_token("it expired ", now - *expires, " s ago (exp); are the clocks right?");
  }
  const auto issued = time_claim(claims, "iat");
  if (!issued) return refused_token("it does not say when it was made (iat)");
  if (*issued - kIdTokenLeeway.count() > now) {
    return refused_token("it is from ", *issued - now, " s ahead (iat); are the clocks right?");
  }
  return {};
}

Status check_claims(const Json& claims, const IdTokenTerms& terms) {
  if (string_member(claims, "iss") != terms.issuer) {
    return refused_token("it is not from the issuer ", terms.issuer, " (iss)");
  }
  if (!is_for(claims, terms.client_id)) {
    return refused_token("it was not made for the client ", terms.client_id, " (aud)");
  }
  const Json* audience = find_member(claims, "aud");
  const auto party = string_member(claims, "azp");
  const bool has_others = audience->is_array() && audience->size() > 1;
  if ((party || has_others) && party != terms.client_id) {
    return refused_token("the client ", terms.client_id, " is not who asked for it (azp)");
  }
  TRY(check_times(claims, terms));
  if (terms.nonce.empty() || string_member(claims, "nonce") != terms.nonce) {
    return refused_token("it belongs to another log-in (nonce)");
  }
  return {};
}

}  // namespace

Result<IdTokenClaims> verify_id_token(std::string_view token, const Json& keys,
                                      const IdTokenTerms& terms) {
  const std::vector<std::string_view> parts = split(token, '.');
  if (parts.size() != 3) return refused_token("expected three parts with points between them");
  TRY_ASSIGN(const SignatureKind kind, read_header(parts[0]));
  TRY_ASSIGN(const Json key, find_json_web_key(keys, kind));
  const auto signature = from_base64url(parts[2]);
  if (!signature) return refused_token("its signature is not in base64url");
  const std::string_view text = token.substr(0, parts[0].size() + 1 + parts[1].size());
  const auto is_genuine = is_signed_by(key, kind, text, *signature);
  if (!is_genuine) return refused_token(is_genuine.error().message);
  if (!*is_genuine) return refused_token("its signature is not that of the provider's key");
  // Only now is what it says read at all.
  TRY_ASSIGN(const Json claims, read_part(parts[1], "payload"));
  TRY(check_claims(claims, terms));
  IdTokenClaims found{
      .subject = string_member(claims, "sub").value_or(""),
      .preferred_username = string_member(claims, "preferred_username").value_or(""),
      .name = string_member(claims, "name").value_or(""),
      .email = string_member(claims, "email").value_or("")};
  const auto is_control = [](char c) { return c >= 0 && c < ' '; };
  if (found.subject.empty() || found.subject.size() > kMaxSubjectBytes ||
      std::any_of(found.subject.begin(), found.subject.end(), is_control)) {
    return refused_token("it does not say who logged in (sub)");
  }
  return found;
}

}  // namespace falconet
