#include "feedback/themes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/strings.h"
#include "feedback/comment_text.h"
#include "feedback/comment_words.h"
#include "feedback/near_duplicates.h"
#include "feedback/theme_clusters.h"
#include "feedback/theme_labels.h"

namespace falconet {
namespace {

constexpr double kMostCommon = 0.4;       // words in more of the comments tell nothing apart
constexpr std::size_t kFewComments = 20;  // among which every word may
constexpr std::size_t kMostForVocabulary = 20'000;  // comments that Chinese words are sought in
constexpr std::size_t kMostQuoteCandidates = 40;
constexpr double kUnlike = 1.2;  // nats a word that a quote loses for being like an earlier one
constexpr std::size_t kShortQuote = 12;  // bytes: "so slow"
constexpr std::size_t kLongQuote = 240;

/// Texts that nearly say the same.
struct CommentGroup {
  std::vector<std::size_t> texts = {};  // the first one by bytes stands for all
  std::string normalized = {};
  std::vector<std::string> stems = {};  // sorted, each once
  int theme = -1;
  double fit = 0;
};

/// The comments of one language.
class LanguageThemes {
 public:
  LanguageThemes(std::vector<CommentGroup> groups, bool is_chinese)
      : groups_(std::move(groups)), is_chinese_(is_chinese) {}

  void cluster(std::uint64_t seed) {
    read_words();
    const ThemeClusters clusters = cluster_texts(corpus(), seed);
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      groups_[i].theme = clusters.of[i];
      groups_[i].fit = clusters.fit[i];
    }
    num_themes_ = clusters.num_themes;
  }

  int num_themes() const { return num_themes_; }
  bool is_chinese() const { return is_chinese_; }
  const std::vector<CommentGroup>& groups() const { return groups_; }
  const std::vector<std::vector<CommentWord>>& words() const { return words_; }

 private:
  void read_words() {
    std::vector<ChineseWords::Run> runs;
    const std::size_t step = groups_.size() / kMostForVocabulary + 1;
    for (std::size_t i = 0; i < groups_.size(); i += step) {
      for (std::u32string& run : chinese_runs(groups_[i].normalized)) {
        runs.push_back({std::move(run), static_cast<std::int32_t>(i)});
      }
    }
    const ChineseWords chinese(runs);
    for (CommentGroup& group : groups_) {
      words_.push_back(comment_words(group.normalized, chinese));
      for (const CommentWord& word : words_.back()) group.stems.push_back(word.stem);
      std::ranges::sort(group.stems);
      group.stems.erase(std::unique(group.stems.begin(), group.stems.end()), group.stems.end());
    }
  }

  /// Words in two comments at least, and not in nearly all.
  ThemeCorpus corpus() const {
    std::map<std::string_view, int> counts;
    for (const CommentGroup& group : groups_) {
      for (const std::string& stem : group.stems) ++counts[stem];
    }
    const double most = groups_.size() < kFewComments
                            ? static_cast<double>(groups_.size())
                            : kMostCommon * static_cast<double>(groups_.size());
    ThemeCorpus out;
    std::map<std::string_view, int> number;
    for (const auto& [stem, count] : counts) {
      if (count >= 2 && count <= most) number.emplace(stem, out.num_words++);
    }
    for (const CommentGroup& group : groups_) {
      std::vector<int>& text = out.texts.emplace_back();
      for (const std::string& stem : group.stems) {
        const auto found = number.find(stem);
        if (found != number.end()) text.push_back(found->second);
      }
    }
    return out;
  }

  std::vector<CommentGroup> groups_;
  bool is_chinese_ = false;
  std::vector<std::vector<CommentWord>> words_;
  int num_themes_ = 0;
};

std::vector<CommentGroup> groups_of(const FreeTexts& texts) {
  std::vector<std::string> all;
  for (const FreeText& text : texts.all) all.push_back(text.source.text);
  const std::vector<int> number = near_duplicate_groups(all);
  std::vector<CommentGroup> groups;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto group = static_cast<std::size_t>(number[i]);
    if (groups.size() <= group) groups.resize(group + 1);
    groups[group].texts.push_back(i);
  }
  const auto text_of = [&](std::size_t i) -> std::string_view { return all[i]; };
  for (CommentGroup& group : groups) {
    std::ranges::stable_sort(group.texts, std::less(), text_of);
    group.normalized = normalize_comment(all[group.texts.front()]).text;
  }
  std::ranges::sort(groups, std::less(), [&](const CommentGroup& group) {
    return std::tuple(std::string_view(group.normalized), text_of(group.texts.front()));
  });
  return groups;
}

double likeness(const CommentGroup& a, const CommentGroup& b) {
  std::size_t both = 0;
  for (const std::string& stem : a.stems) {
    both += std::ranges::binary_search(b.stems, stem) ? 1 : 0;
  }
  const std::size_t any = a.stems.size() + b.stems.size() - both;
  return any == 0 ? 1 : static_cast<double>(both) / static_cast<double>(any);
}

/// Central ones first, unlike each other, each from another person.
class QuoteChooser {
 public:
  QuoteChooser(const FreeTexts& texts, std::vector<const CommentGroup*> groups)
      : texts_(texts), groups_(std::move(groups)) {
    std::erase_if(groups_, [&](const CommentGroup* group) { return text_of(*group) == nullptr; });
    std::ranges::stable_sort(groups_, std::greater(),
                             [](const CommentGroup* group) { return worth(*group); });
    if (groups_.size() > kMostQuoteCandidates) groups_.resize(kMostQuoteCandidates);
  }

  std::vector<QuoteReference> choose() {
    while (quotes_.size() < kMaxQuotes) {
      const CommentGroup* best = nullptr;
      double most = 0;
      for (const CommentGroup* group : groups_) {
        if (text_of(*group) == nullptr) continue;
        double value = worth(*group);
        for (const CommentGroup* chosen : chosen_) value -= kUnlike * likeness(*group, *chosen);
        if (best != nullptr && value <= most) continue;
        best = group;
        most = value;
      }
      if (best == nullptr) break;
      const FreeText* text = text_of(*best);
      quotes_.push_back(text->source);
      people_.insert(text->person);
      chosen_.push_back(best);
      std::erase(groups_, best);
    }
    return std::move(quotes_);
  }

 private:
  static double worth(const CommentGroup& group) {
    const std::size_t size = group.normalized.size();
    return group.fit - (size < kShortQuote || size > kLongQuote ? 1 : 0);
  }

  /// Of somebody who is not quoted yet; the first by participant.
  const FreeText* text_of(const CommentGroup& group) const {
    const FreeText* first = nullptr;
    for (const std::size_t i : group.texts) {
      const FreeText& text = texts_.all[i];
      if (!text.may_be_quoted || people_.contains(text.person)) continue;
      const auto key = [](const FreeText& row) {
        return std::tie(row.source.text, row.source.participant_id, row.source.file, row.source.id);
      };
      if (first == nullptr || key(text) < key(*first)) first = &text;
    }
    return first;
  }

  const FreeTexts& texts_;
  std::vector<const CommentGroup*> groups_;
  std::vector<const CommentGroup*> chosen_;
  std::set<PersonId> people_;
  std::vector<QuoteReference> quotes_;
};

class ThemeMaker {
 public:
  explicit ThemeMaker(const FreeTexts& texts) : texts_(texts) {
    for (const FreeText& text : texts.all) {
      sentiments_.push_back(sentiment_of(text.source.text).sentiment);
    }
  }

  void add(const LanguageThemes& themes) {
    const WordFrequencies frequencies(themes.words());
    std::vector<std::vector<std::size_t>> inside(static_cast<std::size_t>(themes.num_themes()));
    for (std::size_t i = 0; i < themes.groups().size(); ++i) {
      const int theme = themes.groups()[i].theme;
      if (theme >= 0) inside[static_cast<std::size_t>(theme)].push_back(i);
    }
    for (const std::vector<std::size_t>& places : inside) {
      Made made{.theme = {.keyphrases = frequencies.keyphrases(places, kMostKeyphrases),
                          .language = themes.is_chinese() ? "zh" : "en",
                          .num_different = static_cast<std::int64_t>(places.size())}};
      std::vector<const CommentGroup*> groups;
      std::set<PersonId> people;
      for (const std::size_t place : places) {
        groups.push_back(&themes.groups()[place]);
        for (const std::size_t text : groups.back()->texts) {
          made.texts.push_back(text);
          people.insert(texts_.all[text].person);
          ++made.theme.sentiments[static_cast<std::size_t>(sentiments_[text])];
        }
      }
      made.theme.num_comments = static_cast<std::int64_t>(made.texts.size());
      made.theme.num_people = static_cast<std::int64_t>(people.size());
      if (made.theme.num_people < kLeastThemePeople || made.theme.keyphrases.empty()) continue;
      made.theme.quotes = QuoteChooser(texts_, std::move(groups)).choose();
      made_.push_back(std::move(made));
    }
  }

  ThemeResult result() {
    std::ranges::stable_sort(made_, [](const Made& a, const Made& b) {
      return std::tie(b.theme.num_people, b.theme.num_comments, a.theme.keyphrases) <
             std::tie(a.theme.num_people, a.theme.num_comments, b.theme.keyphrases);
    });
    ThemeResult out{.theme_of = std::vector<int>(texts_.all.size(), -1),
                    .num_comments = static_cast<std::int64_t>(texts_.all.size())};
    std::set<PersonId> people;
    for (const FreeText& text : texts_.all) people.insert(text.person);
    out.num_people = static_cast<std::int64_t>(people.size());
    for (const Sentiment sentiment : sentiments_) {
      ++out.sentiments[static_cast<std::size_t>(sentiment)];
    }
    std::vector<std::int64_t> people_by_theme;
    for (Made& made : made_) {
      for (const std::size_t text : made.texts) {
        out.theme_of[text] = static_cast<int>(out.themes.size());
      }
      people_by_theme.push_back(made.theme.num_people);
      out.themes.push_back(std::move(made.theme));
    }
    out.num_in_no_theme = std::count(out.theme_of.begin(), out.theme_of.end(), -1);
    if (out.themes.empty()) return out;
    auto saturation = theme_saturation(people_by_theme, static_cast<int>(out.num_people));
    if (saturation) out.saturation = std::move(*saturation);
    return out;
  }

 private:
  struct Made {
    Theme theme;
    std::vector<std::size_t> texts = {};
  };

  const FreeTexts& texts_;
  std::vector<Sentiment> sentiments_;  // [texts]
  std::vector<Made> made_;
};

}  // namespace

ThemeResult find_themes(const FreeTexts& texts, std::uint64_t seed) {
  std::vector<CommentGroup> chinese;
  std::vector<CommentGroup> english;
  std::vector<CommentGroup> all = groups_of(texts);
  const auto num_different = static_cast<std::int64_t>(all.size());
  for (CommentGroup& group : all) {
    (is_chinese_comment(group.normalized) ? chinese : english).push_back(std::move(group));
  }
  ThemeMaker maker(texts);
  LanguageThemes of_chinese(std::move(chinese), true);
  LanguageThemes of_english(std::move(english), false);
  for (LanguageThemes* themes : {&of_chinese, &of_english}) {
    themes->cluster(seed);
    maker.add(*themes);
  }
  ThemeResult out = maker.result();
  out.num_different = num_different;
  return out;
}

}  // namespace falconet
