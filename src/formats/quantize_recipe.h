// Which tensors of a model are stored in which type, under the names that people know.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "formats/gguf_writer.h"
#include "tensor/dtype.h"

namespace falconet {

/// "q4_k_m" and the like, as llama.cpp defines them.
struct Recipe {
  std::string_view name;
  DType dtype = DType::F32;    // of most matrices
  std::int64_t file_type = 0;  // GGUF's general.file_type
  bool is_mixed = false;       // half of the layers get more bits where they help most
};

/// Every recipe, from the largest files to the smallest.
std::span<const Recipe> recipes();

/// Upper or lower case. Errors: InvalidArgument, listing the names there are.
Result<Recipe> find_recipe(std::string_view name);

/// What the choice depends on besides the tensor itself.
struct ModelOutline {
  std::size_t num_layers = 0;
  bool has_head = false;  // else the embedding is also the head
};

ModelOutline outline_of(std::span<const TensorPlan> tensors);

/// The type of a tensor (GGUF's names) in a file of this recipe: norms and biases stay F32, the
/// head gets Q6_K in every 4- and 5-bit recipe, and rows that do not divide into a type's blocks
/// get the nearest type that fits.
DType choose_dtype(const Recipe& recipe, const TensorPlan& tensor, const ModelOutline& outline);

}  // namespace falconet
