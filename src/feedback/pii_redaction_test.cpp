// Personal data: found where people wrote it, not where numbers only look like it, in linear time.
#include "feedback/pii_redaction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>

#include "base/json.h"
#include "base/random.h"
#include "base/strings.h"
#include "base/testdata.h"

namespace falconet {
namespace {

using testing::HasSubstr;

struct MarkedText {
  std::string text = {};
  std::vector<PersonalDataRange> marks = {};
  bool was_at_hand = false;  // while the rules were mended
};

PersonalData kind_named(std::string_view name) {
  for (const PersonalData kind : kPersonalData) {
    if (personal_data_name(kind) == name) return kind;
  }
  ADD_FAILURE() << name << " is no kind of personal data";
  return PersonalData::Secret;
}

/// "mail {e_mail|a@b.de} now" as text and mark.
MarkedText marked_text(std::string_view line) {
  MarkedText out;
  while (true) {
    const std::size_t open = line.find('{');
    const std::size_t bar = line.find('|', open);
    const std::size_t close = line.find('}', open);
    if (open == line.npos || bar == line.npos || close < bar) break;
    out.text += line.substr(0, open);
    const std::size_t begin = out.text.size();
    out.text += line.substr(bar + 1, close - bar - 1);
    out.marks.push_back(
        {kind_named(line.substr(open + 1, bar - open - 1)), begin, out.text.size()});
    line.remove_prefix(close + 1);
  }
  out.text += line;
  return out;
}

std::vector<MarkedText> marked_texts() {
  std::ifstream in(FALCONET_SOURCE_DIR "/testdata/feedback/personal_data.tsv");
  std::vector<MarkedText> texts;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') continue;
    texts.push_back(marked_text(line));
    texts.back().was_at_hand = (texts.size() - 1) % 4 < 2;
  }
  return texts;
}

struct PiiScore {
  int num_right = 0;  // of the kind, covering all that was marked, at most two characters more
  int num_found = 0;
  int num_marked = 0;
  std::vector<std::string> mistakes = {};

  double precision() const { return 1.0 * num_right / num_found; }
  double recall() const { return 1.0 * num_right / num_marked; }
};

PiiScore pii_score(bool was_at_hand) {
  PiiScore score;
  for (const MarkedText& row : marked_texts()) {
    if (row.was_at_hand != was_at_hand) continue;
    const auto found = find_personal_data(row.text);
    int num_right = 0;
    for (const PersonalDataRange& mark : row.marks) {
      for (const PersonalDataRange& range : found) {
        const bool covers = range.begin <= mark.begin && range.end >= mark.end;
        const bool is_tight = range.end - range.begin <= mark.end - mark.begin + 6;
        num_right += range.kind == mark.kind && covers && is_tight ? 1 : 0;
      }
    }
    score.num_right += num_right;
    score.num_found += static_cast<int>(found.size());
    score.num_marked += static_cast<int>(row.marks.size());
    const auto size = static_cast<std::size_t>(num_right);
    if (size == row.marks.size() && size == found.size()) continue;
    score.mistakes.push_back(cat(row.text, " -> ", redact_personal_data(row.text).text));
  }
  return score;
}

TEST(PiiRedaction, FindsWhatIsMarkedInTextsThatWereAtHand) {
  const PiiScore score = pii_score(true);
  std::printf("at hand: precision %.3f recall %.3f of %d\n", score.precision(), score.recall(),
              score.num_marked);
  for (const std::string& mistake : score.mistakes) std::printf("  %s\n", mistake.c_str());
  EXPECT_GE(score.precision(), 0.97);
  EXPECT_GE(score.recall(), 0.97);
}

TEST(PiiRedaction, FindsWhatIsMarkedInTextsThatWereKeptBack) {
  const PiiScore score = pii_score(false);
  std::printf("kept back: precision %.3f recall %.3f of %d\n", score.precision(), score.recall(),
              score.num_marked);  // and not which: the rules shall not be fitted to them
  EXPECT_GE(score.precision(), 0.90);
  EXPECT_GE(score.recall(), 0.90);
}

TEST(PiiRedaction, MarksSayWhatStoodThereInTheTextsLanguage) {
  const RedactedText english = redact_personal_data("write to a.b@example.com or 415-555-2671");
  EXPECT_EQ(english.text, "write to [e-mail] or [phone]");
  EXPECT_EQ(english.counts.total(), 2);
  const RedactedText chinese = redact_personal_data("发到 a.b@example.com，手机13800138000");
  EXPECT_EQ(chinese.text, "发到 [邮箱]，手机[电话]");
  EXPECT_EQ(chinese.counts.of[static_cast<std::size_t>(PersonalData::Phone)], 1);
}

TEST(PiiRedaction, LeavesAloneWhatItHasRedacted) {
  for (const MarkedText& row : marked_texts()) {
    const std::string once = redact_personal_data(row.text).text;
    EXPECT_EQ(redact_personal_data(once).text, once) << row.text;
  }
}

// Luhn's and GB 11643's sums find every wrong digit: each such number is left alone.
TEST(PiiRedaction, BelievesNoNumberWhoseChecksumIsWrong) {
  const std::string card = "4111111111111111";
  const std::string id = "11010519491231002X";
  ASSERT_EQ(redact_personal_data(card).text, "[bank card]");
  ASSERT_EQ(redact_personal_data(id).text, "[ID card]");
  for (std::size_t i = 1; i < card.size(); ++i) {
    std::string wrong = card;
    wrong[i] = wrong[i] == '7' ? '3' : '7';
    EXPECT_EQ(redact_personal_data(wrong).text, wrong);
  }
  for (std::size_t i = 14; i < 17; ++i) {
    std::string wrong = id;
    wrong[i] = wrong[i] == '7' ? '3' : '7';
    EXPECT_EQ(redact_personal_data(wrong).text, wrong);
  }
}

TEST(PiiRedaction, RedactsTheWholeOfAKeyThatHasNoEnd) {
  const auto redacted = redact_personal_data("log: -----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nx");
  EXPECT_EQ(redacted.text, "log: [secret]");
}

TEST(PiiRedaction, TakesLinearTimeForHostileTexts) {
  for (const std::string unit : {"1", "a@", "1 ", "1-", "://", "-----BEGIN ", "eyJ", "::1", "路1号",
                                 "a.", "+1", "(0", "sk-", "password:", "1.", "区", "1 A", "x"}) {
    const auto seconds_for = [&](std::size_t size) {
      std::string text;
      while (text.size() < size) text += unit;
      const auto begin = std::chrono::steady_clock::now();
      const auto found = redact_personal_data(text);
      EXPECT_FALSE(found.text.empty());
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    seconds_for(1 << 10);  // warm
    // A linear pass takes well under a second, ten times that with sanitizers; a quadratic one,
    // with 7e10 steps, minutes.
    EXPECT_LT(seconds_for(1 << 18), 15) << unit;
  }
}

TEST(PiiRedaction, TakesAnyBytes) {
  const std::uint64_t seed = 20261130;
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  Random random(seed);
  const std::string_view pieces[] = {"@", ".", "1", "9", "-", ":", "路", "号",  "\xff", "\xe8",
                                     "+", "a", "Z", " ", "(", ")", "/",  "sk-", "市",   "BEGIN"};
  for (int i = 0; i < 3000; ++i) {
    std::string text;
    for (int k = 0; k < 40; ++k) text += pieces[random.below(std::size(pieces))];
    std::size_t done = 0;
    for (const PersonalDataRange& range : find_personal_data(text)) {
      ASSERT_GE(range.begin, done);
      ASSERT_LT(range.begin, range.end);
      ASSERT_LE(range.end, text.size());
      done = range.end;
    }
  }
}

// People wrote 7,998 explanations of passages from health authorities' pages. They hold no
// personal data but for a few service numbers, so that every find is a false alarm.
TEST(PiiRedaction, RaisesHardlyAnyFalseAlarmInPeoplesComments) {
  const auto path = test_data("feedback/feedbackqa_ratings.jsonl");
  if (!path) GTEST_SKIP();
  std::ifstream in(*path);
  std::int64_t num_texts = 0;
  std::int64_t num_found = 0;
  for (std::string line; std::getline(in, line);) {
    const Json row = parse_json(line).value();
    for (const Json& comment : row["feedback"]) {
      ++num_texts;
      num_found += redact_personal_data(comment.get<std::string>()).counts.total();
    }
  }
  std::printf("%lld finds in %lld comments\n", static_cast<long long>(num_found),
              static_cast<long long>(num_texts));
  EXPECT_LE(num_found, num_texts / 1000);
}

}  // namespace
}  // namespace falconet
