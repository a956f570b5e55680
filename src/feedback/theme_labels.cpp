#include "feedback/theme_labels.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/unicode.h"
#include "feedback/sentiment_lexicon.h"

namespace falconet {
namespace {

constexpr std::size_t kLongestPhrase = 3;  // words
constexpr double kLeastLift = 1.5;         // times as common in the theme as elsewhere
constexpr int kLeastInside = 2;            // comments of the theme
constexpr double kPerWord = 0.2;           // a phrase says more than its words

struct Phrase {
  std::vector<std::string_view> stems = {};
  std::map<std::string, int> surfaces = {};
  int num_comments = 0;
  std::size_t last_comment = static_cast<std::size_t>(-1);
  double score = 0;

  /// The way it is mostly written; of equally common ones the first by bytes.
  const std::string& surface() const {
    return std::ranges::max_element(surfaces, {}, [](const auto& row) { return row.second; })
        ->first;
  }
};

/// A Chinese character alone names nothing, unless it judges (慢, 错).
bool is_name(const std::string& surface) {
  const Utf8Character first = decode_utf8(surface, 0);
  const bool is_lone = is_chinese_character(first.code_point) &&
                       surface.size() == static_cast<std::size_t>(first.num_bytes);
  if (!is_lone) return true;
  const auto found = sentiment_lexicon().find(surface);
  return found != sentiment_lexicon().end() && found->second.kind == SentimentWordKind::Feeling;
}

using Phrases = std::map<std::vector<std::string_view>, Phrase>;

/// Next to each other, overlapping (pairs of Chinese characters) or with a space between.
bool are_joined(const CommentWord& a, const CommentWord& b) { return b.begin <= a.end + 1; }

std::string surface_of(std::span<const CommentWord> words) {
  std::string out = words.front().surface;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::size_t end = words[i - 1].end;
    if (words[i].begin > end) out += ' ';
    out += words[i].surface.substr(end > words[i].begin ? end - words[i].begin : 0);
  }
  return out;
}

void add_phrases(std::span<const CommentWord> words, std::size_t comment, Phrases& phrases) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t n = 1; n <= kLongestPhrase && i + n <= words.size(); ++n) {
      if (n > 1 && !are_joined(words[i + n - 2], words[i + n - 1])) break;
      std::vector<std::string_view> stems;
      for (std::size_t k = i; k < i + n; ++k) stems.push_back(words[k].stem);
      Phrase& phrase = phrases[stems];
      phrase.stems = std::move(stems);
      if (phrase.last_comment != comment) ++phrase.num_comments;
      phrase.last_comment = comment;
      ++phrase.surfaces[surface_of(words.subspan(i, n))];
    }
  }
}

}  // namespace

WordFrequencies::WordFrequencies(std::span<const std::vector<CommentWord>> comments)
    : comments_(comments) {
  for (const auto& words : comments) {
    std::set<std::string_view> stems;
    for (const CommentWord& word : words) stems.insert(word.stem);
    for (const std::string_view stem : stems) ++counts_[stem];
  }
}

std::vector<std::string> WordFrequencies::keyphrases(std::span<const std::size_t> inside,
                                                     std::size_t most) const {
  Phrases phrases;
  for (const std::size_t comment : inside) add_phrases(comments_[comment], comment, phrases);
  const auto num_inside = static_cast<double>(inside.size());
  const auto num_all = static_cast<double>(comments_.size());
  const auto lift_of = [&](std::string_view stem) {
    const double here = (phrases.at({stem}).num_comments + 0.5) / (num_inside + 1);
    const double anywhere = (counts_.at(stem) + 0.5) / (num_all + 1);
    return here / anywhere;
  };
  std::vector<Phrase*> candidates;
  for (auto& [stems, phrase] : phrases) {
    double log_lift = 0;
    bool has_common_word = false;
    for (const std::string_view stem : stems) {
      const double lift = lift_of(stem);
      has_common_word |= lift < kLeastLift;
      log_lift += std::log(lift) / static_cast<double>(stems.size());
    }
    if (has_common_word || phrase.num_comments < kLeastInside || !is_name(phrase.surface())) {
      continue;
    }
    const double length = 1 + kPerWord * static_cast<double>(stems.size() - 1);
    phrase.score = phrase.num_comments * log_lift * length;
    candidates.push_back(&phrase);
  }
  std::ranges::stable_sort(candidates, std::greater(), [](const Phrase* p) { return p->score; });
  std::vector<std::string> out;
  std::set<std::string_view> used;
  for (const Phrase* phrase : candidates) {
    if (out.size() == most) break;
    const auto is_used = [&](std::string_view stem) { return used.contains(stem); };
    if (std::ranges::any_of(phrase->stems, is_used)) continue;
    used.insert(phrase->stems.begin(), phrase->stems.end());
    out.push_back(phrase->surface());
  }
  return out;
}

}  // namespace falconet
