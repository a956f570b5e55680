#include "feedback/chinese_words.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/random.h"
#include "base/unicode.h"
#include "feedback/comment_text.h"
#include "feedback/comment_words.h"
#include "feedback/issue_lexicon.h"

namespace falconet {
namespace {

constexpr std::size_t kLongestWord = 6;
constexpr std::int32_t kLeastComments = 3;  // with the run
// How many times more often the parts stand together than if characters were dealt at random.
constexpr double kLeastCohesion = 12;
constexpr double kLeastEntropy = 0.65;  // nats; of neighbours: two equally common ones have 0.69
constexpr double kLexiconWeight = 1;
// Characters that begin or end no word worth naming.
constexpr std::u32string_view kFunctionCharacters =
    U"的了着过吗呢吧啊呀是在我你他她它这那就也都还又很太和与及或而但把被给让对从到个们";

/// One number for a run of characters; 64 bits, so that two of a corpus hardly ever share one.
std::uint64_t packed(std::u32string_view text) {
  std::uint64_t key = 0;
  for (const char32_t c : text) {
    std::uint64_t state = key ^ c;
    key = split_mix(state);
  }
  return key;
}

struct RunCount {
  std::int32_t count = 0;
  std::int32_t num_comments = 0;
  std::int32_t last_comment = -1;

  void add(std::int32_t comment) {
    ++count;
    num_comments += comment != last_comment ? 1 : 0;
    last_comment = comment;
  }
};

using RunCounts = std::unordered_map<std::uint64_t, RunCount>;

RunCounts count_runs(std::span<const ChineseWords::Run> runs) {
  RunCounts counts;
  for (const auto& run : runs) {
    const std::u32string_view text = run.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (std::size_t n = 1; n <= kLongestWord && i + n <= text.size(); ++n) {
        counts[packed(text.substr(i, n))].add(run.comment);
      }
    }
  }
  return counts;
}

/// The least of count · total / (count of the left part · of the right part) over all divisions.
double cohesion(const RunCounts& counts, std::u32string_view text, double count, double total) {
  double least = 1e300;
  for (std::size_t i = 1; i < text.size(); ++i) {
    const double left = counts.at(packed(text.substr(0, i))).count;
    const double right = counts.at(packed(text.substr(i))).count;
    least = std::min(least, count * total / (left * right));
  }
  return least;
}

/// Neighbours of a candidate on one side. The border of a run is a new neighbour each time.
struct Neighbours {
  std::vector<char32_t> seen = {};
  std::int32_t num_borders = 0;

  void add(char32_t neighbour) {
    if (neighbour == 0) {
      ++num_borders;
    } else {
      seen.push_back(neighbour);
    }
  }
  std::int32_t num_seen() const { return static_cast<std::int32_t>(seen.size()) + num_borders; }

  double entropy() const {
    std::vector<char32_t> sorted = seen;
    std::ranges::sort(sorted);
    const double total = static_cast<double>(sorted.size()) + num_borders;
    double sum = num_borders > 0 ? num_borders / total * std::log(total) : 0;
    for (std::size_t i = 0; i < sorted.size();) {
      std::size_t end = i;
      while (end < sorted.size() && sorted[end] == sorted[i]) ++end;
      const double share = static_cast<double>(end - i) / total;
      sum -= share * std::log(share);
      i = end;
    }
    return sum;
  }
};

bool may_be_word(std::u32string_view text) {
  return kFunctionCharacters.find(text.front()) == kFunctionCharacters.npos &&
         kFunctionCharacters.find(text.back()) == kFunctionCharacters.npos;
}

struct Candidate {
  Neighbours before = {};
  Neighbours after = {};
};

}  // namespace

ChineseWords::ChineseWords(std::span<const Run> runs) {
  discover(runs);
  add_lexicon();
}

void ChineseWords::add_lexicon() {
  const auto add = [&](std::string_view alternatives) {
    for (const LexiconTerm& term : parse_terms(alternatives)) {
      std::u32string characters;
      for (std::size_t at = 0; at < term.text.size();) {
        const Utf8Character next = decode_utf8(term.text, at);
        characters += next.code_point;
        at += static_cast<std::size_t>(next.num_bytes);
      }
      const bool is_chinese = std::ranges::all_of(characters, is_chinese_character);
      if (!is_chinese || characters.size() < 2 || characters.size() > kLongestWord) continue;
      weights_.try_emplace(packed(characters), kLexiconWeight);
    }
  };
  for (const IssueCue& cue : issue_cues()) {
    std::string pattern(cue.pattern);
    std::ranges::replace(pattern, '&', '|');
    std::ranges::replace(pattern, '!', '|');
    add(pattern);
  }
  add(positive_terms());
  add(negative_terms());
  for (const std::u32string_view word : chinese_stop_words()) {
    weights_.try_emplace(packed(word), kLexiconWeight);
  }
}

void ChineseWords::discover(std::span<const Run> runs) {
  const RunCounts counts = count_runs(runs);
  double total = 0;
  for (const Run& run : runs) total += static_cast<double>(run.text.size());
  std::unordered_map<std::uint64_t, Candidate> candidates;
  const auto visit = [&](std::u32string_view text, std::size_t begin, std::size_t size) {
    const std::u32string_view part = text.substr(begin, size);
    const std::uint64_t key = packed(part);
    const RunCount& count = counts.at(key);
    if (count.num_comments < kLeastComments || !may_be_word(part)) return;
    Candidate& candidate = candidates[key];
    candidate.before.add(begin == 0 ? U'\0' : text[begin - 1]);
    candidate.after.add(begin + size == text.size() ? U'\0' : text[begin + size]);
    if (candidate.before.num_seen() < count.count) return;  // judged with its last occurrence
    const double clings = cohesion(counts, part, count.count, total);
    const double branches = std::min(candidate.before.entropy(), candidate.after.entropy());
    if (clings < kLeastCohesion || branches < kLeastEntropy) return;
    weights_.emplace(key, std::log(1.0 + count.num_comments) * std::log(clings) * branches);
    ++num_discovered_;
  };
  for (const Run& run : runs) {
    for (std::size_t i = 0; i < run.text.size(); ++i) {
      const std::size_t most = std::min(kLongestWord, run.text.size() - i);
      for (std::size_t n = 2; n <= most; ++n) visit(run.text, i, n);
    }
  }
}

bool ChineseWords::is_word(std::u32string_view text) const {
  return text.size() <= kLongestWord && weights_.contains(packed(text));
}

std::vector<ChinesePiece> ChineseWords::cut(std::u32string_view run) const {
  struct Best {
    int num_pieces = 0;
    double weight = 0;
    std::size_t from = 0;
  };
  std::vector<Best> best(run.size() + 1);
  for (std::size_t end = 1; end <= run.size(); ++end) {
    best[end] = {best[end - 1].num_pieces + 1, best[end - 1].weight, end - 1};
    for (std::size_t n = 2; n <= kLongestWord && n <= end; ++n) {
      const auto found = weights_.find(packed(run.substr(end - n, n)));
      if (found == weights_.end()) continue;
      const Best& before = best[end - n];
      const Best next{before.num_pieces + 1, before.weight + found->second, end - n};
      const bool is_better =
          next.num_pieces < best[end].num_pieces ||
          (next.num_pieces == best[end].num_pieces && next.weight > best[end].weight + 1e-12);
      if (is_better) best[end] = next;
    }
  }
  std::vector<ChinesePiece> pieces;
  for (std::size_t end = run.size(); end > 0; end = best[end].from) {
    pieces.push_back({best[end].from, end, end - best[end].from > 1});
  }
  std::ranges::reverse(pieces);
  return pieces;
}

}  // namespace falconet
