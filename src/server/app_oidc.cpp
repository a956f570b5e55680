// Logging in with a provider of identities: there and back.
#include <openssl/crypto.h>

#include "base/log.h"
#include "base/percent_encoding.h"
#include "server/app_codes.h"
#include "server/app_handlers.h"
#include "server/app_oidc_accounts.h"
#include "server/app_passwords.h"
#include "server/client_address.h"
#include "server/oidc.h"
#include "server/request_fields.h"
#include "server/session_cookie.h"
#include "store/identities.h"

namespace falconet {
namespace {

constexpr const char* kCallbackPath = "/api/app/oidc/callback";
constexpr std::size_t kMaxReasonCharacters = 60;

HttpResponse no_oidc() {
  return app_refusal(404, "no_oidc", "this server has no provider to log in with (--oidc-issuer)");
}

/// Under which a session that has just given its password may begin to link.
std::string link_permission(const AppCall& call) { return cat("link ", call.session->id.value); }

/// Back to the page, which says what `outcome` means; empty: somebody is in.
HttpResponse to_page(std::string_view outcome) {
  HttpResponse response{.status = 303, .content_type = ""};
  response.headers = {{"Location", outcome.empty() ? "/" : cat("/?oidc=", outcome)},
                      {"Cache-Control", "no-store"},
                      no_oidc_cookie()};
  return response;
}

/// The reason goes to the server's log; the browser gets a word.
HttpResponse turn_back(AppCall& call, const OidcRefusal& refusal) {
  log_warning("logging in with ", call.app.oidc()->settings().name, ": ", refusal.why);
  return to_page(refusal.code);
}

/// The same, and to the audit log: for what the limiter has counted, since anybody can come here.
Result<HttpResponse> send_back(AppCall& call, const OidcRefusal& refusal) {
  TRY(call.app.store().write([&](Transaction& transaction) {
    return audit(transaction, call, "log-in-failed", {}, {{"oidc", refusal.why}});
  }));
  return turn_back(call, refusal);
}

bool is_same_secret(const std::string& left, const std::string& right) {
  return !left.empty() && left.size() == right.size() &&
         CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

/// The address that the provider sends browsers back to: this server as the browser knows it.
std::string own_address(const HttpRequest& request) {
  return cat(came_over_tls(request) ? "https://" : "http://", request.header("Host"),
             kCallbackPath);
}

std::string authorization_url(const OidcEndpoints& endpoints, const OidcClient& client,
                              const OidcLogIn& log_in) {
  const bool has_query = endpoints.authorization.find('?') != std::string::npos;
  return cat(endpoints.authorization, has_query ? "&" : "?",
             "response_type=code&scope=openid%20profile%20email&client_id=",
             percent_encode(client.client_id),
             "&redirect_uri=", percent_encode(log_in.redirect_uri), "&state=", log_in.state,
             "&nonce=", log_in.nonce, "&code_challenge=", base64url(sha256_of(log_in.verifier)),
             "&code_challenge_method=S256");
}

/// "access_denied": the standard's alphabet alone, since anybody can write an address.
std::string reason_in_query(const std::string& query) {
  std::string reason = query_value(query, "error").value_or("");
  std::erase_if(reason, [](char c) { return c != '_' && (c < 'a' || c > 'z'); });
  return reason.substr(0, kMaxReasonCharacters);
}

struct Arrival {
  OidcLogIn log_in;
  std::string code;
};

/// Whether what the browser brings back fits what it was sent away with. The log-in is used up
/// either way.
std::optional<OidcRefusal> read_arrival(AppCall& call, Arrival& arrival) {
  const auto ticket = oidc_ticket(call.request);
  auto log_in =
      ticket ? call.app.oidc()->log_ins().take(secret_digest(*ticket)) : std::optional<OidcLogIn>();
  if (!log_in) {
    return OidcRefusal{"over",
                       "no log-in is under way in this browser: it took too long, or has ended"};
  }
  const std::string& query = call.request.query;
  if (!is_same_secret(log_in->state, query_value(query, "state").value_or(""))) {
    return OidcRefusal{"over", "the state that came back is not the one that was sent"};
  }
  if (query_value(query, "error")) {
    return OidcRefusal{"denied", cat("the provider says: ", reason_in_query(query))};
  }
  const auto code = query_value(query, "code");
  if (!code) return OidcRefusal{"failed", "the provider sent the browser back without a code"};
  const bool is_owner = call.session && log_in->linking == call.user.id;
  if (log_in->linking && !is_owner) {
    return OidcRefusal{"over", "the session that wanted to link its account is no longer there"};
  }
  arrival = {std::move(*log_in), *code};
  return std::nullopt;
}

/// Who logged in, from the provider itself. Keys that change are asked for once more.
Result<IdTokenClaims> identify(Oidc& oidc, const Clock& clock, const Arrival& arrival) {
  OidcProvider& provider = oidc.provider();
  TRY_ASSIGN(const std::string token,
             provider.exchange({.code = arrival.code,
                                .verifier = arrival.log_in.verifier,
                                .redirect_uri = arrival.log_in.redirect_uri}));
  const IdTokenTerms terms{.issuer = provider.client().issuer,
                           .client_id = provider.client().client_id,
                           .nonce = arrival.log_in.nonce,
                           .now = clock.wall_time()};
  TRY_ASSIGN(const Json known, provider.keys(OidcKeys::Known));
  auto claims = verify_id_token(token, known, terms);
  if (claims || claims.error().code != ErrorCode::NotFound) return claims;
  TRY_ASSIGN(const Json fresh, provider.keys(OidcKeys::Fresh));
  return verify_id_token(token, fresh, terms);
}

}  // namespace

Result<HttpResponse> post_oidc_start(AppCall& call) {
  Oidc* const oidc = call.app.oidc();
  if (oidc == nullptr) return no_oidc();
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  bool links = false;
  TRY(fields.read("link", links));
  if (links && (!call.session || !oidc->log_ins().take(link_permission(call)))) {
    return app_refusal(403, "password_first", "give the account's password first");
  }
  if (call.request.header("Host").empty()) {
    return app_refusal(400, "no_host",
                       "the request does not say by what name it knows this server");
  }
  const auto endpoints = oidc->provider().endpoints();
  if (!endpoints) {
    log_warning("logging in with ", oidc->settings().name, ": ", endpoints.error().message);
    return app_refusal(
        503, "oidc_unavailable",
        cat(oidc->settings().name, " cannot be asked now: ", endpoints.error().message));
  }
  OidcLogIn log_in{.state = new_secret(),
                   .nonce = new_secret(),
                   .verifier = new_secret(),
                   .redirect_uri = own_address(call.request)};
  if (links) log_in.linking = call.user.id;
  const std::string ticket = new_secret();
  HttpResponse response =
      app_response({{"url", authorization_url(*endpoints, oidc->settings().client, log_in)}});
  response.headers.push_back(oidc_cookie(call.request, ticket));
  oidc->log_ins().begin(secret_digest(ticket), std::move(log_in));
  return response;
}

Result<HttpResponse> get_oidc_callback(AppCall& call) {
  Oidc* const oidc = call.app.oidc();
  if (oidc == nullptr) return no_oidc();
  Arrival arrival;
  if (const auto refusal = read_arrival(call, arrival)) return turn_back(call, *refusal);
  // A code that is none costs a request to the provider and a line of the audit log.
  const std::string network = network_of(client_address(call.request));
  const std::string key = cat("oidc ", network);
  LogInLimiter& limiter = call.app.log_in_limiter();
  if (const auto wait = limiter.begin_attempt(key, network)) {
    return turn_back(call, {"many", cat("too many attempts from ", network, "; the next in ",
                                        wait->count(), " s")});
  }
  const auto claims = identify(*oidc, call.app.clock(), arrival);
  if (!claims) return send_back(call, {"failed", claims.error().message});
  limiter.succeeded(key, network);
  if (arrival.log_in.linking) {
    TRY_ASSIGN(const auto refusal, link_to(call, *claims));
    return refusal ? send_back(call, *refusal) : to_page("linked");
  }
  const std::string secret = new_secret();
  TRY_ASSIGN(const auto refusal, log_in_with(call, *claims, secret));
  if (refusal) return send_back(call, *refusal);
  HttpResponse response = to_page("");
  response.headers.push_back(session_cookie(call.request, secret));
  return response;
}

Result<HttpResponse> post_oidc_link(AppCall& call) {
  if (call.app.oidc() == nullptr) return no_oidc();
  TRY_ASSIGN(const Json body, parse_json(call.request.body));
  TRY_ASSIGN(RequestFields fields, RequestFields::of(body));
  std::string password;
  std::string code;
  TRY(fields.read("password", password));
  TRY(fields.read("code", code));
  TRY_ASSIGN(const PasswordCheck check, check_password(call, call.user.name, password));
  if (!check.is_right) {
    return refuse_password(check, 403, "wrong_password", "this is not the account's password");
  }
  TRY_ASSIGN(auto refusal, refuse_without_code(call, check.account.user, code, 403));
  if (refusal) return *std::move(refusal);
  call.app.oidc()->log_ins().begin(link_permission(call), {});
  return no_content();
}

Result<HttpResponse> remove_oidc_link(AppCall& call) {
  if (call.app.oidc() == nullptr) return no_oidc();
  const std::string& issuer = call.app.oidc()->settings().client.issuer;
  const Status written = call.app.store().write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const Credentials account, find_credentials(transaction, call.user.id));
    if (is_decoy_password_hash(account.password_hash)) {
      return error(ErrorCode::PermissionDenied,
                   "this account has no password to log in with instead; an administrator can give "
                   "it one");
    }
    TRY(unlink_identity(transaction, call.user.id, issuer));
    return audit(transaction, call, "identity-unlinked", call.user.id);
  });
  if (!written && written.error().code == ErrorCode::PermissionDenied) {
    return app_refusal(409, "no_password", written.error().message);
  }
  if (!written) return written.error();
  return no_content();
}

}  // namespace falconet
