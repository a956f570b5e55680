#include "server/json_web_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "server/credentials.h"

namespace falconet {
namespace {

template <auto release>
struct Releases {
  template <class T>
  void operator()(T* owned) const {
    release(owned);
  }
};
using BigNumber = std::unique_ptr<BIGNUM, Releases<BN_free>>;
using PublicKey = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Releases<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Releases<EVP_MD_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Releases<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Releases<OSSL_PARAM_free>>;
using EcSignature = std::unique_ptr<ECDSA_SIG, Releases<ECDSA_SIG_free>>;

constexpr std::size_t kP256Bytes = 32;
constexpr int kMinRsaBits = 2048;  // RFC 7518, section 3.3
constexpr int kMaxRsaBits = 8192;  // more is slow to check, and nobody's
constexpr std::size_t kMaxKeys = 100;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Error no_key(const char* why) {
  return error(ErrorCode::Corrupt, "the provider's key cannot be used: ", why);
}

Result<std::string> key_member(const Json& key, const char* name) {
  auto bytes = from_base64url(string_member(key, name).value_or(""));
  if (bytes && !bytes->empty()) return *std::move(bytes);
  return error(ErrorCode::Corrupt, "the provider's key has no '", name, "' in base64url");
}

Result<PublicKey> key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* made = nullptr;
  const bool is_made =
      parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  PublicKey key(made);
  if (!is_made) return no_key("OpenSSL does not take it");
  return key;
}

Result<PublicKey> rsa_key(const Json& json) {
  TRY_ASSIGN(const std::string modulus, key_member(json, "n"));
  TRY_ASSIGN(const std::string exponent, key_member(json, "e"));
  const BigNumber n(BN_bin2bn(octets(modulus), static_cast<int>(modulus.size()), nullptr));
  const BigNumber e(BN_bin2bn(octets(exponent), static_cast<int>(exponent.size()), nullptr));
  const int num_bits = n ? BN_num_bits(n.get()) : 0;
  if (num_bits < kMinRsaBits || num_bits > kMaxRsaBits) {
    return error(ErrorCode::Unsupported, "the provider's RSA key has ", num_bits,
                 " bits; expected ", kMinRsaBits, " to ", kMaxRsaBits);
  }
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const bool is_filled = builder && e &&
                         OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) &&
                         OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  if (!is_filled) return no_key("OpenSSL does not take it");
  return key_from("RSA", builder.get());
}

Result<PublicKey> p256_key(const Json& json) {
  if (string_member(json, "crv") != "P-256") return no_key("ES256 needs the curve P-256");
  TRY_ASSIGN(const std::string x, key_member(json, "x"));
  TRY_ASSIGN(const std::string y, key_member(json, "y"));
  if (x.size() != kP256Bytes || y.size() != kP256Bytes) {
    return no_key("P-256 has coordinates of 32 bytes");
  }
  const std::string point = cat('\x04', x, y);  // SEC 1, section 2.3.3: not compressed
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const bool is_filled =
      builder &&
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) &&
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                       point.size());
  if (!is_filled) return no_key("OpenSSL does not take it");
  return key_from("EC", builder.get());
}

/// RFC 7518, section 3.4, has the two numbers side by side; OpenSSL wants them in DER.
std::optional<std::string> der_signature(std::string_view raw) {
  if (raw.size() != 2 * kP256Bytes) return std::nullopt;
  BigNumber r(BN_bin2bn(octets(raw), kP256Bytes, nullptr));
  BigNumber s(BN_bin2bn(octets(raw) + kP256Bytes, kP256Bytes, nullptr));
  const EcSignature signature(ECDSA_SIG_new());
  if (!r || !s || !signature) return std::nullopt;
  if (ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return std::nullopt;
  r.release();  // the signature's now
  s.release();
  const int length = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (length <= 0) return std::nullopt;
  std::string der(static_cast<std::size_t>(length), '\0');
  auto* out = reinterpret_cast<unsigned char*>(der.data());
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

bool verifies(const PublicKey& key, std::string_view text, std::string_view signature) {
  const DigestContext context(EVP_MD_CTX_new());
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text),
                          text.size()) == 1;
}

bool may_have_signed(const Json& key, const SignatureKind& kind) {
  if (!key.is_object()) return false;
  const char* const type = kind.algorithm == "RS256" ? "RSA" : "EC";
  if (string_member(key, "kty") != type) return false;
  if (string_member(key, "use").value_or("sig") != "sig") return false;
  if (string_member(key, "alg").value_or(kind.algorithm) != kind.algorithm) return false;
  return kind.key_id.empty() || string_member(key, "kid") == kind.key_id;
}

}  // namespace

Result<Json> find_json_web_key(const Json& set, const SignatureKind& kind) {
  const Json* keys = find_member(set, "keys");
  if (keys == nullptr || !keys->is_array() || keys->size() > kMaxKeys) {
    return error(ErrorCode::Corrupt, "the provider's keys are no list of at most ", kMaxKeys);
  }
  const auto fits = [&](const Json& key) { return may_have_signed(key, kind); };
  const auto num_fitting = std::count_if(keys->begin(), keys->end(), fits);
  if (num_fitting == 1) return *std::find_if(keys->begin(), keys->end(), fits);
  return error(
      ErrorCode::NotFound, "the provider has ", num_fitting, " keys for ", kind.algorithm,
      kind.key_id.empty() ? " and the token names none" : " with the id that the token names");
}

Result<bool> is_signed_by(const Json& key, const SignatureKind& kind, std::string_view text,
                          std::string_view signature) {
  if (kind.algorithm == "RS256") {
    TRY_ASSIGN(const PublicKey rsa, rsa_key(key));
    return verifies(rsa, text, signature);
  }
  if (kind.algorithm != "ES256") {
    return error(ErrorCode::Unsupported, "signatures of this kind are not accepted");
  }
  TRY_ASSIGN(const PublicKey p256, p256_key(key));
  const auto der = der_signature(signature);
  return der.has_value() && verifies(p256, text, *der);
}

}  // namespace falconet
