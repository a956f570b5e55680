// What each kind of file calls the tensors of a decoder.
#pragma once

#include <cstddef>
#include <string>

#include "formats/checkpoint.h"

namespace falconet {

/// A tensor by its place in the computation. Those from AttentionNorm on exist once a layer.
enum class TensorRole {
  Embedding,
  OutputNorm,
  Head,
  RopeDivisors,  // GGUF only: Llama 3's frequency scaling, already worked out
  AttentionNorm,
  Query,
  Key,
  Value,
  QueryBias,
  KeyBias,
  ValueBias,
  QueryNorm,
  KeyNorm,
  AttentionOutput,
  FfnNorm,
  Gate,
  Up,
  Down,
};

/// Empty where this kind of file has no such tensor. `layer` counts for the roles within layers.
std::string tensor_name(CheckpointKind kind, TensorRole role, std::size_t layer = 0);

}  // namespace falconet
