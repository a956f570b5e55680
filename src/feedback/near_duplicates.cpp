#include "feedback/near_duplicates.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <unordered_map>

#include "base/random.h"
#include "base/unicode.h"

namespace falconet {
namespace {

constexpr std::size_t kShingle = 4;
// Ten bands of four: texts that agree in 0.8 share a band with a chance of 99.5 %, those that agree
// in 0.4 with 23 %, and are compared in vain.
constexpr std::size_t kNumBands = 10;
constexpr std::size_t kBandRows = 4;
// Longer texts are judged by their beginning; a comment has some dozens of characters.
constexpr std::size_t kMostShingles = 2000;
// A band that many texts share is compared with its first texts only: the time stays linear.
constexpr std::size_t kMostCompared = 8;

using Shingles = std::vector<std::uint64_t>;  // sorted, each once
using Signature = std::array<std::uint64_t, kNumBands * kBandRows>;

std::uint64_t mixed(std::uint64_t value) { return split_mix(value); }

Shingles shingles_of(const std::string& bare) {
  std::u32string characters;
  for (std::size_t at = 0; at < bare.size() && characters.size() < kMostShingles;) {
    const Utf8Character next = decode_utf8(bare, at);
    characters += next.code_point;
    at += static_cast<std::size_t>(next.num_bytes);
  }
  Shingles out;
  const std::size_t size = std::min(kShingle, characters.size());
  for (std::size_t i = 0; i + size <= characters.size() && size > 0; ++i) {
    std::uint64_t hash = 0;
    for (std::size_t k = i; k < i + size; ++k) hash = mixed(hash ^ characters[k]);
    out.push_back(hash);
  }
  std::ranges::sort(out);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Signature signature_of(const Shingles& shingles) {
  Signature out;
  out.fill(~std::uint64_t{0});
  for (const std::uint64_t shingle : shingles) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      // One multiplication a function: multiply-shift by odd constants.
      const std::uint64_t hash = (shingle ^ (shingle >> 29)) * (2 * (i * 0x9E3779B97F4Au + 77) + 1);
      out[i] = std::min(out[i], hash ^ (hash >> 32));
    }
  }
  return out;
}

double agreement_of(const Shingles& a, const Shingles& b) {
  std::size_t both = 0;
  for (std::size_t i = 0, k = 0; i < a.size() && k < b.size();) {
    if (a[i] == b[k]) ++both;
    const std::uint64_t left = a[i];
    i += left <= b[k] ? 1 : 0;
    k += b[k] <= left ? 1 : 0;
  }
  const std::size_t any = a.size() + b.size() - both;
  return any == 0 ? 1 : static_cast<double>(both) / static_cast<double>(any);
}

/// Disjoint sets; the least number stands for its set.
class Groups {
 public:
  explicit Groups(std::size_t size) : parent_(size) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }

  int root(int i) {
    while (parent_[place(i)] != i) {
      parent_[place(i)] = parent_[place(parent_[place(i)])];
      i = parent_[place(i)];
    }
    return i;
  }
  void join(int a, int b) {
    a = root(a);
    b = root(b);
    parent_[place(std::max(a, b))] = std::min(a, b);
  }

 private:
  static std::size_t place(int i) { return static_cast<std::size_t>(i); }
  std::vector<int> parent_;
};

/// Texts that are the same when bare; the sorted different ones, and which of them each text is.
struct DistinctTexts {
  std::vector<std::string> bare = {};
  std::vector<int> of = {};
};

DistinctTexts distinct_texts(std::span<const std::string> texts) {
  DistinctTexts out;
  std::vector<std::string> all;
  for (const std::string& text : texts) all.push_back(bare_text(text));
  out.bare = all;
  std::ranges::sort(out.bare);
  out.bare.erase(std::unique(out.bare.begin(), out.bare.end()), out.bare.end());
  for (const std::string& text : all) {
    const auto found = std::ranges::lower_bound(out.bare, text);
    out.of.push_back(static_cast<int>(found - out.bare.begin()));
  }
  return out;
}

/// Over the sorted different texts, so that the order in which they came plays no part.
Groups similar_groups(const std::vector<std::string>& bare) {
  std::vector<Shingles> shingles;
  std::vector<Signature> signatures;
  for (const std::string& text : bare) {
    shingles.push_back(shingles_of(text));
    signatures.push_back(signature_of(shingles.back()));
  }
  Groups groups(bare.size());
  for (std::size_t band = 0; band < kNumBands; ++band) {
    std::unordered_map<std::uint64_t, std::vector<int>> buckets;
    for (std::size_t i = 0; i < bare.size(); ++i) {
      if (bare[i].empty()) continue;
      std::uint64_t key = band;
      for (std::size_t row = 0; row < kBandRows; ++row) {
        key = mixed(key ^ signatures[i][band * kBandRows + row]);
      }
      std::vector<int>& bucket = buckets[key];
      for (const int other : bucket) {
        const auto k = static_cast<std::size_t>(other);
        const bool is_known = groups.root(other) == groups.root(static_cast<int>(i));
        if (is_known || agreement_of(shingles[k], shingles[i]) < kNearDuplicate) continue;
        groups.join(other, static_cast<int>(i));
      }
      if (bucket.size() < kMostCompared) bucket.push_back(static_cast<int>(i));
    }
  }
  return groups;
}

}  // namespace

std::string bare_text(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Character next = decode_utf8(text, at);
    at += static_cast<std::size_t>(next.num_bytes);
    if (next.is_valid && (is_letter(next.code_point) || is_number(next.code_point))) {
      append_utf8(out, to_lower(next.code_point));
    }
  }
  return out;
}

std::vector<int> near_duplicate_groups(std::span<const std::string> texts) {
  const DistinctTexts distinct = distinct_texts(texts);
  Groups groups = similar_groups(distinct.bare);
  std::vector<int> number_of(distinct.bare.size(), -1);
  std::vector<int> out;
  int num_groups = 0;
  for (const int text : distinct.of) {
    const auto i = static_cast<std::size_t>(text);
    if (distinct.bare[i].empty()) {
      out.push_back(num_groups++);
      continue;
    }
    int& number = number_of[static_cast<std::size_t>(groups.root(text))];
    if (number < 0) number = num_groups++;
    out.push_back(number);
  }
  return out;
}

}  // namespace falconet
