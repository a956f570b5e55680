#include "feedback/simulation_spec.h"

#include <array>

#include "feedback/record_fields.h"

namespace falconet {
namespace {

struct RealMember {
  const char* name;
  double SimulationSpec::*member;
  NumberRange range;
};

constexpr NumberRange kRate{0, 1};
// Rates whose logarithm or inverse is used.
constexpr NumberRange kOpenRate{0.0001, 0.9};

constexpr std::array kReals = {
    RealMember{"invited_per_tester", &SimulationSpec::invited_per_tester, {1, 100}},
    RealMember{"generations_per_person", &SimulationSpec::generations_per_person, {1, 100'000}},
    RealMember{"generations_spread", &SimulationSpec::generations_spread, {0, 3}},
    RealMember{"talkative_factor", &SimulationSpec::talkative_factor, {1, 100}},
    RealMember{"longest_document", &SimulationSpec::longest_document, {500, 1'000'000}},
    RealMember{"tokens_per_turn", &SimulationSpec::tokens_per_turn, {0, 100'000}},
    RealMember{"base_poor_rate", &SimulationSpec::base_poor_rate, kOpenRate},
    RealMember{"person_spread", &SimulationSpec::person_spread, {0, 5}},
    RealMember{"structured_share", &SimulationSpec::structured_share, kRate},
    RealMember{"malformed_rate", &SimulationSpec::malformed_rate, kRate},
    RealMember{"constrained_share", &SimulationSpec::constrained_share, kRate},
    RealMember{"chinese_style_rate", &SimulationSpec::chinese_style_rate, kRate},
    RealMember{"probe_probability", &SimulationSpec::probe_probability, {0.001, 1}},
    RealMember{"probe_answer_rate", &SimulationSpec::probe_answer_rate, kRate},
    RealMember{"voluntary_poor_rate", &SimulationSpec::voluntary_poor_rate, kRate},
    RealMember{"voluntary_good_rate", &SimulationSpec::voluntary_good_rate, kRate},
    RealMember{"comment_rate", &SimulationSpec::comment_rate, kRate},
    RealMember{"survey_answer_rate", &SimulationSpec::survey_answer_rate, kRate},
    RealMember{"sample_probability", &SimulationSpec::sample_probability, {0.001, 1}},
};

struct CountMember {
  const char* name;
  std::int64_t SimulationSpec::*member;
  std::int64_t most;
};

constexpr std::array kCounts = {
    CountMember{"num_talkative", &SimulationSpec::num_talkative, 100'000},
    CountMember{"context_max", &SimulationSpec::context_max, 10'000'000},
    CountMember{"num_interviews", &SimulationSpec::num_interviews, 100'000},
};

constexpr std::array<const char*, 4> kOthers = {"preset", "segments", "length", "turn"};

constexpr std::int64_t kLeastContext = 1024;  // below it no conversation has room
constexpr std::int64_t kMostPeople = 100'000;

bool is_member(std::string_view name) {
  for (const RealMember& row : kReals) {
    if (name == row.name) return true;
  }
  for (const CountMember& row : kCounts) {
    if (name == row.name) return true;
  }
  for (const char* other : kOthers) {
    if (name == other) return true;
  }
  return false;
}

Status read_threshold(const Json& json, const char* name, PlantedThreshold& out) {
  const Json* member = find_member(json, name);
  if (member == nullptr) return {};
  RecordFields fields(*member);
  out.threshold = fields.number("threshold", out.threshold, {0, 1e7});
  out.slope = fields.number("slope", out.slope, {-100, 100});
  if (out.threshold <= 0) fields.reject("\"threshold\" must be above 0");
  if (Status status = fields.status(); !status) return std::move(status).error().within(name);
  return {};
}

Status read_segments(const Json& json, std::vector<SimulatedSegment>& out) {
  const Json* member = find_member(json, "segments");
  if (member == nullptr) return {};
  if (!member->is_array()) {
    return error(ErrorCode::InvalidArgument, "\"segments\" must be a list of objects");
  }
  out.clear();
  std::int64_t num_people = 0;
  for (const Json& value : *member) {
    RecordFields fields(value);
    const double chinese_share = fields.number("chinese_share", 0.5, kRate);
    out.push_back({fields.id("name"), fields.count("count", 0), chinese_share});
    if (Status status = fields.status(); !status) {
      return std::move(status).error().within("segments");
    }
    num_people += out.back().count;
    if (out.back().count > kMostPeople || num_people > kMostPeople) {
      return error(ErrorCode::TooLarge, "segments: more than ", kMostPeople, " people");
    }
  }
  if (num_people == 0) return error(ErrorCode::InvalidArgument, "segments: nobody takes part");
  return {};
}

Json threshold_json(const PlantedThreshold& planted) {
  return {{"threshold", planted.threshold}, {"slope", planted.slope}};
}

}  // namespace

SimulationSpec null_simulation() {
  SimulationSpec spec;
  spec.preset = "null";
  spec.length.slope = 0;
  spec.turn.slope = 0;
  spec.malformed_rate = 0;
  spec.chinese_style_rate = 0;
  return spec;
}

Result<SimulationSpec> parse_simulation_spec(std::string_view text) {
  TRY_ASSIGN(const Json json, parse_json(text));
  RecordFields fields(json);
  TRY(fields.status());
  const std::string preset = string_member(json, "preset").value_or("model-study");
  if (preset != "model-study" && preset != "null") {
    return error(ErrorCode::InvalidArgument,
                 "\"preset\" must be \"model-study\" or \"null\", found \"", preset, "\"");
  }
  SimulationSpec spec = preset == "null" ? null_simulation() : SimulationSpec();
  for (const auto& [name, value] : json.items()) {
    if (!is_member(name)) fields.reject("\"", name, "\" is not a member of a spec");
  }
  for (const RealMember& row : kReals) {
    spec.*row.member = fields.number(row.name, spec.*row.member, row.range);
  }
  for (const CountMember& row : kCounts) {
    spec.*row.member = fields.count(row.name, spec.*row.member);
    if (spec.*row.member > row.most) fields.reject("\"", row.name, "\" is above ", row.most);
  }
  if (spec.context_max < kLeastContext) {
    fields.reject("\"context_max\" must be at least ", kLeastContext);
  }
  TRY(fields.status());
  TRY(read_threshold(json, "length", spec.length));
  TRY(read_threshold(json, "turn", spec.turn));
  TRY(read_segments(json, spec.segments));
  return spec;
}

std::string simulation_spec_json(const SimulationSpec& spec) {
  Json json = {{"preset", spec.preset}};
  Json segments = Json::array();
  for (const SimulatedSegment& segment : spec.segments) {
    segments.push_back({{"name", segment.name},
                        {"count", segment.count},
                        {"chinese_share", segment.chinese_share}});
  }
  json["segments"] = std::move(segments);
  for (const RealMember& row : kReals) json[row.name] = spec.*row.member;
  for (const CountMember& row : kCounts) json[row.name] = spec.*row.member;
  json["length"] = threshold_json(spec.length);
  json["turn"] = threshold_json(spec.turn);
  return to_text(json);
}

}  // namespace falconet
