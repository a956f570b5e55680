"""Muon for the matrices, AdamW for the rest, with the work shared between processes.

Muon (Jordan et al. 2024, https://kellerjordan.github.io/posts/muon/) orthogonalises the momentum of a
matrix; on small models it needs about half of AdamW's tokens, which is what counts on two cores."""

from __future__ import annotations

import torch
from torch import Tensor

MOMENTUM, NEWTON_STEPS = 0.95, 5
BETAS, EPSILON = (0.9, 0.98), 1e-9


def orthogonalise(matrix: Tensor) -> Tensor:
    """Newton-Schulz, a quintic whose coefficients drive the singular values to about 1."""
    a, b, c = 3.4445, -4.7750, 2.0315
    is_tall = matrix.shape[0] > matrix.shape[1]
    x = (matrix.T if is_tall else matrix).bfloat16()
    x = x / (x.norm() + 1e-7)
    for _ in range(NEWTON_STEPS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return (x.T if is_tall else x).float()


class SharedOptimizer:
    """Each process updates the parameters that it owns; state lies in shared memory, so that any
    process can write the checkpoint."""

    def __init__(self, parameters: dict[str, Tensor], weight_decay: float) -> None:
        self.parameters, self.weight_decay, self.steps = parameters, weight_decay, 0
        self.state = {name: [torch.zeros_like(p).share_memory_() for _ in range(1 if self.is_matrix(name) else 2)]
                      for name, p in parameters.items()}

    def is_matrix(self, name: str) -> bool:
        return self.parameters[name].dim() == 2 and not name.startswith("embedding")

    def owned(self, rank: int, world: int) -> list[str]:
        return [name for i, name in enumerate(self.parameters) if i % world == rank]

    @torch.no_grad()
    def update(self, name: str, gradient: Tensor, muon_rate: float, adam_rate: float) -> None:
        parameter, state = self.parameters[name], self.state[name]
        if self.is_matrix(name):
            state[0].mul_(MOMENTUM).add_(gradient, alpha=1 - MOMENTUM)
            step = orthogonalise(gradient.lerp(state[0], MOMENTUM))
            scale = max(1.0, parameter.shape[0] / parameter.shape[1]) ** 0.5
            parameter.mul_(1 - muon_rate * self.weight_decay).add_(step, alpha=-muon_rate * scale)
            return
        first, second = state
        first.lerp_(gradient, 1 - BETAS[0])
        second.lerp_(gradient.square(), 1 - BETAS[1])
        number = self.steps + 1
        mean = first / (1 - BETAS[0] ** number)
        spread = (second / (1 - BETAS[1] ** number)).sqrt().add_(EPSILON)
        parameter.addcdiv_(mean, spread, value=-adam_rate)
