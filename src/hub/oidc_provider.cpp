#include "hub/oidc_provider.h"

#include <openssl/evp.h>

#include <algorithm>

#include "base/percent_encoding.h"
#include "base/strings.h"

namespace falconet {
namespace {

// Real documents have a few kilobytes.
constexpr std::size_t kMaxDocumentBytes = 256u << 10;
constexpr std::chrono::seconds kConnectPatience{5};
constexpr std::chrono::seconds kOidcPatience{15};  // with somebody before a browser waiting
constexpr std::size_t kMaxReasonBytes = 200;

/// Of "127.0.0.1:8080" and "[::1]:8080"; not of "127.0.0.1:x@elsewhere".
bool is_of_this_machine(std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) return false;
  const std::string_view host =
      authority.substr(0, authority.find(authority.starts_with('[') ? ']' : ':'));
  return host == "127.0.0.1" || host == "localhost" || host == "[::1";
}

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

/// RFC 6749, section 5.2. Only the code's own alphabet, since this goes to a log.
std::string reason_in(const std::string& body) {
  const auto document = parse_json(body);
  if (!document || !document->is_object()) return "";
  std::string reason = string_member(*document, "error").value_or("").substr(0, kMaxReasonBytes);
  std::erase_if(reason, [](char c) { return c < ' ' || c > '~'; });
  return reason;
}

bool lists(const Json& document, const char* member, const char* value) {
  const Json* list = find_member(document, member);
  if (list == nullptr || !list->is_array()) return false;
  return std::find(list->begin(), list->end(), Json(value)) != list->end();
}

}  // namespace

Status check_oidc_address(std::string_view what, std::string_view url) {
  constexpr std::string_view kTls = "https://";
  constexpr std::string_view kPlain = "http://";
  const bool is_tls = url.starts_with(kTls) && url.size() > kTls.size();
  const std::string_view rest = url.starts_with(kPlain) ? url.substr(kPlain.size()) : "";
  const bool is_local = is_of_this_machine(rest.substr(0, rest.find('/')));
  if (is_tls || is_local) return {};
  return error(ErrorCode::InvalidArgument, what, ": expected an https:// address, found '",
               url.substr(0, kMaxReasonBytes), "'; http:// is for this machine alone");
}

Result<Json> OidcProvider::fetch(const std::string& url, const char* what) {
  const FetchRequest request{.url = url,
                             .headers = {"Accept: application/json"},
                             .connect_timeout = kConnectPatience,
                             .whole_timeout = kOidcPatience,
                             .interrupt = &interrupt_};
  TRY_ASSIGN(const HttpText answer, http_fetch_text(request, kMaxDocumentBytes));
  if (answer.head.status != 200) {
    return error(ErrorCode::Unavailable, what, ": ", url, " answers ", answer.head.status);
  }
  auto document = parse_json(answer.body);
  if (document && document->is_object()) return *std::move(document);
  return error(ErrorCode::Corrupt, what, ": ", url, " answers with no JSON object");
}

Result<OidcEndpoints> OidcProvider::read_endpoints(const Json& document) const {
  const std::string issuer = string_member(document, "issuer").value_or("");
  if (issuer != client_.issuer) {
    return error(ErrorCode::Corrupt, "the provider says that it is '",
                 issuer.substr(0, kMaxReasonBytes), "', and not ", client_.issuer,
                 " as --oidc-issuer does; both must be the same to the letter");
  }
  OidcEndpoints endpoints{
      .authorization = string_member(document, "authorization_endpoint").value_or(""),
      .token = string_member(document, "token_endpoint").value_or(""),
      .keys = string_member(document, "jwks_uri").value_or("")};
  TRY(check_oidc_address("the provider's authorization_endpoint", endpoints.authorization));
  TRY(check_oidc_address("the provider's token_endpoint", endpoints.token));
  TRY(check_oidc_address("the provider's jwks_uri", endpoints.keys));
  constexpr const char* kMethods = "token_endpoint_auth_methods_supported";
  endpoints.takes_basic = find_member(document, kMethods) == nullptr ||
                          lists(document, kMethods, "client_secret_basic");
  return endpoints;
}

Result<OidcEndpoints> OidcProvider::endpoints() {
  {
    const std::lock_guard lock(mutex_);
    if (configuration_ && clock_.now() - configuration_->asked < kOidcMemory) {
      return read_endpoints(configuration_->document);
    }
    if (failure_ && clock_.now() - failed_ < kOidcFailurePause) return *failure_;
  }
  auto endpoints = ask_for_endpoints();
  const std::lock_guard lock(mutex_);
  failure_ = endpoints ? std::nullopt : std::optional(endpoints.error());
  failed_ = clock_.now();
  return endpoints;
}

Result<OidcEndpoints> OidcProvider::ask_for_endpoints() {
  const std::string_view issuer = client_.issuer;
  const std::string_view base = issuer.substr(0, issuer.size() - (issuer.ends_with('/') ? 1 : 0));
  TRY_ASSIGN(Json document,
             fetch(cat(base, "/.well-known/openid-configuration"), "the provider's configuration"));
  TRY_ASSIGN(OidcEndpoints endpoints, read_endpoints(document));
  const std::lock_guard lock(mutex_);
  configuration_ = Remembered{std::move(document), clock_.now()};
  return endpoints;
}

Result<Json> OidcProvider::keys(OidcKeys wanted) {
  {
    const std::lock_guard lock(mutex_);
    const auto memory =
        wanted == OidcKeys::Known ? kOidcMemory : std::chrono::seconds(kOidcKeyPause);
    if (keys_ && clock_.now() - keys_->asked < memory) return keys_->document;
  }
  TRY_ASSIGN(const OidcEndpoints endpoints, this->endpoints());
  TRY_ASSIGN(Json document, fetch(endpoints.keys, "the provider's keys"));
  const std::lock_guard lock(mutex_);
  keys_ = Remembered{document, clock_.now()};
  return document;
}

Result<std::string> OidcProvider::exchange(const OidcGrant& grant) {
  TRY_ASSIGN(const OidcEndpoints endpoints, this->endpoints());
  FetchRequest request{.url = endpoints.token,
                       .headers = {"Accept: application/json"},
                       .content_type = "application/x-www-form-urlencoded",
                       .connect_timeout = kConnectPatience,
                       .whole_timeout = kOidcPatience,
                       .interrupt = &interrupt_};
  std::string form = cat("grant_type=authorization_code&code=", percent_encode(grant.code),
                         "&redirect_uri=", percent_encode(grant.redirect_uri),
                         "&code_verifier=", percent_encode(grant.verifier),
                         "&client_id=", percent_encode(client_.client_id));
  if (!client_.client_secret.empty() && endpoints.takes_basic) {
    // RFC 6749, section 2.3.1: both are encoded as in forms first.
    request.headers.push_back(
        cat("Authorization: Basic ", base64(cat(percent_encode(client_.client_id), ":",
                                                percent_encode(client_.client_secret)))));
  } else if (!client_.client_secret.empty()) {
    form += cat("&client_secret=", percent_encode(client_.client_secret));
  }
  request.body = std::move(form);
  TRY_ASSIGN(const HttpText answer, http_fetch_text(request, kMaxDocumentBytes));
  if (answer.head.status != 200) {
    return error(ErrorCode::PermissionDenied,
                 "the provider gives no token for the code: it answers ", answer.head.status, " ",
                 reason_in(answer.body));
  }
  const auto document = parse_json(answer.body);
  const auto token = document && document->is_object() ? string_member(*document, "id_token")
                                                       : std::optional<std::string>();
  if (token) return *token;
  return error(ErrorCode::Corrupt, "the provider's token endpoint answers without an id_token");
}

}  // namespace falconet
