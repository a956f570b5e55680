// One-time codes from a secret and the time (RFC 6238), as authenticator apps show them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace falconet {

// What every app understands, whatever else the address of a secret says: six digits of
// HMAC-SHA-1, for half a minute.
constexpr std::chrono::seconds kTotpStep{30};
constexpr int kTotpDigits = 6;
// Steps that a phone's clock may be off, either way.
constexpr std::int64_t kTotpWindow = 1;
constexpr std::size_t kTotpSecretBytes = 20;  // 160 bits, RFC 4226, section 4
constexpr int kNumRecoveryCodes = 8;

/// The number of the half minute that a time is in (RFC 6238, section 4.2).
std::int64_t totp_step(std::chrono::system_clock::time_point time);

/// The code of a step (RFC 4226, section 5.3); `key` is the secret's bytes, `digits` up to 9.
std::string totp_code(std::string_view key, std::int64_t step, int digits = kTotpDigits);

/// The step whose code this is, among those around `now`; nothing if it is none of theirs. `code`
/// is compared in constant time. `secret` is in base 32.
std::optional<std::int64_t> step_of_code(std::string_view secret, std::string_view code,
                                         std::int64_t now);

/// 160 bits of chance in base 32.
std::string new_totp_secret();

/// What an app reads from a QR code (otpauth://totp/…): the account, the secret and whose it is.
std::string totp_uri(std::string_view secret, std::string_view account);

/// For when the phone is gone: 80 bits of chance each, "abcd-efgh-ijkl-mnop".
std::vector<std::string> new_recovery_codes();

/// A code as it is compared: without the spaces and hyphens that people put into it, in lower case.
std::string plain_code(std::string_view typed);

/// Whether it has the form of an app's code, and not that of a recovery code.
bool is_totp_code(std::string_view plain);

/// RFC 4648, section 6, without padding.
std::string to_base32(std::string_view bytes);

/// Nothing if a character is none of the alphabet's.
std::optional<std::string> from_base32(std::string_view text);

}  // namespace falconet
