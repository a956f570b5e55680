// Questionnaires to begin with.
#pragma once

#include <string_view>
#include <vector>

#include "base/json.h"

namespace falconet {

struct QuestionnaireTemplate {
  std::string_view name = {};  // "model_study", "sus", "nps"
  Json definition = Json::object();
};

/// The model study's, about strengths and problems, whose choices are the analysis's categories;
/// the System Usability Scale; and the net promoter score with its reason.
std::vector<QuestionnaireTemplate> questionnaire_templates();

}  // namespace falconet
