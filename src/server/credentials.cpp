#include "server/credentials.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

static_assert(PasswordCost{}.num_passes == crypto_pwhash_OPSLIMIT_INTERACTIVE);
static_assert(PasswordCost{}.memory_bytes == crypto_pwhash_MEMLIMIT_INTERACTIVE);

constexpr std::size_t kSecretBytes = 32;

/// 16 bytes of salt and 32 of hash, all zero, which no password is known to give.
std::string decoy_end() { return cat("$", std::string(22, 'A'), "$", std::string(43, 'A')); }

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// To be called before anything else of the library; from any thread, any number of times.
void initialise() { CHECK(sodium_init() >= 0, "libsodium found no source of random bytes"); }

}  // namespace

Result<std::string> hash_password(std::string_view password, const PasswordCost& cost) {
  initialise();
  std::string form = to_nfkc(password);
  std::array<char, crypto_pwhash_STRBYTES> text{};
  const int failure =
      crypto_pwhash_str(text.data(), form.data(), form.size(), cost.num_passes, cost.memory_bytes);
  sodium_memzero(form.data(), form.size());
  if (failure == 0) return std::string(text.data());
  return error(ErrorCode::Exhausted, "hashing a password takes ", human_bytes(cost.memory_bytes),
               ", which this machine does not have free now");
}

bool is_password_of(std::string_view password, const std::string& hash) {
  initialise();
  std::string form = to_nfkc(password);
  const bool is_right = crypto_pwhash_str_verify(hash.c_str(), form.data(), form.size()) == 0;
  sodium_memzero(form.data(), form.size());
  return is_right;
}

std::string decoy_password_hash(const PasswordCost& cost) {
  return cat("$argon2id$v=19$m=", cost.memory_bytes >> 10, ",t=", cost.num_passes, ",p=1",
             decoy_end());
}

bool is_decoy_password_hash(std::string_view hash) { return hash.ends_with(decoy_end()); }

Digest128 keyed_digest(std::string_view key, std::string_view text) {
  initialise();
  CHECK(key.size() == crypto_generichash_KEYBYTES);
  std::array<unsigned char, 16> bytes{};
  static_assert(sizeof(Digest128) == bytes.size() && crypto_generichash_BYTES_MIN <= bytes.size());
  crypto_generichash(bytes.data(), bytes.size(), bytes_of(text), text.size(), bytes_of(key),
                     key.size());
  Digest128 digest;
  std::memcpy(&digest, bytes.data(), bytes.size());
  return digest;
}

std::string random_bytes(std::size_t num_bytes) {
  initialise();
  std::string bytes(num_bytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string new_secret() { return base64url(random_bytes(kSecretBytes)); }

std::string secret_digest(std::string_view secret) {
  const std::string digest = sha256_of(secret);
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
  sodium_bin2hex(text.data(), text.size(), bytes_of(digest), digest.size());
  return text.data();
}

std::string sha256_of(std::string_view text) {
  std::string digest(crypto_hash_sha256_BYTES, '\0');
  crypto_hash_sha256(reinterpret_cast<unsigned char*>(digest.data()), bytes_of(text), text.size());
  return digest;
}

std::string base64url(std::string_view bytes) {
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), kVariant), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes_of(bytes), bytes.size(), kVariant);
  text.pop_back();  // its zero
  return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  const int failure = sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()),
                                        bytes.size(), text.data(), text.size(), nullptr, &length,
                                        nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (failure != 0) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

}  // namespace falconet
