// Short texts put together by the words that they share.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace falconet {

/// The words of the texts, numbered from 0 to num_words − 1.
struct ThemeCorpus {
  std::vector<std::vector<int>> texts = {};  // each one's words, each word once
  int num_words = 0;
};

struct ThemeClusters {
  std::vector<int> of = {};      // [num_texts] from 0, the largest theme first; -1: in none
  std::vector<double> fit = {};  // [num_texts] nats a word by which its theme explains it better
                                 // than the whole corpus does
  int num_themes = 0;
};

/// A mixture of multinomials over words with Dirichlet priors, one theme a text (Yin and Wang 2014,
/// "A Dirichlet multinomial mixture model-based approach for short text clustering"): a collapsed
/// Gibbs sampler with up to 40 themes, of which most empty, then the best move of each text until
/// none improves, then the best merge of two themes until none improves the likelihood of the
/// words. That is the rule by which it stops; the number of themes follows from it.
/// Several starts; the one with the greatest likelihood counts. Texts that their theme explains
/// less than `kLeastFit` better than the whole corpus does are left out, and themes that keep fewer
/// than kLeastThemeTexts texts. Deterministic: depends on the texts' order, so sort them.
/// More than kMostFittedTexts: the themes are made of evenly spaced ones, the others join.
ThemeClusters cluster_texts(const ThemeCorpus& corpus, std::uint64_t seed);

constexpr int kLeastThemeTexts = 3;
constexpr double kLeastFit = 0.85;  // nats a word: its words are 2.3 times as common in the theme
constexpr std::size_t kMostFittedTexts = 3000;

}  // namespace falconet
