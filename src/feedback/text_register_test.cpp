#include "feedback/text_register.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/strings.h"

namespace falconet {
namespace {

struct LabelledText {
  std::string label = {};
  std::string text = {};
  bool was_at_hand = false;
};

std::vector<LabelledText> labelled_texts() {
  std::ifstream in(FALCONET_SOURCE_DIR "/testdata/feedback/labelled_registers.tsv");
  std::vector<LabelledText> texts;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    const auto columns = split(line, '\t');
    EXPECT_EQ(columns.size(), 2u) << line;
    texts.push_back({std::string(columns[0]), std::string(columns[1]), texts.size() % 4 < 2});
  }
  return texts;
}

struct RegisterCounts {
  int num_right = 0;  // given, and as labelled
  int num_given = 0;  // other than neutral
  int num_due = 0;    // labelled other than neutral

  double precision() const { return 1.0 * num_right / num_given; }
  double recall() const { return 1.0 * num_right / num_due; }
};

/// Mistakes are printed of what was at hand alone: who looks at the others can no longer be judged
/// by them.
RegisterCounts counts_on(bool was_at_hand) {
  RegisterCounts counts;
  for (const LabelledText& row : labelled_texts()) {
    if (row.was_at_hand != was_at_hand) continue;
    const std::string_view found = text_register_name(text_register(row.text));
    counts.num_due += row.label != "neutral";
    counts.num_given += found != "neutral";
    counts.num_right += found != "neutral" && found == row.label;
    if (was_at_hand) {
      EXPECT_EQ(found, row.label) << row.text;
    }
  }
  std::printf("%s: precision %.3f of %d, recall %.3f of %d\n",
              was_at_hand ? "at hand" : "kept back", counts.precision(), counts.num_given,
              counts.recall(), counts.num_due);
  return counts;
}

TEST(TextRegister, IsRightOnLabelledTexts) {
  EXPECT_EQ(labelled_texts().size(), 48u);
  EXPECT_EQ(counts_on(true).precision(), 1.0);
  // Measured once, when the lists were done; docs/feedback-data.md says the figures.
  const RegisterCounts kept_back = counts_on(false);
  EXPECT_GE(kept_back.precision(), 0.75);
  EXPECT_GE(kept_back.recall(), 0.25);
}

TEST(TextRegister, HasANameForEach) {
  for (const auto value : {TextRegister::Neutral, TextRegister::Colloquial, TextRegister::Formal,
                           TextRegister::Bookish}) {
    EXPECT_EQ(text_register_of(text_register_name(value)), value);
  }
  EXPECT_FALSE(text_register_of("poetic"));
}

TEST(TextRegister, IsNeutralWhereLittleSpeaksForAnything) {
  EXPECT_EQ(text_register(""), TextRegister::Neutral);
  EXPECT_EQ(text_register("yeah, furthermore"), TextRegister::Neutral) << "one of each";
  EXPECT_EQ(text_register(cat("yeah ", std::string(1'000, 'x'))), TextRegister::Neutral);
  EXPECT_EQ(text_register("itself, stuffy"), TextRegister::Neutral) << "words, not their parts";
}

TEST(TextRegister, TakesAnyBytes) {
  constexpr std::uint64_t kSeed = 7;
  RecordProperty("seed", std::to_string(kSeed));
  Random random(kSeed);
  for (int i = 0; i < 500; ++i) {
    std::string text;
    for (std::uint64_t k = random.below(3'000); k > 0; --k) {
      text += static_cast<char>(random.below(256));
    }
    text_register(text);
  }
}

}  // namespace
}  // namespace falconet
