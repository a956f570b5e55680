// Transcripts, whole and broken.
#include "feedback/transcript.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/strings.h"
#include "base/unicode.h"

namespace falconet {
namespace {

using Turns = std::vector<TranscriptTurn>;

Turns turns_of(std::string_view text, TranscriptFormat format = TranscriptFormat::Text) {
  const auto turns = parse_transcript(text, format);
  EXPECT_TRUE(turns) << turns.error().message;
  return turns ? *turns : Turns{};
}

std::string refusal(std::string_view text, TranscriptFormat format) {
  const auto turns = parse_transcript(text, format);
  EXPECT_FALSE(turns);
  return turns ? "" : turns.error().message;
}

TEST(Transcript, TextIsCutWhereSomebodyIsNamed) {
  EXPECT_EQ(turns_of("\xEF\xBB\xBFInterviewer: How was it?\r\nAda: Fine.\r\nMostly.\r\n\r\nAda: "
                     "Then it forgot.\r\n访谈者：为什么？\r\n"),
            (Turns{{.speaker = "Interviewer", .text = "How was it?"},
                   {.speaker = "Ada", .text = "Fine.\nMostly.\nThen it forgot."},
                   {.speaker = "访谈者", .text = "为什么？"}}));
}

TEST(Transcript, MarkdownMarksAndTimesAreNoSpeech) {
  EXPECT_EQ(turns_of("# Talk 3\n\n---\n**Q:** Why?\n\n[00:01:02] **P3:** See https://example.org: "
                     "it lists 3:1 odds.\n- (02:03) Q: And?\n"),
            (Turns{{.speaker = "Q", .text = "Why?"},
                   {.speaker = "P3",
                    .begin_ms = 62'000,
                    .text = "See https://example.org: it lists 3:1 odds."},
                   {.speaker = "Q", .begin_ms = 123'000, .text = "And?"}}));
}

TEST(Transcript, WebVttHasTimesVoicesAndComments) {
  EXPECT_EQ(
      turns_of("WEBVTT - Talk\n\nNOTE made by\na machine\n\n1\n00:01.000 --> 00:02.500 "
               "align:start\n<v Interviewer>How <b>was</b> it?</v>\n\n00:00:03.000 --> "
               "00:00:04.000\n<v.loud Ada>2 &lt; 3 &amp;amp; so\non\n\n00:00:05.000 --> "
               "00:00:06.250\n<v Ada>Fine.\n",
               TranscriptFormat::Vtt),
      (Turns{{.speaker = "Interviewer", .begin_ms = 1000, .end_ms = 2500, .text = "How was it?"},
             {.speaker = "Ada",
              .begin_ms = 3000,
              .end_ms = 6250,
              .text = "2 < 3 &amp; so\non\nFine."}}));
}

TEST(Transcript, SubRipHasCommasAndNamesInItsText) {
  EXPECT_EQ(turns_of("1\r\n00:00:01,000 --> 00:00:02,000\r\nQ: Why?\r\n\r\n2\r\n01:00:00,5 --> "
                     "01:00:01,250\r\nBecause.\r\n",
                     TranscriptFormat::SubRip),
            (Turns{{.speaker = "Q", .begin_ms = 1000, .end_ms = 2000, .text = "Why?"},
                   {.begin_ms = 3'600'500, .end_ms = 3'601'250, .text = "Because."}}));
}

TEST(Transcript, BrokenFilesAreRefusedWithTheirLine) {
  EXPECT_NE(
      refusal("1\n00:00:05,000 --> 00:00:02,000\nx\n", TranscriptFormat::SubRip).find("line 2"),
      std::string::npos);
  EXPECT_NE(
      refusal("WEBVTT\n\n00:99:01.000 --> 00:02.000\nx\n", TranscriptFormat::Vtt).find("line 3"),
      std::string::npos);
  EXPECT_NE(refusal("00:01.000 --> 00:02.000\nx\n", TranscriptFormat::Vtt).find("WEBVTT"),
            std::string::npos);
  EXPECT_NE(refusal("\n \n# only a heading\n", TranscriptFormat::Text).find("nobody"),
            std::string::npos);
  EXPECT_NE(refusal("", TranscriptFormat::SubRip).find("nobody"), std::string::npos);
  EXPECT_NE(refusal("Ada: caf\xE9", TranscriptFormat::Text).find("UTF-8"), std::string::npos);
  EXPECT_NE(refusal(std::string_view("Ada: a\0b", 8), TranscriptFormat::Text).find("UTF-8"),
            std::string::npos);
}

TEST(Transcript, HasBounds) {
  const auto code = [](const std::string& text) {
    return parse_transcript(text, TranscriptFormat::Text).error().code;
  };
  EXPECT_EQ(code(std::string(kMaxTranscriptBytes + 1, 'x')), ErrorCode::TooLarge);
  EXPECT_EQ(code("A: " + std::string(kMaxTurnBytes + 1, 'x')), ErrorCode::TooLarge);
  std::string many;
  for (std::size_t i = 0; i <= kMaxTurns; ++i) many += i % 2 == 0 ? "A: x\n" : "B: y\n";
  EXPECT_EQ(code(many), ErrorCode::TooLarge);
}

TEST(Transcript, AWordProcessorsFileIsRefusedWithTheReason) {
  EXPECT_EQ(transcript_format_of("Talk.DOCX").value(), TranscriptFormat::Docx);
  EXPECT_EQ(transcript_format_of("Talk.odt").error().code, ErrorCode::Unsupported);
  EXPECT_NE(transcript_format_of("talk.odt").error().message.find("plain text"), std::string::npos);
  EXPECT_EQ(transcript_format_of("talk.pdf").error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(transcript_format_of("Talk.VTT").value(), TranscriptFormat::Vtt);
}

// Pieces of transcripts in any order and cut anywhere: every turn that comes out is within bounds
// and valid, and nothing crashes (the sanitizers watch in the dev build).
TEST(Transcript, WithstandsAnyMixtureOfItsParts) {
  constexpr std::uint64_t kSeed = 90'210;
  SCOPED_TRACE(testing::Message() << "seed " << kSeed);
  const std::vector<std::string> parts = {
      "WEBVTT", "\n",  "\r\n", "00:01.000", " --> ",  "99:99",      "<v Ada>", "<v", ">",  "<",
      "&amp;",  "Ada", ":",    "：",        "访谈者", "[00:01:02]", "[",       "]",  "**", "# ",
      "NOTE",   "1",   ",",    ".",         " ",      "x",          "好",      "-",  "(",  "00:"};
  Random random(kSeed);
  for (int i = 0; i < 3000; ++i) {
    std::string text = i % 2 == 0 ? "WEBVTT\n\n" : "";
    for (std::uint64_t n = random.below(40); n > 0; --n) text += parts[random.below(parts.size())];
    text.resize(random.below(text.size() + 1));
    for (const TranscriptFormat format :
         {TranscriptFormat::Text, TranscriptFormat::Vtt, TranscriptFormat::SubRip}) {
      const auto turns = parse_transcript(text, format);
      if (!turns) continue;
      for (const TranscriptTurn& turn : *turns) {
        ASSERT_FALSE(trim(turn.text).empty()) << text;
        ASSERT_TRUE(is_valid_utf8(turn.speaker)) << text;
        ASSERT_LE(turn.speaker.size(), kMaxSpeakerBytes);
        ASSERT_LE(turn.begin_ms.value_or(0), turn.end_ms.value_or(1'000'000'000));
      }
    }
  }
}

}  // namespace
}  // namespace falconet
