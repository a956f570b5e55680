#include "completion/stop_matcher.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace falconet {
namespace {

// From the definition, over the whole text: try every end in order.
std::pair<std::string, std::optional<std::string>> expected(const std::string& text,
                                                            const std::vector<std::string>& stops,
                                                            StopText stop_text) {
  for (std::size_t end = 1; end <= text.size(); ++end) {
    std::optional<std::string> longest;
    for (const std::string& stop : stops) {
      const bool ends_here = std::string_view(text).substr(0, end).ends_with(stop);
      if (ends_here && (!longest || stop.size() > longest->size())) longest = stop;
    }
    if (!longest) continue;
    const std::size_t size = stop_text == StopText::Kept ? end : end - longest->size();
    return {text.substr(0, size), longest};
  }
  return {text, std::nullopt};
}

std::string random_text(std::size_t size, Random& random) {
  std::string text(size, 'a');
  for (char& c : text) c = static_cast<char>('a' + random.below(3));
  return text;
}

TEST(StopMatcher, AgreesWithTheDefinitionHoweverTheTextIsCut) {
  for (std::uint64_t seed = 0; seed < 5000; ++seed) {
    Random random(seed);
    const std::string text = random_text(random.below(40), random);
    std::vector<std::string> stops;
    for (std::uint64_t i = 1 + random.below(4); i > 0; --i) {
      stops.push_back(random_text(1 + random.below(6), random));
    }
    const StopText stop_text = random.below(2) == 0 ? StopText::Dropped : StopText::Kept;
    const auto [wanted, wanted_match] = expected(text, stops, stop_text);
    StopMatcher matcher(stops, stop_text);
    std::string given;
    for (std::size_t i = 0; i < text.size();) {
      const std::size_t size = 1 + random.below(5);
      given += matcher.push(std::string_view(text).substr(i, size));
      ASSERT_TRUE(wanted.starts_with(given)) << "leaked \"" << given << "\", seed " << seed;
      i += size;
    }
    given += matcher.finish();
    ASSERT_EQ(given, wanted) << "seed " << seed;
    ASSERT_EQ(matcher.match(), wanted_match) << "seed " << seed;
  }
}

TEST(StopMatcher, GivesTextOutAsSoonAsItIsCertain) {
  StopMatcher matcher({"STOP"}, StopText::Dropped);
  EXPECT_EQ(matcher.push("no S"), "no ");
  EXPECT_EQ(matcher.push("TO"), "");
  EXPECT_EQ(matcher.push("RE ST"), "STORE ");
  EXPECT_EQ(matcher.push("OP and more"), "");
  EXPECT_EQ(matcher.match(), "STOP");
  EXPECT_EQ(matcher.push("more"), "");
}

}  // namespace
}  // namespace falconet
