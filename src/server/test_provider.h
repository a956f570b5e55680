// A provider of identities for tests, on loopback, with keys of its own: as OpenID Connect wants
// it, but for what a test makes it do wrong.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <map>
#include <mutex>
#include <string>

#include "base/json.h"
#include "base/percent_encoding.h"
#include "hub/scripted_server.h"
#include "server/credentials.h"
#include "server/http_message.h"

namespace falconet {

/// A private key, and what of it stands in a JSON Web Key Set.
class TestSigner {
 public:
  /// `algorithm`: "RS256" or "ES256".
  explicit TestSigner(std::string algorithm, std::string key_id = "key-1", unsigned rsa_bits = 2048)
      : algorithm_(std::move(algorithm)), key_id_(std::move(key_id)) {
    key_ = is_rsa() ? EVP_RSA_gen(rsa_bits) : EVP_EC_gen("P-256");
    CHECK(key_ != nullptr, "OpenSSL makes no key");
  }
  ~TestSigner() { EVP_PKEY_free(key_); }
  TestSigner(const TestSigner&) = delete;
  TestSigner& operator=(const TestSigner&) = delete;

  Json public_key() const {
    Json key = {{"kid", key_id_}, {"alg", algorithm_}, {"use", "sig"}};
    if (is_rsa()) {
      key["kty"] = "RSA";
      key["n"] = number(OSSL_PKEY_PARAM_RSA_N, 0);
      key["e"] = number(OSSL_PKEY_PARAM_RSA_E, 0);
    } else {
      key["kty"] = "EC";
      key["crv"] = "P-256";
      key["x"] = number(OSSL_PKEY_PARAM_EC_PUB_X, 32);
      key["y"] = number(OSSL_PKEY_PARAM_EC_PUB_Y, 32);
    }
    return key;
  }

  std::string token(const Json& claims) const {
    return token({{"alg", algorithm_}, {"kid", key_id_}, {"typ", "JWT"}}, claims);
  }
  std::string token(const Json& header, const Json& claims) const {
    const std::string text = cat(base64url(to_text(header)), ".", base64url(to_text(claims)));
    return cat(text, ".", base64url(is_rsa() ? sign(text) : raw(sign(text))));
  }

 private:
  bool is_rsa() const { return algorithm_ == "RS256"; }

  std::string number(const char* name, int num_bytes) const {
    BIGNUM* value = nullptr;
    CHECK(EVP_PKEY_get_bn_param(key_, name, &value) == 1, "OpenSSL tells no ", name);
    std::string bytes(static_cast<std::size_t>(num_bytes > 0 ? num_bytes : BN_num_bytes(value)),
                      '\0');
    BN_bn2binpad(value, reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(bytes.size()));
    BN_free(value);
    return base64url(bytes);
  }

  std::string sign(const std::string& text) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::size_t length = 1024;
    std::string signature(length, '\0');
    const bool is_signed =
        EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_) == 1 &&
        EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
    EVP_MD_CTX_free(context);
    CHECK(is_signed, "OpenSSL does not sign");
    signature.resize(length);
    return signature;
  }

  /// DER to the two numbers side by side.
  static std::string raw(const std::string& der) {
    const auto* in = reinterpret_cast<const unsigned char*>(der.data());
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size()));
    CHECK(signature != nullptr, "OpenSSL does not read its own signature");
    std::string bytes(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(bytes.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + 32, 32);
    ECDSA_SIG_free(signature);
    return bytes;
  }

  std::string algorithm_;
  std::string key_id_;
  EVP_PKEY* key_ = nullptr;
};

/// The parameters of a query or form, decoded.
inline std::map<std::string, std::string> parameters_in(std::string_view text) {
  std::map<std::string, std::string> parameters;
  for (const std::string_view pair : split(text, '&')) {
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    parameters[std::string(pair.substr(0, equals))] = percent_decode(pair.substr(equals + 1));
  }
  return parameters;
}

class TestProvider {
 public:
  explicit TestProvider(std::string algorithm = "RS256") : signer(std::move(algorithm)) {}

  std::string issuer() const { return server_.address(); }

  /// What somebody's browser does there: from the address it was sent to, to the query that it
  /// comes back with.
  std::string log_in(const std::string& url) {
    const std::lock_guard lock(mutex_);
    asked_ = parameters_in(url.substr(url.find('?') + 1));
    code_ = new_secret();
    return cat("code=", code_, "&state=", asked_["state"]);
  }

  std::map<std::string, std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::size_t num_requests(const std::string& path) const {
    std::size_t number = 0;
    for (const TestRequest& request : server_.requests()) number += request.path == path ? 1 : 0;
    return number;
  }

  // To be set before the browser comes back.
  TestSigner signer;
  const TestSigner* used_signer = nullptr;  // instead
  // Beside or instead of the right ones; null: the token lacks it.
  Json claims = {{"sub", "1234"}, {"preferred_username", "ada"}, {"name", "Ada L."}};
  std::chrono::system_clock::time_point now = std::chrono::system_clock::now();

 private:
  std::string answer(const TestRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto json = [](int status, const Json& body) {
      return test_answer(status, {"Content-Type: application/json"}, to_text(body));
    };
    if (request.path == "/.well-known/openid-configuration") {
      const std::string own = cat("http://", request.headers.at("host"));
      return json(200, {{"issuer", own},
                        {"authorization_endpoint", own + "/authorize"},
                        {"token_endpoint", own + "/token"},
                        {"jwks_uri", own + "/keys"}});
    }
    if (request.path == "/keys") return json(200, {{"keys", Json::array({signer.public_key()})}});
    if (request.path != "/token") return json(404, Json::object());
    auto form = parameters_in(request.body);
    const auto authorization = request.headers.find("authorization");
    const bool is_client = authorization != request.headers.end() &&
                           authorization->second == "Basic " + basic_credentials();
    // RFC 7636, section 4.6.
    const bool is_same_browser =
        base64url(sha256_of(form["code_verifier"])) == asked_["code_challenge"];
    const bool is_granted = is_client && is_same_browser && !code_.empty() &&
                            form["code"] == code_ && form["grant_type"] == "authorization_code" &&
                            form["redirect_uri"] == asked_["redirect_uri"];
    code_.clear();
    if (!is_granted) return json(400, {{"error", "invalid_grant"}});
    return json(200, {{"id_token", token()}, {"access_token", "x"}, {"token_type", "Bearer"}});
  }

  std::string token() {
    const auto issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
    Json all = {{"iss", issuer()},
                {"aud", asked_["client_id"]},
                {"nonce", asked_["nonce"]},
                {"iat", issued},
                {"exp", issued + 300}};
    for (const auto& [name, value] : claims.items()) {
      all[name] = value;
      if (value.is_null()) all.erase(name);
    }
    return (used_signer == nullptr ? signer : *used_signer).token(all);
  }

  /// "falconet:a%20secret%2Fof%20ours" in base 64.
  static std::string basic_credentials() { return "ZmFsY29uZXQ6YSUyMHNlY3JldCUyRm9mJTIwb3Vycw=="; }

  mutable std::mutex mutex_;
  std::map<std::string, std::string> asked_;
  std::string code_;
  ScriptedServer server_{[this](const TestRequest& request) { return answer(request); }};
};

}  // namespace falconet
