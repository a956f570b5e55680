// What coders found, for machines and for readers.
#pragma once

#include "base/json.h"
#include "feedback/report.h"

namespace falconet {

Json annotations_json(const std::vector<CodeResult>& results);

/// "correctness: alpha 0.81 (0.70–0.90), 40 answers, 2 coders; right 62% (50–73%)".
std::string code_text(const CodeResult& result, ReportLanguage language);

/// Empty results give a section without a table: leave it out.
ReportSection annotation_section(const std::vector<CodeResult>& results, ReportLanguage language);

}  // namespace falconet
