#include "formats/quantize_recipe.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/strings.h"

namespace falconet {
namespace {

constexpr std::array kRecipes = {
    Recipe{"f32", DType::F32, 0},
    Recipe{"f16", DType::F16, 1},
    Recipe{"bf16", DType::BF16, 32},
    Recipe{"q8_0", DType::Q8_0, 7},
    Recipe{"q6_k", DType::Q6_K, 18},
    Recipe{"q5_k_m", DType::Q5_K, 17, /*is_mixed=*/true},
    Recipe{"q5_1", DType::Q5_1, 9},
    Recipe{"q5_0", DType::Q5_0, 8},
    Recipe{"q4_k_m", DType::Q4_K, 15, /*is_mixed=*/true},
    Recipe{"q4_1", DType::Q4_1, 3},
    Recipe{"q4_0", DType::Q4_0, 2},
};

/// The layer of "blk.12.attn_v.weight".
std::optional<std::size_t> layer_of(std::string_view name) {
  if (!name.starts_with("blk.")) return std::nullopt;
  name.remove_prefix(4);
  return parse_number<std::size_t>(name.substr(0, name.find('.')));
}

/// llama.cpp's choice for its mixed recipes: the first and last eighth, every third in between.
bool gets_more_bits(std::size_t layer, std::size_t num_layers) {
  const std::size_t eighth = num_layers / 8;
  return layer < eighth || layer >= 7 * num_layers / 8 || (layer - eighth) % 3 == 2;
}

bool is_head(const TensorPlan& tensor, const ModelOutline& outline) {
  return tensor.name == (outline.has_head ? "output.weight" : "token_embd.weight");
}

DType wanted_dtype(const Recipe& recipe, const TensorPlan& tensor, const ModelOutline& outline) {
  if (!is_quantized(recipe.dtype) || recipe.dtype == DType::Q8_0) return recipe.dtype;
  if (is_head(tensor, outline)) return DType::Q6_K;
  const auto layer = layer_of(tensor.name);
  const bool is_sensitive =
      tensor.name.ends_with(".attn_v.weight") || tensor.name.ends_with(".ffn_down.weight");
  if (recipe.is_mixed && is_sensitive && layer && gets_more_bits(*layer, outline.num_layers)) {
    return DType::Q6_K;
  }
  return recipe.dtype;
}

/// The next type for rows that do not divide into blocks of 256, or of 32.
DType fallback_of(DType dtype) {
  switch (dtype) {
    case DType::Q4_K: return DType::Q5_0;
    case DType::Q5_K: return DType::Q5_1;
    case DType::Q6_K: return DType::Q8_0;
    default: return DType::F16;
  }
}

}  // namespace

std::span<const Recipe> recipes() { return kRecipes; }

Result<Recipe> find_recipe(std::string_view name) {
  std::vector<std::string> names;
  for (const Recipe& recipe : kRecipes) {
    if (recipe.name == to_lower(name)) return recipe;
    names.emplace_back(recipe.name);
  }
  return error(ErrorCode::InvalidArgument, "there is no quantization \"", name, "\"; use one of ",
               join(names, ", "));
}

ModelOutline outline_of(std::span<const TensorPlan> tensors) {
  ModelOutline outline;
  for (const TensorPlan& tensor : tensors) {
    if (tensor.name == "output.weight") outline.has_head = true;
    if (const auto layer = layer_of(tensor.name)) {
      outline.num_layers = std::max(outline.num_layers, *layer + 1);
    }
  }
  return outline;
}

DType choose_dtype(const Recipe& recipe, const TensorPlan& tensor, const ModelOutline& outline) {
  const bool is_matrix = tensor.shape.size() >= 2 && tensor.name.ends_with("weight") &&
                         !tensor.name.ends_with("norm.weight");
  if (!is_matrix) return DType::F32;
  DType dtype = wanted_dtype(recipe, tensor, outline);
  while (tensor.shape.back() % traits(dtype).block_size != 0) dtype = fallback_of(dtype);
  return dtype;
}

}  // namespace falconet
