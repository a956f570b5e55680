// All that people said in words or by choosing, whatever the channel, in one list.
#pragma once

#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/category_findings.h"

namespace falconet {

/// One person's view of one category, from one place.
struct Opinion {
  PersonId person;
  IssueCategory category = IssueCategory::Other;
  bool is_praise = false;
  double confidence = 0;
  QuoteReference quote = {};  // empty text: said by a tag, a choice or a code
};

struct Opinions {
  std::vector<Opinion> all = {};
  std::vector<char> was_heard = {};  // [people] said anything in any channel
};

Opinions collect_opinions(const AnalysisTable& table, const IssueClassifier& classifier);

/// The best quotes of a category: highest confidence first, one a person, no text twice.
std::vector<QuoteReference> choose_quotes(const Opinions& opinions, IssueCategory category,
                                          bool is_praise);

}  // namespace falconet
