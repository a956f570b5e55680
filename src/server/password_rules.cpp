#include "server/password_rules.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/strings.h"
#include "base/unicode.h"
#include "server/credentials.h"
#include "store/account_names.h"

namespace falconet {
namespace {

// What lists of stolen passwords have in front, as far as it is long enough for us.
constexpr std::array<std::string_view, 66> kCommonPasswords = {
    "0123456789",    "01234567890",   "0987654321",       "1029384756",   "1122334455",
    "1234512345",    "12345678910",   "1234567890",       "12345678900",  "123456789a",
    "123456789q",    "1234567891",    "123123123123",     "1234554321",   "12345qwert",
    "123qweasdzxc",  "147258369a",    "1a2b3c4d5e",       "1q2w3e4r5t",   "1q2w3e4r5t6y",
    "1qaz2wsx3edc",  "1qazxsw23edc",  "5201314520",       "987654321a",   "9876543210",
    "a123456789",    "abc1234567",    "abc123456789",     "abcd123456",   "abcd12345678",
    "abcdefghij",    "abcdefghijk",   "adminadmin",       "admin12345",   "admin123456",
    "administrator", "asdfghjkl1",    "asdfghjkl;",       "asdfghjkl123", "baseball123",
    "changeme123",   "charlie123",    "dragon12345",      "falconet123",  "football123",
    "football1234",  "iloveyou12",    "iloveyou123",      "letmein123",   "letmein1234",
    "passw0rd123",   "password01",    "password10",       "password12",   "password123",
    "password1234",  "password12345", "passwordpassword", "princess123",  "q1w2e3r4t5",
    "qwer123456",    "qwerty1234",    "qwerty12345",      "qwerty123456", "qwertyuiop",
    "welcome1234"};

}  // namespace

std::optional<std::string> password_weakness(std::string_view password, std::string_view name) {
  if (password.size() > kMaxPasswordBytes) {
    return cat("the password has more than ", kMaxPasswordBytes, " bytes");
  }
  std::size_t num_characters = 0;
  std::set<char32_t> different;
  for (std::size_t i = 0; i < password.size(); ++num_characters) {
    const Utf8Character character = decode_utf8(password, i);
    different.insert(character.code_point);
    i += static_cast<std::size_t>(character.num_bytes);
  }
  if (num_characters < kMinPasswordCharacters) {
    return cat("a password needs at least ", kMinPasswordCharacters, " characters");
  }
  const std::string key = account_name_key(password);
  if (key == account_name_key(name)) return "the password must not be the name";
  constexpr std::size_t kMinDifferent = 4;  // "aaaaaaaaaa", "1212121212"
  const bool is_common =
      different.size() < kMinDifferent ||
      std::find(kCommonPasswords.begin(), kCommonPasswords.end(), key) != kCommonPasswords.end();
  if (is_common) return "this is one of the passwords that everybody tries first";
  return std::nullopt;
}

}  // namespace falconet
