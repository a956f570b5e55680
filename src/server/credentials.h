// Passwords and secrets: hashing, checking and making them. The one door to libsodium.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "base/result.h"

namespace falconet {

/// What one hash costs. libsodium's "interactive" for Argon2id: a tenth of a second of one core for
/// us, and as much for each guess of whoever steals the database. Its "moderate" wants 256 MiB a
/// log-in, which a machine of 4 GB needs for the model. Tests take less.
struct PasswordCost {
  unsigned long long num_passes = 2;
  std::size_t memory_bytes = 64u << 20;
};

// Nobody types more; all of it is hashed, so there must be an end.
constexpr std::size_t kMaxPasswordBytes = 1024;

/// With a salt of its own, in Argon2's text form, which names its cost. The password is taken in
/// form NFKC: keyboards write the same letter in different ways. Errors: Exhausted (memory).
Result<std::string> hash_password(std::string_view password, const PasswordCost& cost);

/// Takes the time that the hash's cost says, whatever the password.
bool is_password_of(std::string_view password, const std::string& hash);

/// A hash of no password: checking against it takes the same time as against a real one.
std::string decoy_password_hash(const PasswordCost& cost);

/// Chance that nobody can guess.
std::string random_bytes(std::size_t num_bytes);

/// Whether the hash is that of no password: of an account that logs in otherwise.
bool is_decoy_password_hash(std::string_view hash);

/// 256 bits of chance in 43 characters of base64url.
std::string new_secret();
constexpr std::size_t kSecretCharacters = 43;

/// SHA-256 in 64 hexadecimal digits. Secrets are long, so that a plain hash is as good as a slow
/// one.
std::string secret_digest(std::string_view secret);

/// The 32 bytes themselves.
std::string sha256_of(std::string_view text);

/// BLAKE2b with a key of 32 bytes: who does not know the key can neither guess nor choose it.
Digest128 keyed_digest(std::string_view key, std::string_view text);

/// RFC 4648, section 5, without padding; nothing if a text is not in it.
std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace falconet
