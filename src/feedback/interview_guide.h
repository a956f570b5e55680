// A guide of an interview in the chat: its questions in their order, and the rules by which one
// asks on. No model takes part: the same answers are asked the same (docs/feedback-data.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/localized_text.h"

namespace falconet {

// An interview of more questions is given up before its end.
constexpr std::size_t kMaxGuideQuestions = 40;
constexpr std::size_t kMaxGuideProbes = 6;  // of a question…
constexpr std::size_t kMaxProbesAsked = 2;  // …of which so many are asked: more is an interrogation
constexpr std::size_t kMaxProbeTerms = 30;
constexpr std::size_t kMaxProbeTermBytes = 100;
constexpr std::size_t kMaxGuideBytes = 128u << 10;

/// When a probe is asked, of all that was said to its question so far.
enum class ProbeRule {
  Always,
  Short,      // fewer than so many words, or Chinese characters
  NoExample,  // it names a problem, and no case of it
  Mentions,   // one of these terms stands in it
};

/// "always", "short", "no_example", "mentions".
std::string_view probe_rule_name(ProbeRule rule);
std::optional<ProbeRule> probe_rule_of(std::string_view name);

struct GuideProbe {
  ProbeRule rule = ProbeRule::Always;
  std::int64_t words = 0;               // of Short
  std::int64_t characters = 0;          // of Short, where it is Chinese
  std::vector<std::string> terms = {};  // of Mentions; "forg*" takes any ending
  LocalizedText text = {};
};

struct GuideQuestion {
  LocalizedText text = {};
  std::vector<GuideProbe> probes = {};  // in the order in which they are considered
};

struct InterviewGuide {
  LocalizedText title = {};
  LocalizedText intro = {};    // said before the first question…
  LocalizedText closing = {};  // …and after the last answer
  std::vector<GuideQuestion> questions = {};
};

/// Errors: InvalidArgument naming the place: "questions[2].probes[0].terms: …".
Result<InterviewGuide> read_interview_guide(const Json& json);

/// What is being asked: a question, or the last of its probes that were asked.
struct GuidePosition {
  std::size_t question = 0;
  std::size_t next_probe = 0;  // those before it were asked or passed over, and do not come back
  std::size_t num_probes = 0;  // of this question that were asked; 0: the question itself is
  friend bool operator==(const GuidePosition&, const GuidePosition&) = default;
};

/// Whether a guide has such a question or probe.
bool has_position(const InterviewGuide& guide, const GuidePosition& at);

/// Whether a rule holds for what was said. English words are runs of letters and digits; where both
/// languages are mixed, each counts by its own measure.
bool is_to_be_asked(const GuideProbe& probe, std::string_view said);

/// What is asked next; nothing: the interview is over. `said`: everything that was said to the
/// question so far; nothing: it was skipped, so that nobody asks on. The position must be one of
/// the guide, so too below.
std::optional<GuidePosition> next_position(const InterviewGuide& guide, const GuidePosition& at,
                                           std::optional<std::string_view> said);

/// The words of a question or probe.
const LocalizedText& text_at(const InterviewGuide& guide, const GuidePosition& at);

}  // namespace falconet
