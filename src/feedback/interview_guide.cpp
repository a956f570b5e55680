#include "feedback/interview_guide.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "base/strings.h"
#include "base/unicode.h"
#include "feedback/chinese_words.h"
#include "feedback/comment_text.h"
#include "feedback/issue_classifier.h"
#include "feedback/sentiment.h"

namespace falconet {
namespace {

constexpr std::array<std::string_view, 4> kProbeRules = {"always", "short", "no_example",
                                                         "mentions"};
// Where a definition says nothing: a sentence, in both languages.
constexpr std::int64_t kUsualWords = 12;
constexpr std::int64_t kUsualCharacters = 20;
constexpr std::int64_t kMostWords = 1000;

// Words that introduce a case: one was named, or is being told.
constexpr std::string_view kExampleTerms =
    "for example|for instance|an example|e.g.|such as|one time|one day|last time|the other day|"
    "yesterday|last week|last month|this morning|when i|i asked|i had asked|i gave it|it said|"
    "it answered|it wrote|it told me|"
    "例如|比如|譬如|举例|例子|有一次|有次|有一回|上次|那次|昨天|前天|上周|上个月|"
    "今天早上|我问|我让它|它说|它写|它回答|它告诉我";
// What it said, word for word, is a case, too.
constexpr std::array<std::string_view, 4> kOpeningQuotes = {"“", "「", "『", "\""};

Error guide_error(const std::string& place, const std::string& what) {
  return error(ErrorCode::InvalidArgument, place, ": ", what);
}

/// A list of `least` to `most`; an absent one is empty.
Result<Json> list_of(const Json& json, const char* name, const std::string& place,
                     std::size_t least, std::size_t most) {
  const Json* list = find_member(json, name);
  if (list == nullptr && least == 0) return Json::array();
  if (list != nullptr && list->is_array() && list->size() >= least && list->size() <= most) {
    return *list;
  }
  const std::string found = list != nullptr && list->is_array() ? cat(list->size()) : "no list";
  return guide_error(place, cat("expected a list of ", least, " to ", most, ", found ", found));
}

Status read_measure(const Json& json, const char* name, const std::string& place,
                    std::int64_t& out) {
  if (find_member(json, name) == nullptr) return {};
  const auto number = int_member(json, name);
  if (number && *number >= 1 && *number <= kMostWords) {
    out = *number;
    return {};
  }
  return guide_error(cat(place, ".", name), cat("expected a number from 1 to ", kMostWords));
}

Status read_terms(const Json& json, const std::string& place, GuideProbe& out) {
  const std::string where = place + ".terms";
  TRY_ASSIGN(const Json list, list_of(json, "terms", where, 1, kMaxProbeTerms));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Json& term = list[i];
    const std::string text = term.is_string() ? term.get<std::string>() : std::string();
    if (trim(text).empty() || text.size() > kMaxProbeTermBytes) {
      return guide_error(cat(where, "[", i, "]"),
                         cat("expected a word of 1 to ", kMaxProbeTermBytes, " bytes"));
    }
    out.terms.push_back(text);
  }
  return {};
}

Result<GuideProbe> read_guide_probe(const Json& json, const std::string& place) {
  GuideProbe out{.words = kUsualWords, .characters = kUsualCharacters};
  const std::string rule = string_member(json, "rule").value_or("");
  const auto known = probe_rule_of(rule);
  if (!known) {
    return guide_error(
        place + ".rule",
        cat("expected always, short, no_example or mentions, found '", rule.substr(0, 40), "'"));
  }
  out.rule = *known;
  if (out.rule == ProbeRule::Short) {
    TRY(read_measure(json, "words", place, out.words));
    TRY(read_measure(json, "characters", place, out.characters));
  }
  if (out.rule == ProbeRule::Mentions) TRY(read_terms(json, place, out));
  TRY_ASSIGN(out.text, read_localized_text(json, "text", place + ".text", TextNeed::Required));
  return out;
}

Result<GuideQuestion> read_guide_question(const Json& json, const std::string& place) {
  GuideQuestion out;
  TRY_ASSIGN(out.text, read_localized_text(json, "text", place + ".text", TextNeed::Required));
  const std::string where = place + ".probes";
  TRY_ASSIGN(const Json probes, list_of(json, "probes", where, 0, kMaxGuideProbes));
  for (std::size_t i = 0; i < probes.size(); ++i) {
    TRY_ASSIGN(GuideProbe probe, read_guide_probe(probes[i], cat(where, "[", i, "]")));
    out.probes.push_back(std::move(probe));
  }
  return out;
}

bool has_one_of(const NormalizedComment& comment, const std::vector<LexiconTerm>& terms) {
  return std::ranges::any_of(terms, [&](const LexiconTerm& term) {
    return find_term(comment.text, term, 0) != std::string::npos;
  });
}

/// w words and c characters are short if w/words + c/characters < 1.
bool is_short(const GuideProbe& probe, std::string_view said) {
  std::int64_t num_words = 0;
  std::int64_t num_characters = 0;
  bool is_in_word = false;
  for (std::size_t at = 0; at < said.size();) {
    const Utf8Character character = decode_utf8(said, at);
    at += static_cast<std::size_t>(character.num_bytes);
    const char32_t c = character.code_point;
    const bool is_chinese = is_chinese_character(c);
    num_characters += is_chinese ? 1 : 0;
    const bool joins = is_in_word && (c == U'\'' || c == U'’' || is_mark(c));
    const bool is_of_word = !is_chinese && (is_letter(c) || is_number(c) || joins);
    num_words += is_of_word && !is_in_word ? 1 : 0;
    is_in_word = is_of_word;
  }
  return num_words * probe.characters + num_characters * probe.words <
         probe.words * probe.characters;
}

bool names_problem(std::string_view said) {
  if (sentiment_of(said).sentiment == Sentiment::Negative) return true;
  return !IssueClassifier().classify({.text = said}).problems.empty();
}

bool gives_example(std::string_view said) {
  const bool quotes = std::ranges::any_of(kOpeningQuotes, [&](std::string_view quote) {
    return said.find(quote) != std::string_view::npos;
  });
  return quotes || has_one_of(normalize_comment(said), parse_terms(kExampleTerms));
}

bool mentions_one(const GuideProbe& probe, std::string_view said) {
  std::vector<LexiconTerm> terms;
  for (const std::string& term : probe.terms) {
    for (LexiconTerm& each : parse_terms(trim(normalize_comment(term).text))) {
      terms.push_back(std::move(each));
    }
  }
  return has_one_of(normalize_comment(said), terms);
}

}  // namespace

std::string_view probe_rule_name(ProbeRule rule) {
  return kProbeRules[static_cast<std::size_t>(rule)];
}

std::optional<ProbeRule> probe_rule_of(std::string_view name) {
  const auto found = std::ranges::find(kProbeRules, name);
  if (found == kProbeRules.end()) return std::nullopt;
  return static_cast<ProbeRule>(found - kProbeRules.begin());
}

Result<InterviewGuide> read_interview_guide(const Json& json) {
  if (!json.is_object()) return guide_error("definition", "expected an object");
  if (const std::size_t size = to_text(json).size(); size > kMaxGuideBytes) {
    return guide_error("definition", cat("at most ", kMaxGuideBytes, " bytes, found ", size));
  }
  InterviewGuide out;
  TRY_ASSIGN(out.title, read_localized_text(json, "title", "title", TextNeed::Required));
  TRY_ASSIGN(out.intro, read_localized_text(json, "intro", "intro", TextNeed::Optional));
  TRY_ASSIGN(out.closing, read_localized_text(json, "closing", "closing", TextNeed::Optional));
  TRY_ASSIGN(const Json questions, list_of(json, "questions", "questions", 1, kMaxGuideQuestions));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    TRY_ASSIGN(GuideQuestion question,
               read_guide_question(questions[i], cat("questions[", i, "]")));
    out.questions.push_back(std::move(question));
  }
  return out;
}

bool has_position(const InterviewGuide& guide, const GuidePosition& at) {
  if (at.question >= guide.questions.size()) return false;
  return at.next_probe <= guide.questions[at.question].probes.size() &&
         at.num_probes <= at.next_probe;
}

bool is_to_be_asked(const GuideProbe& probe, std::string_view said) {
  switch (probe.rule) {
    case ProbeRule::Always: return true;
    case ProbeRule::Short: return is_short(probe, said);
    case ProbeRule::NoExample: return !gives_example(said) && names_problem(said);
    case ProbeRule::Mentions: return mentions_one(probe, said);
  }
  return false;
}

std::optional<GuidePosition> next_position(const InterviewGuide& guide, const GuidePosition& at,
                                           std::optional<std::string_view> said) {
  CHECK(has_position(guide, at), "a position outside its guide");
  const auto& probes = guide.questions[at.question].probes;
  const bool may_probe = said && at.num_probes < kMaxProbesAsked;
  for (std::size_t i = at.next_probe; may_probe && i < probes.size(); ++i) {
    if (!is_to_be_asked(probes[i], *said)) continue;
    return GuidePosition{at.question, i + 1, at.num_probes + 1};
  }
  if (at.question + 1 == guide.questions.size()) return std::nullopt;
  return GuidePosition{.question = at.question + 1};
}

const LocalizedText& text_at(const InterviewGuide& guide, const GuidePosition& at) {
  CHECK(has_position(guide, at), "a position outside its guide");
  const GuideQuestion& question = guide.questions[at.question];
  if (at.num_probes == 0) return question.text;
  return question.probes[at.next_probe - 1].text;
}

}  // namespace falconet
