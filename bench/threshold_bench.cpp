// How often find_threshold says what was planted: threshold_bench [STUDIES [FIRST_SEED [DESIGN]]].
// Two lines a design, length and turn; docs/statistics.md has the results.
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/strings.h"
#include "stats/planted_study.h"

namespace falconet {
namespace {

struct Design {
  const char* name;
  PlantedStudyOptions options;
};

std::vector<Design> designs() {
  using enum PlantedShape;
  std::vector<Design> all;
  const auto add = [&](const char* name, PlantedEffect tokens, PlantedEffect turns) {
    all.push_back({name, {.tokens = tokens, .turns = turns}});
  };
  add("nothing", {}, {});
  add("turns only", {}, {Bend, 0.5});
  add("tokens only", {Bend, 1.5}, {});
  add("both bend", {Bend, 1.5}, {Bend, 0.5});
  add("both bend, weaker", {Bend, 1.0}, {Bend, 0.3});
  add("both jump", {Jump, 1.5}, {Jump, 1.5});
  add("lines", {Line, 0.4}, {Line, 0.15});
  add("raw lines", {RawLine, 0.6}, {RawLine, 0.75});
  add("parabolas", {Parabola, 0.5}, {Parabola, 0.15});
  const auto varied = [&](const char* name, auto change) {
    Design design{name, {.tokens = {Bend, 1.5}, .turns = {Bend, 0.5}}};
    change(design.options);
    all.push_back(design);
  };
  varied("both bend, 30 messages", [](auto& o) { o.messages_per_person = 30; });
  varied("both bend, 120 messages", [](auto& o) { o.messages_per_person = 120; });
  varied("both bend, few talk most", [](auto& o) { o.talkativeness = 1.4; });
  varied("both bend, strict differ more", [](auto& o) { o.strictness = 1.5; });
  all.push_back({"nothing, few talk most", {.talkativeness = 1.4, .strictness = 1.5}});
  all.push_back({"nothing, 30 messages", {.messages_per_person = 30}});
  return all;
}

struct Tally {
  int none = 0;
  int gradual = 0;
  int threshold = 0;
  int covered = 0;        // of all studies
  int found_covered = 0;  // of those with a threshold
  int jumps = 0;          // of those with a threshold
  int bent = 0;           // of those with a threshold: with a slope before it
  std::vector<double> thresholds = {};
  std::vector<double> widths = {};

  void add(const ThresholdFinding& finding, double truth) {
    none += finding.verdict == Verdict::None;
    gradual += finding.verdict == Verdict::Gradual;
    covered += finding.interval.contains(truth);
    if (finding.verdict != Verdict::Threshold) return;
    ++threshold;
    jumps += finding.form == ThresholdForm::Jump;
    bent += finding.slope_before != 0;
    found_covered += finding.interval.contains(truth);
    thresholds.push_back(finding.threshold);
    widths.push_back(finding.interval.high / std::max(1e-9, finding.interval.low));
  }
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::nth_element(values, values.begin() + static_cast<long>(values.size() / 2));
  return values[values.size() / 2];
}

void print(const char* name, const char* axis, const Tally& tally, int studies) {
  const auto percent = [&](int count, int of) { return of == 0 ? 0.0 : 100.0 * count / of; };
  std::printf(
      "%-30s %-6s none %5.1f  gradual %5.1f  threshold %5.1f | holds %5.1f, if found %5.1f"
      " | jumps %5.1f, bent %5.1f, median %7.1f, high/low %.2f\n",
      name, axis, percent(tally.none, studies), percent(tally.gradual, studies),
      percent(tally.threshold, studies), percent(tally.covered, studies),
      percent(tally.found_covered, tally.threshold), percent(tally.jumps, tally.threshold),
      percent(tally.bent, tally.threshold), median(tally.thresholds), median(tally.widths));
}

int run(int studies, std::uint64_t first_seed, std::string_view only) {
  for (const Design& design : designs()) {
    if (!only.empty() && design.name != only) continue;
    Tally tokens;
    Tally turns;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < studies; ++i) {
      const PlantedStudy study =
          plant_study(first_seed + static_cast<std::uint64_t>(i), design.options);
      // One seed for all would make the resamples' own error common to all studies.
      const ThresholdOptions own = {
          .resampling = {.num_resamples = 999, .seed = first_seed + static_cast<std::uint64_t>(i)}};
      tokens.add(find_threshold(study.by_tokens(), own).value(), PlantedStudy::kTokenThreshold);
      turns.add(find_threshold(study.by_turns(), own).value(), PlantedStudy::kTurnThreshold);
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    print(design.name, "tokens", tokens, studies);
    print("", "turns", turns, studies);
    std::printf("%-30s %.3f s a finding\n", "", taken.count() / (2 * studies));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace falconet

int main(int argc, char** argv) {
  const int studies = argc > 1 ? falconet::parse_number<int>(argv[1]).value_or(0) : 50;
  const int seed = argc > 2 ? falconet::parse_number<int>(argv[2]).value_or(0) : 1;
  if (studies > 0 && seed > 0) {
    return falconet::run(studies, static_cast<std::uint64_t>(seed), argc > 3 ? argv[3] : "");
  }
  std::fprintf(stderr, "usage: threshold_bench [STUDIES [FIRST_SEED [DESIGN]]]\n");
  return 2;
}
