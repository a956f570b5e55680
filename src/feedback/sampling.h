// Draws a sample of this server's answers and writes it down.
#pragma once

#include "feedback/rubric.h"
#include "feedback/sample_design.h"
#include "store/coding_queue.h"

namespace falconet {

struct SampleOrder {
  std::string title = {};
  SampleDesign design = {};
  std::int64_t coders_per_item = 2;
  bool has_categories = true;
  std::vector<std::string> rubrics = {};  // names; their newest versions are asked
};

/// Errors: those of sample_design_of_json, draw_sample, create_sample and list_all_rubrics;
/// InvalidArgument where there would be nothing to ask.
Result<Sample> order_sample(Transaction& transaction, const SampleOrder& order);

/// All versions of what was saved, and the presets that nobody has used yet; by name, newest first.
Result<std::vector<Rubric>> list_all_rubrics(Transaction& transaction);

/// The next version of a rubric; samples that were drawn before keep theirs. A preset that is
/// changed for the first time stays as version 1. Errors: InvalidArgument (a category's name),
/// those of save_rubric.
Result<Rubric> change_rubric(Transaction& transaction, Rubric rubric);

/// What the coders of a sample are asked, in order.
Result<std::vector<Rubric>> rubrics_of_sample(Transaction& transaction, const Sample& sample);

/// A judgement's code is a rubric or, where the sample has them, a category, and takes the value.
/// Errors: InvalidArgument naming the code.
Status check_judgement(const Sample& sample, const std::vector<Rubric>& rubrics,
                       const CodeJudgement& judgement);

}  // namespace falconet
