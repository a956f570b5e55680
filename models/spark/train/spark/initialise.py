"""Where training begins: not from noise alone, but with the two circuits that copying needs.

Everything Spark does begins with copying (a number out of the question, a name, a key of a schema),
and gradient descent finds the induction circuit (Olsson et al. 2022, arXiv:2209.11895) only after
tens of millions of tokens, which two cores do not have. So it is written into the first weights, as
mimetic initialisation does (Trockman and Kolter 2023, arXiv:2305.09828), and training bends it as it likes:

- block 0: heads that look one and two tokens back. Qwen2 has biases on queries and keys, and turned
  biases of a fixed phase peak at one distance, whatever the tokens say.
- blocks 1 and 2: heads that look for the place whose previous token is the current one, by the
  slowly turning half of a head, which distance hardly disturbs, and pass on the token found there.
- every other output matrix is zero, so that a block at first leaves its input as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from .model import SparkModel

EMBEDDING_SPREAD = 0.1
FINAL_NORM = 0.25  # with it, logits spread by 0.4 at first
WEIGHT_SPREAD = 0.6  # over the root of the fan-in
PHASE_WEIGHT = 6.7  # of a bias; the softmax then favours the wanted distance by e^5
MATCH_WEIGHT = 2.0  # of query and key each
COPY_WEIGHT = 0.3  # of what a copying head adds to the residual


def slow_rows(head_dim: int) -> Tensor:
    """The rows of a head that turn slowest: half of them, as pairs (i, i + head_dim / 2)."""
    half = head_dim // 2
    slow = torch.arange(half // 2, half)
    return torch.cat((slow, slow + half))


def set_distance(model: SparkModel, head: int, distance: int) -> None:
    """Block 0's head looks `distance` tokens back, by the fast pairs alone."""
    attention, half = model.blocks[0].attention, model.config.head_dim // 2
    fast, group = half // 2, attention.heads // attention.kv_heads
    cos, sin = model.cos[distance, :fast], model.sin[distance, :fast]
    query, key = head * 2 * half, head // group * 2 * half
    attention.q_proj.weight[query : query + 2 * half] = 0
    attention.k_proj.weight[key : key + 2 * half] = 0
    attention.k_proj.bias[key : key + fast] = PHASE_WEIGHT
    # The key at distance d is turned back by d; so is this query, already.
    attention.q_proj.bias[query : query + fast] = PHASE_WEIGHT * cos
    attention.q_proj.bias[query + half : query + half + fast] = -PHASE_WEIGHT * sin


def set_induction(model: SparkModel, block: int, kv_head: int, signature: int, copied: int) -> None:
    """A head that matches the current token's first dimensions with what block 0 wrote at `signature`,
    and copies the dimensions from `copied` on."""
    attention, size = model.blocks[block].attention, model.config.head_dim
    head = kv_head * (attention.heads // attention.kv_heads)
    rows = slow_rows(size)
    query, key, value = (w.weight for w in (attention.q_proj, attention.k_proj, attention.v_proj))
    query[head * size : (head + 1) * size] = 0
    key[kv_head * size : (kv_head + 1) * size] = 0
    value[kv_head * size : (kv_head + 1) * size] = 0
    matched = torch.arange(len(rows))
    query[head * size + rows, matched] = MATCH_WEIGHT
    key[kv_head * size + rows, signature + matched] = MATCH_WEIGHT
    carried = torch.arange(size)
    value[kv_head * size + carried, copied + carried] = 1
    attention.o_proj.weight[copied + carried, head * size + carried] = COPY_WEIGHT


@torch.no_grad()
def initialise(model: SparkModel) -> None:
    config, size = model.config, model.config.head_dim
    for name, weight in model.named_parameters():
        if name.endswith("bias") or name.endswith(("o_proj.weight", "down_proj.weight")):
            nn.init.zeros_(weight)
        elif weight.dim() == 2:
            nn.init.normal_(weight, std=EMBEDDING_SPREAD if name.startswith("embedding")
                            else WEIGHT_SPREAD * weight.shape[1] ** -0.5)
    model.final_norm.weight.fill_(FINAL_NORM)
    group = config.num_attention_heads // config.num_key_value_heads
    workspace = config.hidden_size - size  # the last dimensions are left free for block 0 to write in
    if workspace < 3 * size or config.num_key_value_heads < 2 or group < 2 or config.num_hidden_layers < 3:
        return  # too narrow for the circuits: from noise, then
    model.embedding.weight[:, workspace:] = 0
    attention, matched = model.blocks[0].attention, torch.arange(size // 2)
    for head, (distance, signature) in enumerate(((1, workspace), (2, workspace + size // 2))):
        set_distance(model, head, distance)
        attention.o_proj.weight[signature + matched, head * size + matched] = EMBEDDING_SPREAD
    attention.v_proj.weight[:size] = 0
    attention.v_proj.weight[matched, matched] = 1
    for block, kv_head, copied in ((1, 0, 0), (1, 1, size), (2, 0, 2 * size)):
        set_induction(model, block, kv_head, workspace, copied)
