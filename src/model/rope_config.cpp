#include "model/rope_config.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>

#include "base/check.h"
#include "model/config_reader.h"

namespace falconet {
namespace {

constexpr Range<double> kThetas{2, 1e12};
constexpr Range<double> kFactors{1e-3, 1e4};
constexpr Range<std::size_t> kOriginalPositions{1, std::size_t{1} << 30};

struct ScalingFields {
  FieldName type, factor, original, attention_factor, beta_fast, beta_slow;
};

// config.json's names are members of its rope_scaling object.
constexpr ScalingFields kFields{
    .type = {"rope_type", "rope.scaling.type"},
    .factor = {"factor", "rope.scaling.factor"},
    .original = {"original_max_position_embeddings", "rope.scaling.original_context_length"},
    .attention_factor = {"attention_factor", "rope.scaling.attn_factor"},
    .beta_fast = {"beta_fast", "rope.scaling.yarn_beta_fast"},
    .beta_slow = {"beta_slow", "rope.scaling.yarn_beta_slow"},
};

Result<RopeScaling> scaling_from_name(const std::string& name) {
  if (name == "none" || name == "default") return RopeScaling::None;
  if (name == "linear") return RopeScaling::Linear;
  if (name == "dynamic") return RopeScaling::Ntk;
  if (name == "llama3") return RopeScaling::Llama3;
  if (name == "yarn") return RopeScaling::Yarn;
  return error(ErrorCode::Unsupported, "rope scaling \"", name,
               "\" is not supported; known are none, linear, dynamic, llama3 and yarn");
}

/// YaRN's temperature (section 3.4 of the paper): 0.1 · scale · ln(factor) + 1.
double yarn_magnitude(double factor, double scale) {
  return factor <= 1 ? 1 : 0.1 * scale * std::log(factor) + 1;
}

/// The base with which the slowest pair turns `stretch` times as slowly and the quickest as before.
double ntk_theta(const RopeConfig& rope, double stretch) {
  const auto dim = static_cast<double>(rope.rotary_dim);
  return rope.theta * std::pow(stretch, dim / (dim - 2));
}

/// The base of the whole context.
double final_theta(const RopeConfig& rope) {
  if (rope.scaling != RopeScaling::Ntk) return rope.theta;
  // factor · length / original − (factor − 1), where the length is factor · original.
  return ntk_theta(rope, rope.factor * rope.factor - (rope.factor - 1));
}

/// What both kinds of file have, Llama3's two fields and YaRN's magnitude excepted.
Status read_scaling(const ConfigReader& reader, const std::string& type,
                    std::size_t max_position_embeddings, RopeConfig& rope) {
  TRY_ASSIGN(rope.scaling, scaling_from_name(type));
  if (rope.scaling == RopeScaling::None) return {};
  if (rope.scaling == RopeScaling::Ntk && rope.rotary_dim <= 2) {
    return error(ErrorCode::Unsupported, "dynamic rope scaling needs more than one rotated pair");
  }
  TRY_ASSIGN(rope.factor, reader.require_number(kFields.factor, kFactors));
  TRY_ASSIGN(rope.original_max_position_embeddings,
             reader.count_or(kFields.original, kOriginalPositions, max_position_embeddings));
  TRY_ASSIGN(rope.beta_fast, reader.number_or(kFields.beta_fast, kFactors, rope.beta_fast));
  TRY_ASSIGN(rope.beta_slow, reader.number_or(kFields.beta_slow, kFactors, rope.beta_slow));
  return {};
}

/// The explicit factor, or the one that follows from mscale and mscale_all_dim (DeepSeek's fields).
Result<double> huggingface_magnitude(const ConfigReader& reader, double factor) {
  TRY_ASSIGN(const auto attention_factor, reader.find_number(kFields.attention_factor, kFactors));
  if (attention_factor) return *attention_factor;
  constexpr Range<double> kScales{0, 100};
  TRY_ASSIGN(const auto mscale, reader.find_number({"mscale", ""}, kScales));
  TRY_ASSIGN(const auto all_dim, reader.find_number({"mscale_all_dim", ""}, kScales));
  if (mscale && all_dim && *mscale > 0 && *all_dim > 0) {
    return yarn_magnitude(factor, *mscale) / yarn_magnitude(factor, *all_dim);
  }
  return yarn_magnitude(factor, 1);
}

Status check_rotary_dim(std::size_t rotary_dim, std::size_t head_dim) {
  if (rotary_dim >= 2 && rotary_dim % 2 == 0 && rotary_dim <= head_dim) return {};
  return error(ErrorCode::Corrupt, rotary_dim, " rotated elements of a head of ", head_dim,
               "; the number must be even, positive and no larger than the head");
}

double llama3_frequency(const RopeConfig& rope, double frequency) {
  const double wavelength = 2 * std::numbers::pi / frequency;
  const auto original = static_cast<double>(rope.original_max_position_embeddings);
  if (wavelength < original / rope.high_freq_factor) return frequency;
  if (wavelength > original / rope.low_freq_factor) return frequency / rope.factor;
  const double smooth = (original / wavelength - rope.low_freq_factor) /
                        (rope.high_freq_factor - rope.low_freq_factor);
  return (1 - smooth) * frequency / rope.factor + smooth * frequency;
}

/// The pair that turns `num_rotations` times within the original context.
double yarn_dimension(const RopeConfig& rope, double num_rotations) {
  const auto original = static_cast<double>(rope.original_max_position_embeddings);
  return static_cast<double>(rope.rotary_dim) *
         std::log(original / (num_rotations * 2 * std::numbers::pi)) / (2 * std::log(rope.theta));
}

double yarn_frequency(const RopeConfig& rope, std::size_t pair, double frequency) {
  const double last = static_cast<double>(rope.rotary_dim) - 1;
  const double low = std::max(0.0, std::floor(yarn_dimension(rope, rope.beta_fast)));
  const double high = std::min(last, std::ceil(yarn_dimension(rope, rope.beta_slow)));
  const double ramp = (static_cast<double>(pair) - low) / std::max(0.001, high - low);
  const double interpolated = std::clamp(ramp, 0.0, 1.0);
  return interpolated * frequency / rope.factor + (1 - interpolated) * frequency;
}

}  // namespace

Result<RopeConfig> rope_from_gguf(const Metadata& metadata, const std::string& architecture,
                                  std::size_t head_dim, std::size_t context_length) {
  const ConfigReader reader = ConfigReader::of(metadata, architecture);
  RopeConfig rope;
  TRY_ASSIGN(rope.theta, reader.number_or({"", "rope.freq_base"}, kThetas, rope.theta));
  TRY_ASSIGN(rope.rotary_dim,
             reader.count_or({"", "rope.dimension_count"}, {2, head_dim}, head_dim));
  TRY(check_rotary_dim(rope.rotary_dim, head_dim));
  TRY_ASSIGN(const auto type, reader.find_string(kFields.type));
  TRY(read_scaling(reader, type.value_or("none"), context_length, rope));
  if (rope.scaling == RopeScaling::None) {
    // Files of 2023 have this key alone.
    TRY_ASSIGN(rope.factor, reader.number_or({"", "rope.scale_linear"}, kFactors, 1));
    if (rope.factor != 1) rope.scaling = RopeScaling::Linear;
  }
  TRY_ASSIGN(rope.magnitude, reader.number_or(kFields.attention_factor, kFactors, 1));
  if (rope.scaling == RopeScaling::Yarn) rope.magnitude *= yarn_magnitude(rope.factor, 1);
  return rope;
}

Result<RopeConfig> rope_from_huggingface(const Json& config, std::size_t head_dim,
                                         std::size_t max_position_embeddings) {
  const ConfigReader top = ConfigReader::of(config);
  std::string name = "rope_parameters";
  const Json* object = find_member(config, name);
  if (object == nullptr || object->is_null()) {
    name = "rope_scaling";
    object = find_member(config, name);
  }
  if (object != nullptr && !object->is_null() && !object->is_object()) {
    return error(ErrorCode::Corrupt, "\"", name, "\" must be an object or null");
  }
  const Json empty = Json::object();
  const ConfigReader reader =
      object == nullptr ? ConfigReader::of(empty) : ConfigReader::of(*object, name + ".");

  RopeConfig rope;
  TRY_ASSIGN(rope.theta, top.number_or({"rope_theta", ""}, kThetas, rope.theta));
  TRY_ASSIGN(rope.theta, reader.number_or({"rope_theta", ""}, kThetas, rope.theta));
  TRY_ASSIGN(const double part, top.number_or({"partial_rotary_factor", ""}, {0.01, 1}, 1));
  rope.rotary_dim = static_cast<std::size_t>(part * static_cast<double>(head_dim));
  TRY(check_rotary_dim(rope.rotary_dim, head_dim));

  TRY_ASSIGN(const auto type, reader.find_string(kFields.type));
  TRY_ASSIGN(const auto old_type, reader.find_string({"type", ""}));
  const std::string scaling = type ? *type : old_type.value_or("none");
  TRY_ASSIGN(const auto alpha, reader.find_number({"alpha", ""}, kFactors));
  if (scaling == "dynamic" && alpha && rope.rotary_dim > 2) {
    rope.theta = ntk_theta(rope, *alpha);  // Hunyuan's: the context that is stated is the stretched
  } else {
    TRY(read_scaling(reader, scaling, max_position_embeddings, rope));
  }
  if (rope.scaling == RopeScaling::Llama3) {
    TRY_ASSIGN(rope.low_freq_factor, reader.require_number({"low_freq_factor", ""}, kFactors));
    TRY_ASSIGN(rope.high_freq_factor, reader.require_number({"high_freq_factor", ""}, kFactors));
    if (rope.high_freq_factor <= rope.low_freq_factor) {
      return error(ErrorCode::Corrupt, "\"", name, ".high_freq_factor\" is ", rope.high_freq_factor,
                   "; it must be over low_freq_factor, ", rope.low_freq_factor);
    }
  }
  if (rope.scaling == RopeScaling::Yarn) {
    TRY_ASSIGN(rope.magnitude, huggingface_magnitude(reader, rope.factor));
  }
  return rope;
}

void set_rope_keys(const RopeConfig& rope, const std::string& architecture, Metadata& metadata) {
  const auto set = [&](std::string_view key, MetadataValue value) {
    metadata.set(cat(architecture, '.', key), std::move(value));
  };
  set("rope.freq_base", final_theta(rope));
  set("rope.dimension_count", std::uint64_t{rope.rotary_dim});
  if (rope.scaling != RopeScaling::Linear && rope.scaling != RopeScaling::Yarn) return;
  const bool is_yarn = rope.scaling == RopeScaling::Yarn;
  set(kFields.type.gguf, std::string(is_yarn ? "yarn" : "linear"));
  set(kFields.factor.gguf, rope.factor);
  if (!is_yarn) return;
  set(kFields.original.gguf, std::uint64_t{rope.original_max_position_embeddings});
  set(kFields.attention_factor.gguf, rope.magnitude / yarn_magnitude(rope.factor, 1));
  set(kFields.beta_fast.gguf, rope.beta_fast);
  set(kFields.beta_slow.gguf, rope.beta_slow);
}

std::vector<float> rope_divisors(const RopeConfig& rope) {
  std::vector<float> divisors;
  if (rope.scaling != RopeScaling::Llama3) return divisors;
  RopeConfig plain = rope;
  plain.scaling = RopeScaling::None;
  const std::vector<double> from = inverse_frequencies(plain, {});
  const std::vector<double> to = inverse_frequencies(rope, {});
  for (std::size_t i = 0; i < from.size(); ++i) {
    divisors.push_back(static_cast<float>(from[i] / to[i]));
  }
  return divisors;
}

std::vector<double> inverse_frequencies(const RopeConfig& rope, std::span<const float> divisors) {
  std::vector<double> result(rope.rotary_dim / 2);
  CHECK(divisors.empty() || divisors.size() == result.size());
  const double theta = final_theta(rope);
  for (std::size_t pair = 0; pair < result.size(); ++pair) {
    const double exponent = 2.0 * static_cast<double>(pair) / static_cast<double>(rope.rotary_dim);
    double frequency = std::pow(theta, -exponent);
    if (!divisors.empty()) frequency /= static_cast<double>(divisors[pair]);
    switch (rope.scaling) {
      case RopeScaling::None:
      case RopeScaling::Ntk: break;
      case RopeScaling::Linear: frequency /= rope.factor; break;
      case RopeScaling::Llama3: frequency = llama3_frequency(rope, frequency); break;
      case RopeScaling::Yarn: frequency = yarn_frequency(rope, pair, frequency); break;
    }
    result[pair] = frequency;
  }
  return result;
}

}  // namespace falconet
