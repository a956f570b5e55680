// All that people wrote or said in words of their own, whatever the channel, personal data
// redacted.
#pragma once

#include <string>
#include <vector>

#include "feedback/analysis_table.h"
#include "feedback/category_findings.h"
#include "feedback/pii_redaction.h"

namespace falconet {

struct FreeText {
  PersonId person;
  QuoteReference source = {};  // its text is redacted
  bool may_be_quoted = true;   // of an interview only where the person agreed
};

struct FreeTexts {
  std::vector<FreeText> all = {};
  RedactionCounts redacted = {};
};

/// Comments beside ratings, written survey answers, and what interviewed people said.
FreeTexts collect_free_texts(const AnalysisTable& table);

/// Every text that a person wrote, in place: comments, reasons, survey answers, annotations,
/// interviews. What leaves a server goes through it.
RedactionCounts redact_records(FeedbackRecords& records);

}  // namespace falconet
