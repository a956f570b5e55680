// What people answered to questionnaires, for machines and for readers.
#pragma once

#include "base/json.h"
#include "feedback/report.h"

namespace falconet {

Json surveys_json(const std::vector<SurveyResult>& results);

/// A section a questionnaire that somebody answered.
std::vector<ReportSection> survey_sections(const std::vector<SurveyResult>& results,
                                           ReportLanguage language);

}  // namespace falconet
