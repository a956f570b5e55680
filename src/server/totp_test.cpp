#include "server/totp.h"

#include <gtest/gtest.h>

#include <set>

#include "base/strings.h"

namespace falconet {
namespace {

// The key of RFC 6238, appendix B, for HMAC-SHA-1.
constexpr std::string_view kRfcKey = "12345678901234567890";

std::int64_t step_at(std::int64_t unix_time) {
  return totp_step(std::chrono::system_clock::time_point(std::chrono::seconds(unix_time)));
}

/// Oracle: RFC 6238, appendix B, the table's rows for SHA1; RFC 4226, appendix D, for the first
/// counters.
TEST(Totp, GivesTheCodesOfTheStandard) {
  struct Row {
    std::int64_t unix_time;
    std::int64_t step;
    const char* code;
  };
  for (const Row& row :
       {Row{59, 0x1, "94287082"}, Row{1111111109, 0x23523EC, "07081804"},
        Row{1111111111, 0x23523ED, "14050471"}, Row{1234567890, 0x273EF07, "89005924"},
        Row{2000000000, 0x3F940AA, "69279037"}, Row{20000000000, 0x27BC86AA, "65353130"}}) {
    // The system's clock counts nanoseconds, and so ends in the year 2262.
    if (row.unix_time < 9'000'000'000) {
      EXPECT_EQ(step_at(row.unix_time), row.step);
    }
    EXPECT_EQ(totp_code(kRfcKey, row.step, 8), row.code);
    EXPECT_EQ(totp_code(kRfcKey, row.step), std::string(row.code).substr(2)) << "mod 10^6";
  }
  const char* const hotp[] = {"755224", "287082", "359152", "969429", "338314",
                              "254676", "287922", "162583", "399871", "520489"};
  for (std::int64_t counter = 0; counter < 10; ++counter) {
    EXPECT_EQ(totp_code(kRfcKey, counter), hotp[counter]);
  }
}

/// Oracle: RFC 4648, section 10, without its padding.
TEST(Totp, WritesBase32AsTheStandardDoes) {
  const std::pair<const char*, const char*> rows[] = {{"", ""},
                                                      {"f", "MY"},
                                                      {"fo", "MZXQ"},
                                                      {"foo", "MZXW6"},
                                                      {"foob", "MZXW6YQ"},
                                                      {"fooba", "MZXW6YTB"},
                                                      {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(to_base32(bytes), text);
    EXPECT_EQ(from_base32(text), bytes);
  }
  EXPECT_FALSE(from_base32("mzxw6"));
  EXPECT_FALSE(from_base32("MZXW1"));
}

TEST(Totp, AcceptsTheCodesOfOneStepBeforeAndAfter) {
  const std::string secret = to_base32(kRfcKey);
  for (std::int64_t off = -3; off <= 3; ++off) {
    const auto found = step_of_code(secret, totp_code(kRfcKey, 1000 + off), 1000);
    if (off >= -1 && off <= 1) {
      EXPECT_EQ(found, 1000 + off);
    } else {
      EXPECT_FALSE(found) << off;
    }
  }
  for (const char* wrong : {"", "1", "12345", "1234567", "abcdef"}) {
    EXPECT_FALSE(step_of_code(secret, wrong, 1000)) << wrong;
  }
  EXPECT_FALSE(step_of_code("not base 32", totp_code(kRfcKey, 1000), 1000));
}

TEST(Totp, SecretsHave160BitsAndAreNotTheSameTwice) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string secret = new_totp_secret();
    EXPECT_EQ(from_base32(secret).value_or("").size(), 20u);
    EXPECT_TRUE(seen.insert(secret).second);
  }
}

/// Oracle: the form that Google Authenticator's "Key Uri Format" gives, with the name encoded.
TEST(Totp, TheAddressNamesTheAccountAndTheIssuer) {
  EXPECT_EQ(totp_uri("ABC", "ada@example.org"),
            "otpauth://totp/Falconet:ada%40example.org?secret=ABC&issuer=Falconet&algorithm=SHA1&"
            "digits=6&period=30");
  EXPECT_NE(totp_uri("ABC", "李").find("Falconet:%E6%9D%8E?"), std::string::npos);
}

TEST(Totp, RecoveryCodesAreReadableAndComparedAsTheyAreMeant) {
  const std::vector<std::string> codes = new_recovery_codes();
  EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), 8u);
  for (const std::string& code : codes) {
    EXPECT_EQ(code.size(), 19u) << code;
    EXPECT_EQ(split(code, '-').size(), 4u) << code;
    const std::string plain = plain_code(code);
    EXPECT_EQ(plain.size(), 16u) << "of 5 bits each";
    EXPECT_EQ(plain_code(" " + replace_all(code, "-", " ") + " "), plain);
    EXPECT_FALSE(is_totp_code(plain));
  }
  EXPECT_EQ(plain_code("ABCD-efgh"), "abcdefgh");
  EXPECT_TRUE(is_totp_code(plain_code("123 456")));
  EXPECT_FALSE(is_totp_code("12345a"));
}

}  // namespace
}  // namespace falconet
