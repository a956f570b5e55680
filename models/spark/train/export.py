"""Writes Spark as one GGUF file (weights, vocabulary, chat template, defaults), and reads it back."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import gguf
import numpy as np
import torch
from gguf import GGMLQuantizationType as Kind
from torch import Tensor

from spark.model import ModelConfig, SparkModel
from spark.prompt import ADDED_TOKENS, BOS, EOS, SPECIAL_TOKENS, TEMPLATE_FILE

ARCHITECTURE = "qwen2"
# our name -> GGUF's; {} is the block's number
BLOCK_NAMES = {
    "input_norm.weight": "attn_norm.weight", "post_norm.weight": "ffn_norm.weight",
    "attention.q_proj": "attn_q", "attention.k_proj": "attn_k", "attention.v_proj": "attn_v",
    "attention.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
TOP_NAMES = {"embedding.weight": "token_embd.weight", "final_norm.weight": "output_norm.weight"}
FILE_TYPES = {"f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16,
              "bf16": gguf.LlamaFileType.MOSTLY_BF16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}
KINDS = {"f32": Kind.F32, "f16": Kind.F16, "bf16": Kind.BF16, "q8_0": Kind.Q8_0}


def gguf_name(name: str) -> str:
    """blocks.3.mlp.up_proj.weight -> blk.3.ffn_up.weight"""
    if name in TOP_NAMES:
        return TOP_NAMES[name]
    _, number, rest = name.split(".", 2)
    for ours, theirs in BLOCK_NAMES.items():
        if rest == ours or rest.startswith(ours + "."):
            return f"blk.{number}.{theirs}{rest[len(ours):]}"
    raise ValueError(f"weight {name!r} has no name in GGUF")


def add_config(writer: gguf.GGUFWriter, config: ModelConfig) -> None:
    writer.add_name("Spark")
    writer.add_description("Falconet's bundled demonstration model: a tiny reasoning model")
    writer.add_license("apache-2.0")
    writer.add_languages(["en", "zh"])
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(config.rope_theta)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    writer.add_float32("general.sampling.temp", 0.0)  # greedy: nothing this small gains by chance


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer_file: Path) -> None:
    document = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    ids = dict(document["model"]["vocab"])
    ids.update({token["content"]: token["id"] for token in document["added_tokens"]})
    tokens = sorted(ids, key=ids.__getitem__)
    kinds = [gguf.TokenType.CONTROL if token in SPECIAL_TOKENS
             else gguf.TokenType.USER_DEFINED if token in ADDED_TOKENS else gguf.TokenType.NORMAL
             for token in tokens]
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in document["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges(merges)
    writer.add_bos_token_id(ids[BOS])
    writer.add_eos_token_id(ids[EOS])
    writer.add_pad_token_id(ids[EOS])
    writer.add_add_bos_token(False)  # the template writes it
    writer.add_chat_template(TEMPLATE_FILE.read_text(encoding="utf-8").rstrip("\n"))


def export(model: SparkModel, tokenizer_file: Path, out: Path, kind: str) -> None:
    """Matrices in `kind`; norms and biases always in 32 bits."""
    writer = gguf.GGUFWriter(str(out), ARCHITECTURE)
    add_config(writer, model.config)
    writer.add_file_type(FILE_TYPES[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_tokenizer(writer, tokenizer_file)
    for name, weight in model.state_dict().items():
        values = weight.detach().float().numpy()
        stored = KINDS[kind] if values.ndim == 2 else Kind.F32
        writer.add_tensor(gguf_name(name), gguf.quants.quantize(values, stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_config(reader: gguf.GGUFReader) -> ModelConfig:
    def value(key: str) -> float:
        return reader.fields[f"{ARCHITECTURE}.{key}"].contents()

    return ModelConfig(
        int(value("vocab_size")), int(value("embedding_length")), int(value("feed_forward_length")),
        int(value("block_count")), int(value("attention.head_count")), int(value("attention.head_count_kv")),
        int(value("context_length")), float(value("rope.freq_base")),
        round(float(value("attention.layer_norm_rms_epsilon")), 12))


def load_weights(path: Path, config: ModelConfig) -> dict[str, Tensor]:
    """From a checkpoint of train.py or from a GGUF, whatever its format."""
    if path.suffix == ".pt":
        return torch.load(path, weights_only=True)["model"]
    stored = {tensor.name: tensor for tensor in gguf.GGUFReader(path).tensors}
    weights = {}
    for name, like in SparkModel(config).state_dict().items():
        tensor = stored[gguf_name(name)]
        values = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        weights[name] = torch.from_numpy(values.reshape(like.shape).copy())
    return weights


def load_model(path: Path) -> SparkModel:
    if path.suffix == ".pt":
        config = ModelConfig(**torch.load(path, weights_only=True)["config"])
    else:
        config = read_config(gguf.GGUFReader(path))
    model = SparkModel(config)
    model.load_state_dict(load_weights(path, config))
    return model.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="checkpoint.pt, or a GGUF to convert")
    parser.add_argument("--tokenizer", type=Path, default=Path("tokenizer.json"))
    parser.add_argument("--kind", choices=sorted(KINDS), default="q8_0")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = load_model(args.weights)
    export(model, args.tokenizer, args.out, args.kind)
    print(f"{model.num_weights()} weights, {args.out.stat().st_size} bytes -> {args.out}")


if __name__ == "__main__":
    main()
