#include "server/credentials.h"

#include <gtest/gtest.h>
#include <time.h>

#include <chrono>

#include "base/strings.h"
#include "server/password_rules.h"

namespace falconet {
namespace {

constexpr PasswordCost kCheap{.num_passes = 1, .memory_bytes = 8192};

TEST(Passwords, AreKnownByASaltedHash) {
  const std::string hash = hash_password("correct horse", kCheap).value();
  EXPECT_TRUE(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$")) << hash;
  EXPECT_EQ(hash.find("horse"), std::string::npos);
  EXPECT_NE(hash, hash_password("correct horse", kCheap).value()) << "a salt of its own";
  EXPECT_TRUE(is_password_of("correct horse", hash));
  EXPECT_FALSE(is_password_of("correct Horse", hash));
  EXPECT_FALSE(is_password_of("", hash));
  EXPECT_FALSE(is_password_of("correct horse", "no hash"));
  EXPECT_FALSE(is_password_of("correct horse", ""));
}

TEST(Passwords, AreTheSameInEveryFormThatKeyboardsWrite) {
  const std::string hash = hash_password("caf\u00e9 au lait", kCheap).value();
  EXPECT_TRUE(is_password_of("cafe\u0301 au lait", hash));
}

TEST(Passwords, ThatNeedMoreMemoryThanThereIsAreAnError) {
  const auto hash = hash_password("x", {.num_passes = 1, .memory_bytes = std::size_t{1} << 52});
  ASSERT_FALSE(hash);
  EXPECT_EQ(hash.error().code, ErrorCode::Exhausted);
}

TEST(Passwords, ADecoyTakesAsLongAsARealOne) {
  constexpr PasswordCost kSlow{.num_passes = 3, .memory_bytes = 16u << 20};
  // Of this thread alone: others may want the machine meanwhile.
  const auto cpu_time = [] {
    timespec time{};
    EXPECT_EQ(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto time_of = [&](const std::string& hash) {
    const auto begin = cpu_time();
    EXPECT_FALSE(is_password_of("guess", hash));
    return cpu_time() - begin;
  };
  const auto real = time_of(hash_password("right", kSlow).value());
  const auto decoy = time_of(decoy_password_hash(kSlow));
  // A hash that is not even read takes a thousandth; twice leaves room for what slows a busy
  // machine.
  EXPECT_LT(real, 2 * decoy);
  EXPECT_LT(decoy, 2 * real);
}

TEST(Secrets, AreLongAndNeverTheSame) {
  const std::string one = new_secret();
  EXPECT_EQ(one.size(), kSecretCharacters);
  EXPECT_EQ(
      one.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
      std::string::npos);
  EXPECT_NE(one, new_secret());
  // FIPS 180-2, appendix B.1.
  EXPECT_EQ(secret_digest("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(PasswordRules, RefuseWhatIsGuessedFirst) {
  for (const char* weak :
       {"", "short", "123456789", "1234567890", "Password123", "QWERTYUIOP", "aaaaaaaaaaaa",
        "121212121212", "Ada.Lovelace", "ada.lovelace", "四个汉字不够长"}) {
    EXPECT_TRUE(password_weakness(weak, "Ada.Lovelace")) << weak;
  }
  EXPECT_TRUE(password_weakness(std::string(kMaxPasswordBytes + 1, 'x') + "yzw", "ada"));
  for (const char* good : {"correct horse", "kE9#mq2!xz", "春眠不觉晓处处闻啼鸟"}) {
    EXPECT_FALSE(password_weakness(good, "Ada.Lovelace")) << good;
  }
}

}  // namespace
}  // namespace falconet
