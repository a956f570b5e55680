// What people speak of in words of their own: comments put together by what they share, each theme
// with its keyphrases, its people, how they sound, and quotes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feedback/free_texts.h"
#include "feedback/sentiment.h"
#include "stats/saturation.h"

namespace falconet {

struct Theme {
  std::vector<std::string> keyphrases = {};  // its label: words that are more common in it
  std::string language = {};                 // "zh", "en"
  std::int64_t num_people = 0;
  std::int64_t num_comments = 0;
  std::int64_t num_different = 0;               // near duplicates counted once
  std::array<std::int64_t, 3> sentiments = {};  // comments by Sentiment
  std::vector<QuoteReference> quotes = {};      // central and unlike each other
};

struct ThemeResult {
  std::vector<Theme> themes = {};  // the one with most people first
  std::vector<int> theme_of = {};  // [texts], -1: in none
  std::int64_t num_people = 0;     // who wrote anything
  std::int64_t num_comments = 0;
  std::int64_t num_different = 0;
  std::int64_t num_in_no_theme = 0;             // comments
  std::array<std::int64_t, 3> sentiments = {};  // of all comments
  std::optional<Saturation> saturation = {};    // themes against people; none without a theme
};

constexpr std::size_t kMostKeyphrases = 4;
constexpr std::int64_t kLeastThemePeople = 2;  // what one person says over and over is no theme

/// Chinese and English comments apart. Near duplicates weigh as one comment, and people count once
/// a theme. The texts' order plays no part but for `theme_of`.
ThemeResult find_themes(const FreeTexts& texts, std::uint64_t seed);

}  // namespace falconet
