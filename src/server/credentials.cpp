#include "server/credentials.h"

#include <sodium.h>

#include <array>

#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

static_assert(PasswordCost{}.num_passes == crypto_pwhash_OPSLIMIT_INTERACTIVE);
static_assert(PasswordCost{}.memory_bytes == crypto_pwhash_MEMLIMIT_INTERACTIVE);

constexpr std::size_t kSecretBytes = 32;

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
  // 16 bytes of salt and 32 of hash, all zero, which no password is known to give.
  return cat("$argon2id$v=19$m=", cost.memory_bytes >> 10, ",t=", cost.num_passes, ",p=1$",
             std::string(22, 'A'), "$", std::string(43, 'A'));
}

std::string random_bytes(std::size_t num_bytes) {
  initialise();
  std::string bytes(num_bytes, '\0');
  randombytes_buf(bytes.data(), bytes.size());
  return bytes;
}

std::string new_secret() {
  initialise();
  std::array<unsigned char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, kSecretCharacters + 1> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text.data();
}

std::string secret_digest(std::string_view secret) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(secret.data()),
                     secret.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
  sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
  return text.data();
}

}  // namespace falconet
