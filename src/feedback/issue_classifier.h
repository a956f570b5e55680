// Tells what a piece of feedback complains about and what it praises: rules, no model.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "feedback/issue_category.h"
#include "feedback/records.h"

namespace falconet {

/// One opinion with what is known about the answer that it is about.
struct IssueSubject {
  std::string_view text = {};
  std::span<const std::string> tags = {};
  std::optional<bool> is_positive = {};         // the rating beside the text, if there is one
  const StudyGeneration* generation = nullptr;  // outlives the call
  std::span<const SignalKind> signals = {};
};

enum class EvidenceSource { Text, Tag, Signal };

/// Why a label was given: a part of the text, a tag, or a sign in the records.
struct IssueEvidence {
  EvidenceSource source = EvidenceSource::Text;
  std::string what = {};    // the word, the tag or the sign
  std::uint32_t begin = 0;  // of the segment in the text, in bytes; Text only
  std::uint32_t end = 0;
};

struct IssueLabel {
  IssueCategory category = IssueCategory::Other;
  double confidence = 0;  // 0.5–1; how far the rules are to be believed, not a probability
  std::vector<IssueEvidence> evidence = {};
};

/// Any number of labels each, in the order of the categories.
struct IssueLabels {
  std::vector<IssueLabel> problems = {};
  std::vector<IssueLabel> praises = {};
};

/// Labels below this are not given.
constexpr double kLeastConfidence = 0.5;

/// The word lists, read once. Pure and safe to share between threads.
class IssueClassifier {
 public:
  IssueClassifier();
  IssueClassifier(IssueClassifier&&) noexcept;
  ~IssueClassifier();

  /// How long a prompt was and how late its turn never count: a finding about quality against
  /// length or turn would otherwise prove itself.
  IssueLabels classify(const IssueSubject& subject) const;

 private:
  struct Lexicon;
  std::unique_ptr<const Lexicon> lexicon_;
};

}  // namespace falconet
