#include "feedback/theme_clusters.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "base/random.h"
#include "stats/special_functions.h"

namespace falconet {
namespace {

constexpr std::size_t kMostThemes = 40;
constexpr double kThemeAlpha = 0.1;  // Yin and Wang's; texts' pull towards large themes
constexpr double kThemeBeta = 0.1;   // words' smoothing: smaller values make more and purer themes
constexpr int kSweeps = 15;
constexpr int kMostDescents = 10;
constexpr std::uint64_t kStarts = 3;

using Words = std::vector<int>;

/// Themes as counts, with every way of moving texts and its gain.
class ThemeMixture {
 public:
  ThemeMixture(std::span<const Words> texts, int num_words, std::size_t num_themes)
      : texts_(texts),
        num_words_(static_cast<std::size_t>(num_words)),
        num_themes_(num_themes),
        word_counts_(num_words_ * num_themes),
        theme_words_(num_themes),
        theme_texts_(num_themes),
        of_(texts.size(), -1) {
    std::size_t total = 0;
    for (const Words& text : texts) total += text.size();
    for (std::size_t n = 0; n <= total + 1; ++n) {
      const auto count = static_cast<double>(n);
      log_word_.push_back(std::log(count + kThemeBeta));
      log_total_.push_back(std::log(count + kThemeBeta * static_cast<double>(num_words)));
      log_texts_.push_back(std::log(count + kThemeAlpha));
    }
  }

  void start(Random& random) {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      put(i, static_cast<int>(random.below(num_themes_)));
    }
  }

  void sweep(Random& random) {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      take(i);
      scores_of(texts_[i], scores_);
      put(i, draw(random));
    }
  }

  /// Every text to its best theme; whether any moved.
  bool descend() {
    bool has_moved = false;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      const int before = of_[i];
      take(i);
      scores_of(texts_[i], scores_);
      put(i, static_cast<int>(std::ranges::max_element(scores_) - scores_.begin()));
      has_moved |= of_[i] != before;
    }
    return has_moved;
  }

  /// The best merge, if one improves the likelihood.
  bool merge() {
    std::vector<double> own(num_themes_);
    for (std::size_t k = 0; k < num_themes_; ++k) own[k] = likelihood({k});
    double best = 0;
    std::pair<std::size_t, std::size_t> which;
    for (std::size_t a = 0; a < num_themes_; ++a) {
      for (std::size_t b = a + 1; b < num_themes_; ++b) {
        if (theme_texts_[a] == 0 || theme_texts_[b] == 0) continue;
        const double gain = likelihood({a, b}) - own[a] - own[b];
        if (gain <= best + 1e-9) continue;
        best = gain;
        which = {a, b};
      }
    }
    if (best <= 0) return false;
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      if (of_[i] != static_cast<int>(which.second)) continue;
      take(i);
      put(i, static_cast<int>(which.first));
    }
    return true;
  }

  double likelihood() const {
    double sum = 0;
    for (std::size_t k = 0; k < num_themes_; ++k) sum += likelihood({k});
    return sum;
  }

  const std::vector<int>& of() const { return of_; }

  /// Log of the chance of a text's words under each theme, its size included.
  void scores_of(const Words& text, std::vector<double>& scores) const {
    scores.resize(num_themes_);
    for (std::size_t k = 0; k < num_themes_; ++k) scores[k] = log_texts_[theme_texts_[k]];
    for (std::size_t w = 0; w < text.size(); ++w) {
      const std::uint32_t* counts = row_of(text[w]);
      for (std::size_t k = 0; k < num_themes_; ++k) {
        scores[k] += log_word_[counts[k]] - log_total_[theme_words_[k] + w];
      }
    }
  }

  /// Nats a word by which theme k explains the text better than all texts together do.
  double fit(const Words& text, std::size_t k, bool is_inside) const {
    if (text.empty()) return 0;
    const std::uint32_t own = is_inside ? 1 : 0;
    const std::size_t own_words = is_inside ? text.size() : 0;
    std::size_t total = 0;
    for (const std::uint32_t words : theme_words_) total += words;
    double sum = 0;
    for (const int word : text) {
      const std::uint32_t* counts = row_of(word);
      const std::uint32_t all = std::accumulate(counts, counts + num_themes_, std::uint32_t{0});
      sum += log_word_[counts[k] - own] - log_total_[theme_words_[k] - own_words] -
             (log_word_[all - own] - log_total_[total - own_words]);
    }
    return sum / static_cast<double>(text.size());
  }

 private:
  std::uint32_t* row_of(int word) {
    return word_counts_.data() + static_cast<std::size_t>(word) * num_themes_;
  }
  const std::uint32_t* row_of(int word) const {
    return word_counts_.data() + static_cast<std::size_t>(word) * num_themes_;
  }

  void put(std::size_t i, int theme) {
    const auto k = static_cast<std::size_t>(theme);
    of_[i] = theme;
    ++theme_texts_[k];
    theme_words_[k] += static_cast<std::uint32_t>(texts_[i].size());
    for (const int word : texts_[i]) ++row_of(word)[k];
  }

  void take(std::size_t i) {
    const auto k = static_cast<std::size_t>(of_[i]);
    --theme_texts_[k];
    theme_words_[k] -= static_cast<std::uint32_t>(texts_[i].size());
    for (const int word : texts_[i]) --row_of(word)[k];
  }

  int draw(Random& random) {
    const double most = std::ranges::max(scores_);
    double sum = 0;
    for (double& score : scores_) sum += score = std::exp(score - most);
    double left = random.uniform() * sum;
    for (std::size_t k = 0; k < num_themes_; ++k) {
      left -= scores_[k];
      if (left < 0) return static_cast<int>(k);
    }
    return static_cast<int>(num_themes_ - 1);
  }

  /// Of the themes' words and of having those texts, all put into one.
  double likelihood(std::initializer_list<std::size_t> themes) const {
    double texts = 0;
    double words = 0;
    for (const std::size_t k : themes) {
      texts += theme_texts_[k];
      words += theme_words_[k];
    }
    const double all = kThemeBeta * static_cast<double>(num_words_);
    double sum = log_gamma(texts + kThemeAlpha) - log_gamma(kThemeAlpha) + log_gamma(all) -
                 log_gamma(words + all);
    for (std::size_t w = 0; w < num_words_; ++w) {
      std::uint32_t count = 0;
      for (const std::size_t k : themes) count += word_counts_[w * num_themes_ + k];
      if (count > 0) sum += rising(count);
    }
    return sum;
  }

  /// ln Γ(count + β) − ln Γ(β).
  double rising(std::uint32_t count) const {
    while (rising_.size() <= count) {
      rising_.push_back(rising_.empty() ? 0 : rising_.back() + log_word_[rising_.size() - 1]);
    }
    return rising_[count];
  }

  std::span<const Words> texts_;  // the caller's
  std::size_t num_words_;
  std::size_t num_themes_;
  std::vector<std::uint32_t> word_counts_;  // [num_words, num_themes]
  std::vector<std::uint32_t> theme_words_;
  std::vector<std::uint32_t> theme_texts_;
  std::vector<int> of_;
  std::vector<double> scores_;
  std::vector<double> log_word_;   // ln(n + β)
  std::vector<double> log_total_;  // ln(n + β · num_words)
  std::vector<double> log_texts_;  // ln(n + α)
  mutable std::vector<double> rising_;
};

ThemeMixture fitted(std::span<const Words> texts, int num_words, std::uint64_t seed) {
  const std::size_t num_themes = std::clamp<std::size_t>(texts.size() / 3, 1, kMostThemes);
  std::optional<ThemeMixture> best;
  for (std::uint64_t start = 0; start < kStarts; ++start) {
    Random random(seed + start);
    ThemeMixture mixture(texts, num_words, num_themes);
    mixture.start(random);
    for (int sweep = 0; sweep < kSweeps; ++sweep) mixture.sweep(random);
    for (int i = 0; i < kMostDescents && mixture.descend(); ++i) {
    }
    while (mixture.merge()) {
    }
    for (int i = 0; i < kMostDescents && mixture.descend(); ++i) {
    }
    if (!best || mixture.likelihood() > best->likelihood() + 1e-9) best.emplace(std::move(mixture));
  }
  return std::move(*best);
}

/// Themes renumbered by size, those with too few texts taken away.
void keep_large_themes(std::size_t num_themes, ThemeClusters& out) {
  std::vector<int> sizes(num_themes);
  for (const int theme : out.of) {
    if (theme >= 0) ++sizes[static_cast<std::size_t>(theme)];
  }
  std::vector<int> order(num_themes);
  std::iota(order.begin(), order.end(), 0);
  const auto size_of = [&](int theme) { return sizes[static_cast<std::size_t>(theme)]; };
  std::ranges::stable_sort(order, std::greater(), size_of);
  std::vector<int> number(num_themes, -1);
  for (const int theme : order) {
    if (size_of(theme) < kLeastThemeTexts) break;
    number[static_cast<std::size_t>(theme)] = out.num_themes++;
  }
  for (int& theme : out.of) {
    if (theme >= 0) theme = number[static_cast<std::size_t>(theme)];
  }
}

}  // namespace

ThemeClusters cluster_texts(const ThemeCorpus& corpus, std::uint64_t seed) {
  ThemeClusters out{.of = std::vector<int>(corpus.texts.size(), -1),
                    .fit = std::vector<double>(corpus.texts.size())};
  std::vector<Words> chosen;
  std::vector<int> place(corpus.texts.size(), -1);
  const std::size_t step = corpus.texts.size() / kMostFittedTexts + 1;
  for (std::size_t i = 0; i < corpus.texts.size(); i += step) {
    if (corpus.texts[i].empty()) continue;
    place[i] = static_cast<int>(chosen.size());
    chosen.push_back(corpus.texts[i]);
  }
  if (chosen.empty()) return out;
  const ThemeMixture mixture = fitted(chosen, corpus.num_words, seed);
  std::vector<double> scores;
  mixture.scores_of(chosen.front(), scores);
  const std::size_t num_themes = scores.size();
  for (std::size_t i = 0; i < corpus.texts.size(); ++i) {
    if (corpus.texts[i].empty()) continue;
    const bool is_chosen = place[i] >= 0;
    int theme = -1;
    if (is_chosen) {
      theme = mixture.of()[static_cast<std::size_t>(place[i])];
    } else {
      mixture.scores_of(corpus.texts[i], scores);
      theme = static_cast<int>(std::ranges::max_element(scores) - scores.begin());
    }
    out.fit[i] = mixture.fit(corpus.texts[i], static_cast<std::size_t>(theme), is_chosen);
    if (out.fit[i] >= kLeastFit) out.of[i] = theme;
  }
  keep_large_themes(num_themes, out);
  return out;
}

}  // namespace falconet
