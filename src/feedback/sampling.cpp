#include "feedback/sampling.h"

#include <algorithm>

#include "feedback/issue_category.h"

namespace falconet {
namespace {

/// The newest version of a rubric; a preset is written down when it is used for the first time.
Result<RubricVersion> newest_version(Transaction& transaction, const std::vector<Rubric>& all,
                                     const std::string& name) {
  const auto found = std::ranges::find(all, name, &Rubric::name);
  if (found == all.end()) {
    return error(ErrorCode::NotFound, "rubrics: there is none named '", name.substr(0, 80), "'");
  }
  TRY_ASSIGN(const SavedRubric saved, save_rubric(transaction, name, rubric_json(*found)));
  return saved.id;
}

}  // namespace

Result<std::vector<Rubric>> list_all_rubrics(Transaction& transaction) {
  TRY_ASSIGN(const std::vector<SavedRubric> saved, list_rubrics(transaction));
  std::vector<Rubric> rubrics;
  for (const SavedRubric& each : saved) {
    TRY_ASSIGN(Rubric rubric, rubric_of_json(each.document, each.id.name));
    rubric.version = each.id.version;
    rubrics.push_back(std::move(rubric));
  }
  for (const Rubric& preset : rubric_presets()) {
    const bool is_saved = std::ranges::find(rubrics, preset.name, &Rubric::name) != rubrics.end();
    if (!is_saved) rubrics.push_back(preset);
  }
  return rubrics;
}

Result<Rubric> change_rubric(Transaction& transaction, Rubric rubric) {
  if (issue_category_of(rubric.name)) {
    return error(ErrorCode::InvalidArgument, "name: '", rubric.name, "' is a category's name");
  }
  TRY_ASSIGN(const std::vector<Rubric> all, list_all_rubrics(transaction));
  const auto before = std::ranges::find(all, rubric.name, &Rubric::name);
  if (before != all.end()) TRY(save_rubric(transaction, before->name, rubric_json(*before)));
  TRY_ASSIGN(const SavedRubric saved, save_rubric(transaction, rubric.name, rubric_json(rubric)));
  rubric.version = saved.id.version;
  return rubric;
}

Result<std::vector<Rubric>> rubrics_of_sample(Transaction& transaction, const Sample& sample) {
  TRY_ASSIGN(const std::vector<Rubric> all, list_all_rubrics(transaction));
  std::vector<Rubric> rubrics;
  for (const RubricVersion& wanted : sample.rubrics) {
    const auto found = std::ranges::find_if(all, [&](const Rubric& rubric) {
      return rubric.name == wanted.name && rubric.version == wanted.version;
    });
    if (found != all.end()) rubrics.push_back(*found);
  }
  return rubrics;
}

Status check_judgement(const Sample& sample, const std::vector<Rubric>& rubrics,
                       const CodeJudgement& judgement) {
  const auto rubric = std::ranges::find(rubrics, judgement.code, &Rubric::name);
  const bool is_category = sample.has_categories && issue_category_of(judgement.code).has_value();
  if (rubric == rubrics.end() && !is_category) {
    return error(ErrorCode::InvalidArgument, "'", judgement.code.substr(0, 80),
                 "' is not asked in this sample");
  }
  if (!judgement.value) return {};
  const double value = *judgement.value;
  const bool is_taken =
      rubric != rubrics.end() ? takes_value(*rubric, value) : value == 0 || value == 1;
  if (is_taken) return {};
  return error(ErrorCode::InvalidArgument, judgement.code, ": ", value, " is not on its scale");
}

Result<Sample> order_sample(Transaction& transaction, const SampleOrder& order) {
  if (order.rubrics.empty() && !order.has_categories) {
    return error(ErrorCode::InvalidArgument, "rubrics: there is nothing to ask about the answers");
  }
  SampleDesign design = order.design;
  if (!design.until) design.until = transaction.now();  // so that it can be drawn again
  TRY_ASSIGN(std::vector<SampleCandidate> candidates,
             sample_candidates(transaction, design.from, *design.until));
  std::erase_if(candidates,
                [&](const SampleCandidate& candidate) { return !is_eligible(candidate, design); });
  std::vector<std::string> strata;
  for (const SampleCandidate& candidate : candidates) {
    strata.push_back(stratum_of(candidate, design));
  }
  TRY_ASSIGN(const std::vector<DrawnItem> drawn, draw_sample(strata, design));
  NewSample sample{.title = order.title,
                   .design = sample_design_json(design),
                   .seed = design.seed,
                   .num_eligible = static_cast<std::int64_t>(candidates.size()),
                   .coders_per_item = order.coders_per_item,
                   .has_categories = order.has_categories};
  TRY_ASSIGN(const std::vector<Rubric> all, list_all_rubrics(transaction));
  for (const std::string& name : order.rubrics) {
    if (issue_category_of(name)) {
      return error(ErrorCode::InvalidArgument, "rubrics: '", name, "' is a category's name");
    }
    TRY_ASSIGN(RubricVersion version, newest_version(transaction, all, name));
    sample.rubrics.push_back(std::move(version));
  }
  for (const DrawnItem& item : drawn) {
    const SampleCandidate& candidate = candidates[item.index];
    sample.items.push_back({candidate.generation, candidate.message, candidate.user,
                            strata[item.index], item.probability});
  }
  return create_sample(transaction, sample);
}

}  // namespace falconet
