#include "feedback/transcript.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "base/unicode.h"
#include "feedback/docx_text.h"

namespace falconet {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kWideColon = "：";
constexpr std::string_view kArrow = "-->";

constexpr std::array<std::string_view, 12> kInterviewers = {
    "interviewer", "moderator", "researcher", "q",    "i",      "int",
    "访谈者",      "采访者",    "主持人",     "提问", "访谈员", "研究者"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {
    {{"&lt;", "<"}, {"&gt;", ">"}, {"&nbsp;", " "}, {"&lrm;", ""}, {"&rlm;", ""}, {"&amp;", "&"}}};

/// Puts turns together.
class TurnList {
 public:
  Status add(TranscriptTurn turn, std::int64_t line) {
    if (trim(turn.text).empty()) return {};
    turn.text = trim(turn.text);
    TranscriptTurn* last = turns_.empty() ? nullptr : &turns_.back();
    const bool goes_on = last != nullptr && !turn.speaker.empty() && last->speaker == turn.speaker;
    if (goes_on) {
      last->text += cat("\n", turn.text);
      if (turn.end_ms) last->end_ms = turn.end_ms;
    } else {
      if (turns_.size() == kMaxTurns) {
        return error(ErrorCode::TooLarge, "the transcript has more than ", kMaxTurns, " turns");
      }
      turns_.push_back(std::move(turn));
    }
    if (turns_.back().text.size() <= kMaxTurnBytes) return {};
    return error(ErrorCode::TooLarge, "line ", line, ": a turn has more than ", kMaxTurnBytes,
                 " bytes; begin a new one with the speaker's name");
  }

  Result<std::vector<TranscriptTurn>> take() {
    if (turns_.empty()) {
      return error(ErrorCode::InvalidArgument, "nobody says anything in this transcript");
    }
    return std::move(turns_);
  }

 private:
  std::vector<TranscriptTurn> turns_;
};

struct NumberedLine {
  std::int64_t number = 0;  // from 1
  std::string_view text = {};
};

std::vector<NumberedLine> lines_in(std::string_view bytes) {
  std::vector<NumberedLine> lines;
  for (const std::string_view line : split(bytes, '\n')) {
    lines.push_back({static_cast<std::int64_t>(lines.size()) + 1,
                     line.ends_with('\r') ? line.substr(0, line.size() - 1) : line});
  }
  return lines;
}

/// "1:02:03.500", "02:03,5", "02:03" in milliseconds; nothing if it is none.
std::optional<std::int64_t> time_of(std::string_view text) {
  std::int64_t fraction = 0;
  if (const std::size_t point = text.find_first_of(".,"); point != std::string_view::npos) {
    const std::string digits = (std::string(text.substr(point + 1)) + "00").substr(0, 3);
    const auto value = parse_number<std::int64_t>(digits);
    if (!value || text.size() - point - 1 > 3 || text.size() - point == 1) return std::nullopt;
    fraction = *value;
    text = text.substr(0, point);
  }
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() < 2 || parts.size() > 3) return std::nullopt;
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = parse_number<std::int64_t>(parts[i]);
    const bool is_leading = i == 0;
    if (!value || *value < 0 || *value > (is_leading ? 999 : 59)) return std::nullopt;
    seconds = seconds * 60 + *value;
  }
  return seconds * 1000 + fraction;
}

/// A speaker's name stands before a colon, is short, and holds none of what sentences hold.
bool is_speaker(std::string_view name) {
  if (name.empty() || name.size() > kMaxSpeakerBytes) return false;
  if (name.find("//") != std::string_view::npos) return false;
  return name.find_first_of(".,;!?()[]{}<>/\"") == std::string_view::npos &&
         std::ranges::count(name, ' ') <= 3 && name.find("，") == std::string_view::npos &&
         name.find("。") == std::string_view::npos;
}

/// Cuts "Ada: " or "Ada：" off the begin of the text; empty if nobody is named there.
std::string take_speaker(std::string_view& text) {
  std::size_t colon = text.find(':');
  std::size_t width = 1;
  if (const std::size_t wide = text.find(kWideColon); wide < colon) {
    colon = wide;
    width = kWideColon.size();
  }
  if (colon == std::string_view::npos || text.substr(colon).starts_with("://")) return {};
  const std::string_view name = trim(text.substr(0, colon));
  const bool is_clock = colon + 1 < text.size() && text[colon + 1] >= '0' &&
                        text[colon + 1] <= '9' && parse_number<int>(name).has_value();
  if (is_clock || !is_speaker(name)) return {};
  text = trim(text.substr(colon + width));
  return std::string(name);
}

/// Cuts "[00:01:02]", "(01:02)" or "00:01:02" off the begin of the text.
std::optional<std::int64_t> take_time(std::string_view& text) {
  const bool is_bracketed = text.starts_with('[') || text.starts_with('(');
  const std::size_t end = is_bracketed ? text.find_first_of("])") : text.find(' ');
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t begin = is_bracketed ? 1 : 0;
  const auto time = time_of(text.substr(begin, end - begin));
  if (time) text = trim(text.substr(end + 1));
  return time;
}

/// What Markdown puts around words of a transcript: bold names, list marks, quote marks.
std::string without_markdown(std::string_view line) {
  std::string_view text = trim(line);
  if (text.starts_with('#') || text == "---" || text == "***") return {};
  for (const std::string_view mark : {"> ", "- ", "* "}) {
    if (text.starts_with(mark)) text = trim(text.substr(mark.size()));
  }
  return replace_all(text, "**", "");
}

Result<std::vector<TranscriptTurn>> parse_text(const std::vector<NumberedLine>& lines) {
  TurnList turns;
  TranscriptTurn turn;
  for (const NumberedLine& line : lines) {
    const std::string plain = without_markdown(line.text);
    std::string_view text = plain;
    const auto time = take_time(text);
    std::string speaker = take_speaker(text);
    if (speaker.empty() && !time) {
      turn.text += cat(turn.text.empty() ? "" : "\n", text);
    } else {
      const std::string before = turn.speaker;
      TRY(turns.add(std::move(turn), line.number));
      turn = {.speaker = speaker.empty() ? before : std::move(speaker),
              .begin_ms = time,
              .text = std::string(text)};
    }
    if (turn.text.size() > kMaxTurnBytes) TRY(turns.add(std::move(turn), line.number));
  }
  TRY(turns.add(std::move(turn), lines.back().number));
  return turns.take();
}

/// A cue's text without tags; `speaker` is what <v …> says.
std::string without_tags(std::string_view text, std::string& speaker) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('<');
    const std::size_t close = open == std::string_view::npos ? open : text.find('>', open);
    if (close == std::string_view::npos) {
      out += text;
      break;
    }
    out += text.substr(0, open);
    const std::string_view tag = text.substr(open + 1, close - open - 1);
    const bool is_voice = tag.starts_with("v ") || tag.starts_with("v.");
    const std::size_t space = tag.find(' ');
    if (is_voice && space != std::string_view::npos && speaker.empty()) {
      const std::string_view name = trim(tag.substr(space + 1));
      if (name.size() <= kMaxSpeakerBytes) speaker = name;
    }
    text.remove_prefix(close + 1);
  }
  for (const auto& [entity, plain] : kEntities) out = replace_all(out, entity, plain);
  return out;
}

/// "BEGIN --> END" and what may follow it. Errors: InvalidArgument naming the line.
Status read_timing(const NumberedLine& line, TranscriptTurn& turn) {
  const std::size_t arrow = line.text.find(kArrow);
  const std::string_view begin = trim(line.text.substr(0, arrow));
  std::string_view end = trim(line.text.substr(arrow + kArrow.size()));
  end = end.substr(0, end.find_first_of(" \t"));
  turn.begin_ms = time_of(begin);
  turn.end_ms = time_of(end);
  if (turn.begin_ms && turn.end_ms && *turn.begin_ms <= *turn.end_ms) return {};
  return error(ErrorCode::InvalidArgument, "line ", line.number,
               ": expected \"00:00:01.000 --> 00:00:04.000\" with an end that is not before the "
               "begin, found \"",
               to_valid_utf8(line.text.substr(0, 60)), "\"");
}

/// WebVTT and SubRip: blocks between empty lines; a block without a timing is a comment.
Result<std::vector<TranscriptTurn>> parse_cues(const std::vector<NumberedLine>& lines) {
  TurnList turns;
  std::optional<TranscriptTurn> cue;
  const auto finish = [&](std::int64_t line) -> Status {
    if (!cue) return {};
    std::string text = without_tags(cue->text, cue->speaker);
    std::string_view said = text;
    if (cue->speaker.empty()) cue->speaker = take_speaker(said);
    cue->text = std::string(said);
    const Status added = turns.add(*std::move(cue), line);
    cue.reset();
    return added;
  };
  for (const NumberedLine& line : lines) {
    if (trim(line.text).empty()) {
      TRY(finish(line.number));
    } else if (!cue && line.text.find(kArrow) != std::string_view::npos) {
      cue.emplace();
      TRY(read_timing(line, *cue));
    } else if (cue) {
      cue->text += cat(cue->text.empty() ? "" : "\n", line.text);
    }
  }
  TRY(finish(lines.back().number));
  return turns.take();
}

}  // namespace

Result<TranscriptFormat> transcript_format_of(std::string_view file_name) {
  const std::string name = to_lower(file_name);
  if (name.ends_with(".txt") || name.ends_with(".md")) return TranscriptFormat::Text;
  if (name.ends_with(".vtt")) return TranscriptFormat::Vtt;
  if (name.ends_with(".srt")) return TranscriptFormat::SubRip;
  if (name.ends_with(".docx")) return TranscriptFormat::Docx;
  if (name.ends_with(".doc") || name.ends_with(".odt")) {
    return error(
        ErrorCode::Unsupported,
        "of word processors' files Falconet reads .docx alone: save the transcript as that, "
        "or as plain text (.txt)");
  }
  return error(ErrorCode::InvalidArgument,
               "file_name: expected .txt, .md, .vtt, .srt or .docx, found '",
               to_valid_utf8(file_name.substr(0, 80)), "'");
}

Result<std::vector<TranscriptTurn>> parse_transcript(std::string_view bytes,
                                                     TranscriptFormat format) {
  if (format == TranscriptFormat::Docx) {
    TRY_ASSIGN(const std::string text, docx_text(bytes));
    return parse_transcript(text, TranscriptFormat::Text);
  }
  if (bytes.size() > kMaxTranscriptBytes) {
    return error(ErrorCode::TooLarge, "expected at most ", kMaxTranscriptBytes,
                 " bytes of transcript, found ", bytes.size());
  }
  if (!is_valid_utf8(bytes) || bytes.find('\0') != std::string_view::npos) {
    return error(ErrorCode::InvalidArgument, "the transcript is not UTF-8 text: save it as UTF-8");
  }
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  if (format == TranscriptFormat::Vtt && !bytes.starts_with("WEBVTT")) {
    return error(ErrorCode::InvalidArgument, "line 1: a WebVTT file begins with WEBVTT");
  }
  const std::vector<NumberedLine> lines = lines_in(bytes);
  return format == TranscriptFormat::Text ? parse_text(lines) : parse_cues(lines);
}

bool is_interviewer_name(std::string_view speaker) {
  return std::ranges::find(kInterviewers, to_lower(trim(speaker))) != kInterviewers.end();
}

}  // namespace falconet
