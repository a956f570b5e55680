// A guide to begin with.
#pragma once

#include "base/json.h"

namespace falconet {

/// The model study's: what people wanted, what was good, what was not, and what they wish; with the
/// topics on which its analysis has categories.
Json model_study_guide();

}  // namespace falconet
