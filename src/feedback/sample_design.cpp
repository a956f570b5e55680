#include "feedback/sample_design.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/random.h"
#include "base/strings.h"
#include "feedback/question_language.h"

namespace falconet {
namespace {

constexpr std::array<std::string_view, 3> kMethodNames = {"random", "stratified", "errors_first"};
constexpr std::array<std::string_view, 4> kStratumNames = {"segment", "language", "turn", "model"};
constexpr const char* kErrorStratum = "errors";
constexpr const char* kOtherStratum = "others";

// Beyond these the rarer kind has hardly any chance, and its weight drowns all others.
constexpr double kLeastErrorShare = 0.05;
constexpr double kMostErrorShare = 0.95;

struct Stratum {
  std::vector<std::size_t> members = {};
  double wanted = 1;          // how much of the sample, as against the other strata
  std::size_t num_drawn = 0;  // of its members
};

using Strata = std::map<std::string_view, Stratum>;

template <std::size_t n>
Result<std::size_t> place_in(const std::array<std::string_view, n>& names, const char* key,
                             const std::string& found) {
  const auto place = std::ranges::find(names, found);
  if (place != names.end()) return static_cast<std::size_t>(place - names.begin());
  std::string expected;
  for (const std::string_view name : names) expected += cat(expected.empty() ? "" : ", ", name);
  return error(ErrorCode::InvalidArgument, key, ": expected one of ", expected, ", found '",
               found.substr(0, 40), "'");
}

Status read_names(const Json& document, const char* key, std::vector<std::string>& out) {
  const Json* list = find_member(document, key);
  if (list == nullptr || list->is_null()) return {};
  const bool is_list =
      list->is_array() && std::ranges::all_of(*list, [](const Json& e) { return e.is_string(); });
  if (!is_list) return error(ErrorCode::InvalidArgument, key, ": expected a list of texts");
  out = list->get<std::vector<std::string>>();
  return {};
}

Status check_design(const SampleDesign& design) {
  if (design.size < 1 || design.size > kMaxSampleSize) {
    return error(ErrorCode::InvalidArgument, "size: expected 1 to ", kMaxSampleSize, ", found ",
                 design.size);
  }
  if (!(design.error_share >= kLeastErrorShare && design.error_share <= kMostErrorShare)) {
    return error(ErrorCode::InvalidArgument, "error_share: expected ", kLeastErrorShare, " to ",
                 kMostErrorShare, ", found ", design.error_share);
  }
  if (design.until && *design.until <= design.from) {
    return error(ErrorCode::InvalidArgument, "until: expected a time after from");
  }
  return {};
}

/// One of each stratum, then one after the other to the stratum that is furthest below its part
/// (Webster's method), as long as it has any left.
void allot(Strata& strata, std::size_t size) {
  for (auto& [name, stratum] : strata) stratum.num_drawn = 1;
  for (std::size_t given = strata.size(); given < size; ++given) {
    Stratum* next = nullptr;
    for (auto& [name, stratum] : strata) {
      if (stratum.num_drawn == stratum.members.size()) continue;
      const auto need = [](const Stratum& s) {
        return s.wanted / (static_cast<double>(s.num_drawn) + 0.5);
      };
      if (next == nullptr || need(stratum) > need(*next)) next = &stratum;
    }
    if (next == nullptr) return;  // all are drawn
    ++next->num_drawn;
  }
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string_view sample_method_name(SampleMethod method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

std::string_view sample_stratum_name(SampleStratum stratum) {
  return kStratumNames[static_cast<std::size_t>(stratum)];
}

Result<SampleDesign> sample_design_of_json(const Json& document) {
  SampleDesign design;
  TRY_ASSIGN(
      const std::size_t method,
      place_in(kMethodNames, "method", string_member(document, "method").value_or("random")));
  design.method = static_cast<SampleMethod>(method);
  TRY_ASSIGN(const std::size_t stratum,
             place_in(kStratumNames, "stratify_by",
                      string_member(document, "stratify_by").value_or("language")));
  design.stratify_by = static_cast<SampleStratum>(stratum);
  design.size = int_member(document, "size").value_or(design.size);
  design.seed = int_member(document, "seed").value_or(design.seed);
  design.error_share = number_member(document, "error_share").value_or(design.error_share);
  design.from = int_member(document, "from").value_or(0);
  design.until = int_member(document, "until");
  TRY(read_names(document, "languages", design.languages));
  TRY(read_names(document, "segments", design.segments));
  TRY(read_names(document, "models", design.models));
  TRY(check_design(design));
  return design;
}

Json sample_design_json(const SampleDesign& design) {
  Json out = {{"method", sample_method_name(design.method)},
              {"size", design.size},
              {"seed", design.seed},
              {"from", design.from},
              {"until", design.until ? Json(*design.until) : Json()},
              {"languages", design.languages},
              {"segments", design.segments},
              {"models", design.models}};
  if (design.method == SampleMethod::Stratified) {
    out["stratify_by"] = sample_stratum_name(design.stratify_by);
  }
  if (design.method == SampleMethod::ErrorsFirst) out["error_share"] = design.error_share;
  return out;
}

bool is_error(const SampleCandidate& candidate) {
  return candidate.is_stopped || candidate.finish_reason == "length" ||
         candidate.finish_reason == "repetition" || candidate.rating.value_or(0) < 0;
}

std::string_view turn_band(std::int64_t turn) {
  if (turn <= 1) return "1";
  if (turn <= 3) return "2–3";
  return turn <= 7 ? "4–7" : "8+";
}

bool is_eligible(const SampleCandidate& candidate, const SampleDesign& design) {
  return contains(design.languages, question_language(candidate.question_begin)) &&
         contains(design.segments, candidate.segment) && contains(design.models, candidate.model);
}

std::string stratum_of(const SampleCandidate& candidate, const SampleDesign& design) {
  if (design.method == SampleMethod::Random) return {};
  if (design.method == SampleMethod::ErrorsFirst) {
    return is_error(candidate) ? kErrorStratum : kOtherStratum;
  }
  switch (design.stratify_by) {
    case SampleStratum::Segment: return candidate.segment;
    case SampleStratum::Language: return question_language(candidate.question_begin);
    case SampleStratum::Turn: return std::string(turn_band(candidate.turn));
    case SampleStratum::Model: return candidate.model;
  }
  return {};
}

Result<std::vector<DrawnItem>> draw_sample(std::span<const std::string> items,
                                           const SampleDesign& design) {
  TRY(check_design(design));
  if (items.empty()) {
    return error(ErrorCode::NotFound,
                 "there is no answer to draw: widen the period or the filters");
  }
  Strata strata;
  for (std::size_t i = 0; i < items.size(); ++i) strata[items[i]].members.push_back(i);
  const auto size = static_cast<std::size_t>(design.size);
  if (size < strata.size()) {
    return error(ErrorCode::InvalidArgument, "size: expected at least ", strata.size(),
                 ", one for each stratum, found ", size);
  }
  if (design.method == SampleMethod::ErrorsFirst) {
    for (auto& [name, stratum] : strata) {
      stratum.wanted = name == kErrorStratum ? design.error_share : 1 - design.error_share;
    }
  }
  allot(strata, size);
  Random random(static_cast<std::uint64_t>(design.seed));
  std::vector<DrawnItem> drawn;
  for (auto& [name, stratum] : strata) {
    const double probability =
        static_cast<double>(stratum.num_drawn) / static_cast<double>(stratum.members.size());
    for (std::size_t i = 0; i < stratum.num_drawn; ++i) {  // Fisher and Yates, as far as needed
      const std::size_t other = i + random.below(stratum.members.size() - i);
      std::swap(stratum.members[i], stratum.members[other]);
      drawn.push_back({stratum.members[i], probability});
    }
  }
  std::ranges::sort(drawn, {}, &DrawnItem::index);
  return drawn;
}

}  // namespace falconet
