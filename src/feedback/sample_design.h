// How answers are drawn into a sample: at random, the same number from every stratum, or errors
// first. Every answer that may be drawn has a known chance above 0.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "store/samples.h"

namespace falconet {

enum class SampleMethod {
  Random,       // every answer has the same chance
  Stratified,   // as many of each stratum, as far as there are any
  ErrorsFirst,  // answers with a known fault at a higher rate than the others
};

enum class SampleStratum { Segment, Language, Turn, Model };

std::string_view sample_method_name(SampleMethod method);
std::string_view sample_stratum_name(SampleStratum stratum);

// Two coders read some forty answers an hour: more is no sample but a second job.
constexpr std::int64_t kMaxSampleSize = 2000;

struct SampleDesign {
  SampleMethod method = SampleMethod::Random;
  std::int64_t size = 50;
  std::int64_t seed = 1;
  SampleStratum stratify_by = SampleStratum::Language;
  double error_share = 0.7;                // of the sample, where there are as many errors
  std::int64_t from = 0;                   // milliseconds since 1970…
  std::optional<std::int64_t> until = {};  // …up to before this; nothing: now
  // Of these alone; empty: of all.
  std::vector<std::string> languages = {};
  std::vector<std::string> segments = {};
  std::vector<std::string> models = {};
};

/// Errors: InvalidArgument naming the member.
Result<SampleDesign> sample_design_of_json(const Json& document);
Json sample_design_json(const SampleDesign& design);

/// Stopped, cut off for want of room, fallen into a loop, or rated down. Whether JSON was malformed
/// is not known of chats.
bool is_error(const SampleCandidate& candidate);

/// "1", "2–3", "4–7", "8+".
std::string_view turn_band(std::int64_t turn);

/// Whether the filters let it through; and in which stratum it is.
bool is_eligible(const SampleCandidate& candidate, const SampleDesign& design);
std::string stratum_of(const SampleCandidate& candidate, const SampleDesign& design);

struct DrawnItem {
  std::size_t index = 0;   // of what was drawn from
  double probability = 0;  // with which this one was drawn
};

/// A simple random sample without replacement of each stratum; an item's chance is the share of its
/// stratum that is drawn (Särndal, Swensson, Wretman 1992, section 3.7). `strata`: of each item
/// that may be drawn. The same items in the same order, design and seed give the same sample.
/// Errors: NotFound without an item; InvalidArgument where the size leaves a stratum without one.
Result<std::vector<DrawnItem>> draw_sample(std::span<const std::string> strata,
                                           const SampleDesign& design);

}  // namespace falconet
