#include "model/tensor_names.h"

#include <array>
#include <string_view>

#include "base/check.h"

namespace falconet {
namespace {

struct Row {
  TensorRole role;
  std::string_view gguf;         // after "blk.<layer>." within layers
  std::string_view huggingface;  // after "model.layers.<layer>." within layers
};

constexpr std::array kRows = {
    Row{TensorRole::Embedding, "token_embd.weight", "model.embed_tokens.weight"},
    Row{TensorRole::OutputNorm, "output_norm.weight", "model.norm.weight"},
    Row{TensorRole::Head, "output.weight", "lm_head.weight"},
    Row{TensorRole::RopeDivisors, "rope_freqs.weight", ""},
    Row{TensorRole::AttentionNorm, "attn_norm.weight", "input_layernorm.weight"},
    Row{TensorRole::Query, "attn_q.weight", "self_attn.q_proj.weight"},
    Row{TensorRole::Key, "attn_k.weight", "self_attn.k_proj.weight"},
    Row{TensorRole::Value, "attn_v.weight", "self_attn.v_proj.weight"},
    Row{TensorRole::QueryBias, "attn_q.bias", "self_attn.q_proj.bias"},
    Row{TensorRole::KeyBias, "attn_k.bias", "self_attn.k_proj.bias"},
    Row{TensorRole::ValueBias, "attn_v.bias", "self_attn.v_proj.bias"},
    Row{TensorRole::QueryNorm, "attn_q_norm.weight", "self_attn.q_norm.weight"},
    Row{TensorRole::KeyNorm, "attn_k_norm.weight", "self_attn.k_norm.weight"},
    Row{TensorRole::AttentionOutput, "attn_output.weight", "self_attn.o_proj.weight"},
    Row{TensorRole::FfnNorm, "ffn_norm.weight", "post_attention_layernorm.weight"},
    Row{TensorRole::Gate, "ffn_gate.weight", "mlp.gate_proj.weight"},
    Row{TensorRole::Up, "ffn_up.weight", "mlp.up_proj.weight"},
    Row{TensorRole::Down, "ffn_down.weight", "mlp.down_proj.weight"},
};

}  // namespace

std::string tensor_name(CheckpointKind kind, TensorRole role, std::size_t layer) {
  const Row& row = kRows[static_cast<std::size_t>(role)];
  CHECK(row.role == role, "the table's rows stand in the order of TensorRole");
  const bool is_gguf = kind == CheckpointKind::Gguf;
  const std::string_view name = is_gguf ? row.gguf : row.huggingface;
  if (role < TensorRole::AttentionNorm) return std::string(name);
  return is_gguf ? cat("blk.", layer, ".", name) : cat("model.layers.", layer, ".", name);
}

}  // namespace falconet
