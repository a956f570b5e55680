// All that people wrote or said in words of their own, whatever the channel, personal data
// redacted.
#pragma once

#include <optional>
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

/// Comments beside the table's ratings, written survey answers, and what interviewed people said.
/// `only`: texts of that provenance alone.
FreeTexts collect_free_texts(const AnalysisTable& table, std::optional<Provenance> only);

/// Every text that a person wrote, in place: comments, reasons, survey answers, annotations,
/// interviews. What leaves a server goes through it.
RedactionCounts redact_records(FeedbackRecords& records);

}  // namespace falconet
