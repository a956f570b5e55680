#include "feedback/annotation_results.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/strings.h"

namespace falconet {
namespace {

/// What was said of one answer.
struct CodedItem {
  PersonId person;  // who asked
  double weight = 1;
  std::map<std::string_view, double> by_people = {};  // coder -> value
  std::map<std::string_view, double> by_programs = {};
  std::optional<double> decision = {};

  bool is_differing() const {
    return std::ranges::any_of(
        by_people, [&](const auto& each) { return each.second != by_people.begin()->second; });
  }

  /// The decision, or what more than half of the people say.
  std::optional<double> settled() const {
    if (decision) return decision;
    std::map<double, std::size_t> counts;
    for (const auto& [coder, value] : by_people) {
      if (2 * ++counts[value] > by_people.size()) return value;
    }
    return std::nullopt;
  }
};

/// All that was said under one code in one sample.
struct CodedSet {
  std::map<std::string_view, CodedItem> items = {};  // by generation
  std::map<std::string_view, CoderKind> programs = {};
  std::int64_t num_cannot_judge = 0;
};

using CodedKey = std::tuple<std::string_view, std::string_view, std::int64_t>;

std::map<CodedKey, CodedSet> coded_sets(const AnalysisTable& table,
                                        std::optional<Provenance> only) {
  std::unordered_map<std::string_view, PersonId> writers;
  for (const GivenAnswer& answer : table.answers) {
    writers.emplace(answer.generation->id, answer.person);
  }
  std::map<CodedKey, CodedSet> sets;
  for (const StudyAnnotation& annotation : table.records->annotations) {
    const auto writer = writers.find(annotation.generation_id);
    if (writer == writers.end()) continue;  // who asked has withdrawn
    if (only && annotation.provenance != *only) continue;
    CodedSet& set = sets[{annotation.sample, annotation.code, annotation.rubric_version}];
    const bool is_person = annotation.coder_kind == CoderKind::Person;
    if (annotation.cannot_judge) {
      set.num_cannot_judge += is_person ? 1 : 0;
      continue;
    }
    CodedItem& item = set.items[annotation.generation_id];
    item.person = writer->second;
    item.weight = 1 / annotation.probability;
    if (annotation.is_decision) {
      item.decision = annotation.value;
    } else {
      (is_person ? item.by_people : item.by_programs)[annotation.coder] = annotation.value;
      if (!is_person) set.programs[annotation.coder] = annotation.coder_kind;
    }
  }
  return sets;
}

/// The rubric of a code, or for a category and an unknown rubric yes and no.
Rubric rubric_of(const FeedbackRecords& records, const CodedKey& key, const CodedSet& set) {
  const auto& [sample, code, version] = key;
  for (const Rubric& rubric : records.rubrics) {
    if (rubric.name == code && rubric.version == version) return rubric;
  }
  Rubric out{.name = std::string(code), .version = version};
  out.label = {out.name, out.name};
  if (const auto category = issue_category_of(code)) {
    out.label = {std::string(issue_category_label(*category, ReportLanguage::English)),
                 std::string(issue_category_label(*category, ReportLanguage::Chinese))};
  }
  std::set<double> values = {0, 1};
  for (const auto& [generation, item] : set.items) {
    for (const auto& [coder, value] : item.by_people) values.insert(value);
  }
  if (values.size() > 2) out.scale = RubricScale::Nominal;
  for (const double value : values) out.values.push_back({value, {cat(value), cat(value)}});
  if (out.scale == RubricScale::Binary) out.values = {{0, {"No", "否"}}, {1, {"Yes", "是"}}};
  return out;
}

class CodeFigures {
 public:
  CodeFigures(const CodedSet& set, const Resampling& resampling)
      : set_(set), resampling_(resampling) {
    for (const auto& [generation, item] : set.items) {
      const UnitId unit{num_units_++};
      for (const auto& [coder, value] : item.by_people) {
        codings_.push_back({unit, number_of(coder), value});
      }
    }
  }

  void fill(CodeResult& out) const {
    out.num_coders = static_cast<std::int64_t>(coders_.size());
    out.num_judgements = static_cast<std::int64_t>(codings_.size());
    out.num_cannot_judge = set_.num_cannot_judge;
    for (const auto& [generation, item] : set_.items) {
      out.num_items += item.by_people.empty() ? 0 : 1;
      out.num_differing += item.is_differing() ? 1 : 0;
      out.num_decided += item.decision ? 1 : 0;
    }
    const auto measurement =
        out.scale == RubricScale::Ordinal ? Measurement::Ordinal : Measurement::Nominal;
    if (auto agreement = krippendorff_alpha(codings_, measurement, resampling_)) {
      out.verdict =
          agreement->alpha >= kLeastAlpha ? CodingVerdict::Agreed : CodingVerdict::ReviseCodebook;
      out.agreement = *agreement;
    }
    fill_pairs(out);
  }

  CodeShare share_of(const RubricValue& value) const {
    std::vector<WeightedValue> values;
    for (const auto& [generation, item] : set_.items) {
      if (item.decision) {
        values.push_back({item.person, *item.decision == value.value ? 1.0 : 0.0, item.weight});
        continue;
      }
      const auto num_people = static_cast<double>(item.by_people.size());
      for (const auto& [coder, given] : item.by_people) {
        values.push_back({item.person, given == value.value ? 1.0 : 0.0, item.weight / num_people});
      }
    }
    return {value.value, value.label, message_rate(values, resampling_)};
  }

  ProgramCoder program(std::string_view coder, CoderKind kind, RubricScale scale) const {
    ProgramCoder out{.coder = std::string(coder), .kind = kind};
    std::vector<JudgedUnit> units;
    for (const auto& [generation, item] : set_.items) {
      const auto judged = item.by_programs.find(coder);
      if (judged == item.by_programs.end()) continue;
      JudgedUnit unit{item.person, item.weight, judged->second == 1, {}};
      if (const auto truth = item.settled()) unit.truth = *truth == 1;
      units.push_back(unit);
    }
    out.num_items = static_cast<std::int64_t>(units.size());
    if (scale != RubricScale::Binary) return out;
    if (auto calibration = calibrate_judge(units, resampling_)) out.calibration = *calibration;
    return out;
  }

 private:
  PersonId number_of(std::string_view coder) {
    const auto [found, is_new] =
        numbers_.emplace(coder, PersonId{static_cast<std::int32_t>(coders_.size())});
    if (is_new) coders_.push_back(coder);
    return found->second;
  }

  void fill_pairs(CodeResult& out) const {
    const auto pairs = pairwise_kappa(codings_, resampling_.level);
    if (!pairs) return;
    for (const PairAgreement& pair : *pairs) {
      out.pairs.push_back(
          {.first = std::string(coders_[static_cast<std::size_t>(pair.first.value)]),
           .second = std::string(coders_[static_cast<std::size_t>(pair.second.value)]),
           .num_items = pair.num_units,
           .kappa = pair.kappa,
           .interval = pair.interval});
    }
  }

  const CodedSet& set_;
  const Resampling& resampling_;
  std::int32_t num_units_ = 0;
  std::vector<std::string_view> coders_ = {};
  std::map<std::string_view, PersonId> numbers_ = {};
  std::vector<Coding> codings_ = {};
};

}  // namespace

const char* coding_verdict_name(CodingVerdict verdict) {
  if (verdict == CodingVerdict::Agreed) return "agreed";
  return verdict == CodingVerdict::ReviseCodebook ? "revise_codebook" : "untested";
}

std::vector<CodeResult> annotation_results(const AnalysisTable& table, const Resampling& resampling,
                                           std::optional<Provenance> only) {
  std::vector<CodeResult> results;
  for (const auto& [key, set] : coded_sets(table, only)) {
    const Rubric rubric = rubric_of(*table.records, key, set);
    CodeResult result{.sample = std::string(std::get<0>(key)),
                      .code = std::string(std::get<1>(key)),
                      .rubric_version = std::get<2>(key),
                      .scale = rubric.scale,
                      .label = rubric.label};
    const CodeFigures figures(set, resampling);
    figures.fill(result);
    if (result.verdict == CodingVerdict::Agreed) {
      for (const RubricValue& value : rubric.values) {
        result.shares.push_back(figures.share_of(value));
      }
    }
    for (const auto& [coder, kind] : set.programs) {
      result.programs.push_back(figures.program(coder, kind, rubric.scale));
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace falconet
