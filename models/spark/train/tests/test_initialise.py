"""The circuits of the first weights: copying works before any training."""

from __future__ import annotations

import pytest
import torch

from spark.model import ModelConfig, SparkModel


@pytest.mark.parametrize("length, bar", [(60, 0.9), (250, 0.8)])
def test_untrained_weights_continue_a_sequence_that_repeats(length: int, bar: float) -> None:
    torch.manual_seed(length)
    config = ModelConfig()
    once = torch.randint(0, config.vocab_size, (4, length))
    with torch.no_grad():
        said = SparkModel(config)(torch.cat((once, once), 1))[:, :-1].argmax(-1)
    is_right = said[:, length:] == once[:, 1:]
    assert is_right.float().mean() > bar
    assert (said[:, : length - 1] == once[:, 1:]).float().mean() < 0.05, "chance, where nothing repeats yet"
