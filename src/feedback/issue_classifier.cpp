#include "feedback/issue_classifier.h"

#include <algorithm>
#include <array>

#include "base/strings.h"
#include "feedback/comment_text.h"
#include "feedback/issue_lexicon.h"
#include "feedback/issue_tags.h"

namespace falconet {
namespace {

// How far a negation reaches: English words and bytes of Chinese between it and what it turns
// round.
constexpr int kNegatedWords = 4;
constexpr std::size_t kNegatedBytes = 42;  // fourteen characters

constexpr double kTagConfidence = 0.95;        // the person said so
constexpr double kStructuredConfidence = 0.9;  // the parser said so
constexpr double kEvictedConfidence = 0.4;     // a hint: what was asked for again had been cut
constexpr double kRatedTopicFactor = 0.9;      // only the rating says whether a topic is praised
constexpr double kFallbackConfidence = 0.5;    // Other

struct CompiledCue {
  const IssueCue* cue = nullptr;
  std::vector<std::vector<LexiconTerm>> required;
  std::vector<LexiconTerm> excluded;
};

struct TermMatch {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_negated = false;
};

/// Evidence for one side (problem or praise) of one category, combined as independent witnesses.
struct Witnesses {
  double doubt = 1;
  std::vector<IssueEvidence> evidence;

  void add(double weight, IssueEvidence row) {
    doubt *= 1 - weight;
    evidence.push_back(std::move(row));
  }
  double confidence() const { return 1 - doubt; }
};

using Tally = std::array<Witnesses, kIssueCategories.size()>;

struct IssueTallies {
  Tally problems;
  Tally praises;
  bool has_unexplained_complaint = false;  // a segment that is negative, about nothing we know
  bool has_unexplained_praise = false;
};

CompiledCue compile(const IssueCue& cue) {
  CompiledCue out{&cue, {}, {}};
  for (std::string_view part : split(cue.pattern, '&')) {
    part = trim(part);
    if (part.starts_with('!')) {
      out.excluded = parse_terms(part.substr(1));
    } else {
      out.required.push_back(parse_terms(part));
    }
  }
  return out;
}

bool contains_any(std::string_view text, std::span<const LexiconTerm> terms) {
  return std::any_of(terms.begin(), terms.end(), [&](const LexiconTerm& term) {
    return find_term(text, term, 0) != text.npos;
  });
}

int words_in(std::string_view text) {
  int num_words = 0;
  for (const std::string_view word : split(text, ' ')) num_words += word.empty() ? 0 : 1;
  return num_words;
}

}  // namespace

struct IssueClassifier::Lexicon {
  std::vector<CompiledCue> cues;
  std::vector<LexiconTerm> positive = parse_terms(positive_terms());
  std::vector<LexiconTerm> negative = parse_terms(negative_terms());
  std::vector<LexiconTerm> distant = parse_terms(distant_negators());
  std::vector<LexiconTerm> adjacent = parse_terms(adjacent_negators());

  /// Whether something before `position` turns round what stands there.
  bool is_negated(std::string_view segment, std::size_t position) const {
    const auto comma = segment.substr(0, position).find_last_of(",:(\"");
    const std::size_t begin = comma == segment.npos ? 0 : comma + 1;
    const std::string_view before = segment.substr(begin, position - begin);
    for (const LexiconTerm& term : adjacent) {
      if (trim(before).ends_with(term.text)) return true;
    }
    return std::any_of(distant.begin(), distant.end(),
                       [&](const LexiconTerm& term) { return negates(before, term); });
  }

  static bool negates(std::string_view before, const LexiconTerm& term) {
    std::size_t last = before.npos;
    for (auto at = find_term(before, term, 0); at != before.npos;
         at = find_term(before, term, at + 1)) {
      last = at;
    }
    if (last == before.npos) return false;
    const std::string_view between = before.substr(last + term.text.size());
    if (!term.is_ascii) return between.size() <= kNegatedBytes;
    for (const std::string_view stop : {" and ", " because ", " so ", " which "}) {
      if (between.find(stop) != between.npos) return false;
    }
    return words_in(between) <= kNegatedWords;
  }

  /// The match of the cue's last part that no negation turns round, or else any.
  std::optional<TermMatch> match(std::string_view segment, const CompiledCue& cue) const {
    if (contains_any(segment, cue.excluded)) return std::nullopt;
    for (std::size_t i = 0; i + 1 < cue.required.size(); ++i) {
      if (!contains_any(segment, cue.required[i])) return std::nullopt;
    }
    std::optional<TermMatch> found;
    for (const LexiconTerm& term : cue.required.back()) {
      for (auto at = find_term(segment, term, 0); at != segment.npos;
           at = find_term(segment, term, at + term.text.size())) {
        const TermMatch match{at, at + term.text.size(), is_negated(segment, at)};
        if (!match.is_negated) return match;
        found = match;
      }
    }
    return found;
  }

  /// Positive words less negative ones, negations counted.
  int polarity(std::string_view segment) const {
    return count(segment, positive) - count(segment, negative);
  }

  int count(std::string_view segment, std::span<const LexiconTerm> terms) const {
    int sum = 0;
    for (const LexiconTerm& term : terms) {
      for (auto at = find_term(segment, term, 0); at != segment.npos;
           at = find_term(segment, term, at + term.text.size())) {
        sum += is_negated(segment, at) ? -1 : 1;
      }
    }
    return sum;
  }
};

namespace {

struct FoundCue {
  const IssueCue* cue = nullptr;
  TermMatch match;
};

IssueEvidence text_evidence(const NormalizedComment& comment, TextRange segment, TermMatch match) {
  const std::size_t begin = segment.begin + match.begin;
  return {EvidenceSource::Text, comment.text.substr(begin, match.end - match.begin),
          comment.offsets[segment.begin], comment.original_end(segment.end)};
}

/// Whether the segment is a complaint (-1), praise (1) or neither, by its own words or the rating.
int judgement(int polarity, std::optional<bool> is_positive) {
  if (polarity != 0) return polarity < 0 ? -1 : 1;
  if (!is_positive) return 0;
  return *is_positive ? 1 : -1;
}

struct SegmentJudge {
  const NormalizedComment& comment;
  TextRange segment;
  std::optional<bool> is_positive;  // the rating
  IssueTallies& tallies;

  void judge(std::span<const FoundCue> found, int polarity) const {
    bool has_problem = false;
    bool has_label = false;
    for (const FoundCue& row : found) {
      if (row.cue->kind == CueKind::Topic) continue;
      const bool is_problem = (row.cue->kind == CueKind::Problem) != row.match.is_negated;
      add(row, is_problem, row.cue->weight);
      has_problem |= is_problem;
      has_label = true;
    }
    const int side = judgement(polarity, is_positive);
    for (const FoundCue& row : found) {
      if (row.cue->kind != CueKind::Topic || side == 0 || (has_problem && side < 0)) continue;
      if (has_problem && polarity == 0) continue;  // the problem is what the rating is about
      add(row, side < 0, row.cue->weight * (polarity == 0 ? kRatedTopicFactor : 1));
      has_label = true;
    }
    tallies.has_unexplained_complaint |= !has_label && side < 0;
    tallies.has_unexplained_praise |= !has_label && side > 0;
  }

  void add(const FoundCue& row, bool is_problem, double weight) const {
    Tally& tally = is_problem ? tallies.problems : tallies.praises;
    tally[index_of(row.cue->category)].add(weight, text_evidence(comment, segment, row.match));
  }
};

void judge_tags(const IssueSubject& subject, IssueTallies& tallies) {
  for (const std::string& tag : subject.tags) {
    const std::optional<IssueTag> known = issue_tag_of(tag);
    if (!known) continue;
    const bool is_praise = known->is_praise.value_or(subject.is_positive.value_or(false));
    Tally& tally = is_praise ? tallies.praises : tallies.problems;
    tally[index_of(known->category)].add(kTagConfidence, {EvidenceSource::Tag, tag, 0, 0});
  }
}

void judge_signs(const IssueSubject& subject, IssueTallies& tallies) {
  const StudyGeneration* generation = subject.generation;
  if (generation == nullptr) return;
  if (generation->structured_outcome.value_or(StructuredOutcome::Ok) != StructuredOutcome::Ok) {
    tallies.problems[index_of(IssueCategory::FunctionCalling)].add(
        kStructuredConfidence,
        {EvidenceSource::Signal,
         cat("structured_outcome=", structured_outcome_name(*generation->structured_outcome)), 0,
         0});
  }
  const bool was_asked_again = std::any_of(
      subject.signals.begin(), subject.signals.end(),
      [](SignalKind kind) { return kind == SignalKind::Corrected || kind == SignalKind::Reasked; });
  if (generation->evicted_messages > 0 && was_asked_again) {
    tallies.problems[index_of(IssueCategory::Memory)].add(
        kEvictedConfidence, {EvidenceSource::Signal, "evicted and asked again", 0, 0});
  }
}

std::vector<IssueLabel> labels_of(Tally& tally) {
  std::vector<IssueLabel> labels;
  for (const IssueCategory category : kIssueCategories) {
    Witnesses& witnesses = tally[index_of(category)];
    if (witnesses.confidence() < kLeastConfidence) continue;
    labels.push_back({category, witnesses.confidence(), std::move(witnesses.evidence)});
  }
  return labels;
}

IssueLabel fallback_label(std::string_view text) {
  return {IssueCategory::Other,
          kFallbackConfidence,
          {{EvidenceSource::Text, "", 0, static_cast<std::uint32_t>(text.size())}}};
}

}  // namespace

IssueClassifier::IssueClassifier() {
  auto lexicon = std::make_unique<Lexicon>();
  for (const IssueCue& cue : issue_cues()) lexicon->cues.push_back(compile(cue));
  lexicon_ = std::move(lexicon);
}

IssueClassifier::IssueClassifier(IssueClassifier&&) noexcept = default;
IssueClassifier::~IssueClassifier() = default;

IssueLabels IssueClassifier::classify(const IssueSubject& subject) const {
  IssueTallies tallies;
  const NormalizedComment comment = normalize_comment(subject.text);
  for (const TextRange segment : comment_segments(comment.text)) {
    const std::string_view text =
        std::string_view(comment.text).substr(segment.begin, segment.end - segment.begin);
    std::vector<FoundCue> found;
    for (const CompiledCue& cue : lexicon_->cues) {
      if (const auto match = lexicon_->match(text, cue)) found.push_back({cue.cue, *match});
    }
    const SegmentJudge judge{comment, segment, subject.is_positive, tallies};
    judge.judge(found, lexicon_->polarity(text));
  }
  judge_tags(subject, tallies);
  judge_signs(subject, tallies);
  IssueLabels labels{labels_of(tallies.problems), labels_of(tallies.praises)};
  if (labels.problems.empty() && tallies.has_unexplained_complaint) {
    labels.problems.push_back(fallback_label(subject.text));
  }
  if (labels.praises.empty() && tallies.has_unexplained_praise) {
    labels.praises.push_back(fallback_label(subject.text));
  }
  return labels;
}

}  // namespace falconet
