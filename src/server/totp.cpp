#include "server/totp.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/percent_encoding.h"
#include "base/strings.h"
#include "server/credentials.h"

namespace falconet {
namespace {

constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t kRecoveryBytes = 10;
constexpr std::size_t kRecoveryGroup = 4;
// The name that apps show beside the account's.
constexpr const char* kIssuer = "Falconet";

std::array<unsigned char, 8> big_endian(std::uint64_t number) {
  std::array<unsigned char, 8> bytes;
  for (std::size_t i = bytes.size(); i-- > 0; number >>= 8) bytes[i] = number & 0xFF;
  return bytes;
}

}  // namespace

std::int64_t totp_step(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()) / kTotpStep;
}

std::string totp_code(std::string_view key, std::int64_t step, int digits) {
  const auto message = big_endian(static_cast<std::uint64_t>(step));
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int length = 0;
  const bool is_made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(),
                            message.size(), mac.data(), &length) != nullptr;
  CHECK(is_made && length == 20, "OpenSSL refuses HMAC-SHA-1");
  // Dynamic truncation: the last four bits say where 31 bits are taken from.
  const std::size_t offset = mac[19] & 0xF;
  std::uint32_t number = mac[offset] & 0x7Fu;
  for (std::size_t i = 1; i < 4; ++i) number = (number << 8) | mac[offset + i];
  std::string code(static_cast<std::size_t>(digits), '0');
  for (std::size_t i = code.size(); i-- > 0; number /= 10) {
    code[i] = static_cast<char>('0' + number % 10);
  }
  return code;
}

std::optional<std::int64_t> step_of_code(std::string_view secret, std::string_view code,
                                         std::int64_t now) {
  const auto key = from_base32(secret);
  if (!key || code.size() != static_cast<std::size_t>(kTotpDigits)) return std::nullopt;
  std::optional<std::int64_t> found;
  for (std::int64_t step = now - kTotpWindow; step <= now + kTotpWindow; ++step) {
    const std::string right = totp_code(*key, step);
    if (CRYPTO_memcmp(right.data(), code.data(), code.size()) == 0) found = step;
  }
  return found;
}

std::string new_totp_secret() { return to_base32(random_bytes(kTotpSecretBytes)); }

std::string totp_uri(std::string_view secret, std::string_view account) {
  return cat("otpauth://totp/", kIssuer, ":", percent_encode(account), "?secret=", secret,
             "&issuer=", kIssuer, "&algorithm=SHA1&digits=", kTotpDigits,
             "&period=", kTotpStep.count());
}

std::vector<std::string> new_recovery_codes() {
  std::vector<std::string> codes;
  for (int i = 0; i < kNumRecoveryCodes; ++i) {
    const std::string letters = to_lower(to_base32(random_bytes(kRecoveryBytes)));
    std::string code;
    for (std::size_t at = 0; at < letters.size(); at += kRecoveryGroup) {
      code += cat(at == 0 ? "" : "-", letters.substr(at, kRecoveryGroup));
    }
    codes.push_back(std::move(code));
  }
  return codes;
}

std::string plain_code(std::string_view typed) {
  std::string code = to_lower(typed);
  std::erase_if(code, [](char c) { return c == ' ' || c == '-' || c == '\t'; });
  return code;
}

bool is_totp_code(std::string_view plain) {
  return plain.size() == static_cast<std::size_t>(kTotpDigits) &&
         std::all_of(plain.begin(), plain.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string to_base32(std::string_view bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int num_bits = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    for (num_bits += 8; num_bits >= 5; num_bits -= 5) {
      text += kBase32[(bits >> (num_bits - 5)) & 31];
    }
  }
  if (num_bits > 0) text += kBase32[(bits << (5 - num_bits)) & 31];
  return text;
}

std::optional<std::string> from_base32(std::string_view text) {
  std::string bytes;
  std::uint32_t bits = 0;
  int num_bits = 0;
  for (const char c : text) {
    const auto digit = kBase32.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = (bits << 5) | static_cast<std::uint32_t>(digit);
    num_bits += 5;
    if (num_bits < 8) continue;
    num_bits -= 8;
    bytes += static_cast<char>((bits >> num_bits) & 0xFF);
  }
  return bytes;
}

}  // namespace falconet
