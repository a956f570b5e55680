// The options of `falconet feedback` that restrict a study to a part of its records.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/command_line.h"
#include "feedback/record_filter.h"

namespace falconet {

struct FilterFlags {
  std::string from;   // YYYY-MM-DD, UTC
  std::string until;  // likewise, exclusive
  std::string model;
  std::string prompt_language;
  std::string segment;
  std::string provenance;
};

void declare_filter(CommandLine& command, FilterFlags& flags);

/// Errors: InvalidArgument (a date or an origin that is none).
Result<RecordFilter> filter_of(const FilterFlags& flags);

/// What is left of the records.
/// Errors: NotFound if no answer is, with what there is to choose from.
Result<FeedbackRecords> part_of(FeedbackRecords records, const RecordFilter& filter);

}  // namespace falconet
