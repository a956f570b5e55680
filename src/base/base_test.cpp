#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>

#include "base/channel.h"
#include "base/file.h"
#include "base/json.h"
#include "base/metadata.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "base/unicode.h"

namespace falconet {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return error(ErrorCode::InvalidArgument, n, " is odd");
  return n / 2;
}

Result<int> quarter(int n) {
  TRY_ASSIGN(const int h, half(n));
  TRY_ASSIGN(const int q, half(h));
  return q;
}

TEST(Result, CarriesTheFirstErrorOutOfNestedCalls) {
  EXPECT_EQ(quarter(12).value(), 3);
  ASSERT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().message, "3 is odd");
}

TEST(Strings, CatWritesNumbersInTheirShortestForm) {
  EXPECT_EQ(cat("x=", 1.5f, ' ', -3, ' ', true, ' ', std::string("s")), "x=1.5 -3 true s");
  EXPECT_EQ(fixed(2.0 / 3, 3), "0.667");
  EXPECT_EQ(human_bytes(1536), "1.50 KiB");
  EXPECT_EQ(replace_all("aXbXX", "X", "--"), "a--b----");
}

TEST(Strings, NumbersAreReadWholeOrNotAtAll) {
  EXPECT_EQ(parse_number<int>("42"), 42);
  EXPECT_FALSE(parse_number<int>("42x"));
  EXPECT_FALSE(parse_number<int>(""));
  EXPECT_FALSE(parse_number<std::uint8_t>("256"));
}

TEST(Unicode, RoundTripsEveryScalarValue) {
  for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 61) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, c);
    const Utf8Character back = decode_utf8(text, 0);
    ASSERT_TRUE(back.is_valid) << static_cast<std::uint32_t>(c);
    ASSERT_EQ(back.code_point, c);
    ASSERT_EQ(static_cast<std::size_t>(back.num_bytes), text.size());
  }
}

TEST(Unicode, RefusesOverlongSurrogateAndTruncatedForms) {
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xE4\xBD", "\x80", "\xFF"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << testing::PrintToString(bad);
  }
  // Examples of Unicode 15, section 3.9, table 3-8 and 3-11.
  EXPECT_EQ(to_valid_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), "\uFFFD\uFFFD\uFFFD\uFFFD\x41");
  EXPECT_EQ(to_valid_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41");
}

TEST(Unicode, KnowsHowMuchOfACharacterIsStillMissing) {
  EXPECT_EQ(incomplete_utf8_suffix("abc"), 0u);
  EXPECT_EQ(incomplete_utf8_suffix("ab\xE4\xBD"), 2u);
  EXPECT_EQ(incomplete_utf8_suffix("\xF0\x9F\x98"), 3u);
  EXPECT_EQ(incomplete_utf8_suffix("\xF0\x9F\x98\x80"), 0u);
  EXPECT_EQ(incomplete_utf8_suffix("\xC3"), 1u);
  EXPECT_EQ(incomplete_utf8_suffix("\xE0\x80"), 0u);  // can never become a character
}

TEST(Unicode, ComposesAsNfcDemands) {
  EXPECT_EQ(to_nfc("e\u0301"), "\u00E9");
  EXPECT_EQ(to_nfd("\u00E9"), "e\u0301");
  EXPECT_EQ(to_nfkc("\uFB01"), "fi");
}

// Composing the decomposition is NFC by definition; to_nfc takes a short cut where it may.
TEST(Unicode, ComposesEveryCharacterBehindEveryKindOfStarter) {
  for (char32_t c = 0x80; c <= 0x2FA1F; ++c) {
    if (c >= 0xD800 && c <= 0xDFFF) continue;
    for (const char32_t starter : {U'a', U'\u1100'}) {
      if (starter != U'a' && c >= 0x3100 && c < 0xA000) continue;  // ideographs: once is enough
      std::string text;
      append_utf8(text, starter);
      append_utf8(text, c);
      ASSERT_EQ(to_nfc(text), to_nfc(to_nfd(text))) << static_cast<std::uint32_t>(c);
    }
  }
}

TEST(Json, RefusesWhatIsNotJsonAndSaysWhere) {
  const auto bad = parse_json("{\"a\": 1,\n  oops}");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, ErrorCode::InvalidArgument);
  EXPECT_NE(bad.error().message.find("line 2"), std::string::npos) << bad.error().message;
}

TEST(Json, RefusesDeepNestingInsteadOfOverflowingTheStack) {
  const std::string deep(1'000'000, '[');
  const auto result = parse_json(deep);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::TooLarge);
  EXPECT_TRUE(parse_json("[[[[1]]]]"));
}

TEST(Json, MembersAreTyped) {
  const Json value = parse_json(R"({"n": 3, "x": 2.5, "s": "t", "b": false})").value();
  EXPECT_EQ(int_member(value, "n"), 3);
  EXPECT_FALSE(int_member(value, "x"));
  EXPECT_EQ(number_member(value, "n"), 3.0);
  EXPECT_EQ(string_member(value, "s"), "t");
  EXPECT_EQ(bool_member(value, "b"), false);
  EXPECT_FALSE(bool_member(value, "absent"));
}

TEST(Metadata, IntegersConvertOnlyWhereTheyFit) {
  Metadata metadata;
  metadata.set("small", std::uint64_t{7});
  metadata.set("huge", ~std::uint64_t{0});
  EXPECT_EQ(metadata.find_int("small"), 7);
  EXPECT_FALSE(metadata.find_int("huge"));
  EXPECT_NE(metadata.require_int("none").error().message.find("missing"), std::string::npos);
}

TEST(Channel, HandsOverEverythingSentBeforeItWasClosed) {
  Channel<int> channel;
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) channel.send(i);
    channel.close();
  });
  int expected = 0;
  while (const auto value = channel.receive()) EXPECT_EQ(*value, expected++);
  sender.join();
  EXPECT_EQ(expected, 1000);
  EXPECT_FALSE(channel.send(1));
}

TEST(ThreadPool, CoversEveryIndexExactlyOnce) {
  for (const int num_threads : {1, 2, 3, 5}) {
    ThreadPool pool(num_threads);
    for (const std::size_t count : {0u, 1u, 7u, 64u, 1000u}) {
      std::vector<std::atomic<int>> visits(count);
      pool.parallel_for(count, 8, [&](std::size_t begin, std::size_t end) {
        EXPECT_EQ(begin % 8, 0u);
        for (std::size_t i = begin; i < end; ++i) visits[i].fetch_add(1);
      });
      for (const auto& visit : visits) ASSERT_EQ(visit.load(), 1);
    }
  }
}

TEST(ThreadPool, RunsEachIndexOnce) {
  ThreadPool pool(4);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::atomic<int>> visits(4);
    pool.run([&](int index) { visits[static_cast<std::size_t>(index)].fetch_add(1); });
    for (const auto& visit : visits) ASSERT_EQ(visit.load(), 1);
  }
}

TEST(ThreadPool, JobsFollowEachOtherWithoutLosingOne) {
  ThreadPool pool(3);
  std::atomic<int> total{0};
  for (int i = 0; i < 2000; ++i) pool.run([&](int) { total.fetch_add(1); });
  EXPECT_EQ(total.load(), 6000);
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  const auto folder = std::filesystem::temp_directory_path() / cat("falconet-base-", ::getpid());
  std::filesystem::create_directory(folder);
  {
    auto file = AtomicFile::create(folder / "a").value();
    ASSERT_TRUE(file.write("half"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  {
    auto file = AtomicFile::create(folder / "a").value();
    ASSERT_TRUE(file.write("whole"));
    ASSERT_TRUE(file.commit());
  }
  EXPECT_EQ(read_file(folder / "a", 100).value(), "whole");
  EXPECT_EQ(read_file(folder / "a", 4).error().code, ErrorCode::TooLarge);
  EXPECT_EQ(read_file(folder / "b", 4).error().code, ErrorCode::NotFound);
  std::filesystem::remove_all(folder);
}

TEST(Random, MatchesThePublishedGenerator) {
  // First output of SplitMix64 from seed 0, as printed by the authors' reference program.
  std::uint64_t state = 0;
  EXPECT_EQ(split_mix(state), 0xE220A8397B1DCDAFu);
  Random random(1);
  double mean = 0;
  double square = 0;
  for (int i = 0; i < 20000; ++i) {
    const double x = random.normal();
    mean += x / 20000;
    square += x * x / 20000;
  }
  EXPECT_NEAR(mean, 0, 0.03);
  EXPECT_NEAR(square, 1, 0.04);
}

}  // namespace
}  // namespace falconet
