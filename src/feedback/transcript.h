// Transcripts of interviews as people write them down or programs make them: turns of speech.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace falconet {

enum class TranscriptFormat {
  Text,    // "Ada: …" begins a turn; .txt and .md
  Vtt,     // WebVTT
  SubRip,  // .srt
  Docx,    // a word processor's document: its paragraphs as Text
};

// Two hours of talk are about 120,000 characters; four bytes each at most, and timings.
constexpr std::size_t kMaxTranscriptBytes = std::size_t{2} << 20;
constexpr std::size_t kMaxTurns = 10'000;
// A record of interviews.jsonl holds one turn.
constexpr std::size_t kMaxTurnBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxSpeakerBytes = 60;

struct TranscriptTurn {
  std::string speaker = {};  // empty: the transcript does not say
  std::optional<std::int64_t> begin_ms = {};
  std::optional<std::int64_t> end_ms = {};
  std::string text = {};
  friend bool operator==(const TranscriptTurn&, const TranscriptTurn&) = default;
};

/// By the name's end. Errors: Unsupported.
Result<TranscriptFormat> transcript_format_of(std::string_view file_name);

/// Turns in their order; what one speaker says in a row is one turn, cues and paragraphs joined by
/// line ends. Errors: InvalidArgument (not UTF-8, nothing said, a broken cue; names the line),
/// TooLarge.
Result<std::vector<TranscriptTurn>> parse_transcript(std::string_view bytes,
                                                     TranscriptFormat format);

/// Whether the name is what interviewers are usually called: "Interviewer", "Q", "访谈者" …
bool is_interviewer_name(std::string_view speaker);

}  // namespace falconet
