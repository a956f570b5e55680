"""The trained weights through Falconet and through PyTorch, on the same prompts: do the logits agree?"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from evaluate import held_out
from export import export, load_model
from spark.prompt import render


def falconet_logits(falconet: Path, model: Path, prompts: list[list[int]]) -> list[np.ndarray]:
    """All positions of each prompt: [length, vocab]."""
    lines = "".join(json.dumps({"ids": ids}) + "\n" for ids in prompts)
    run = subprocess.run([falconet, "logits", "--all", "--model", model], input=lines, text=True, check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [np.array(json.loads(line)["logits"], dtype=np.float64) for line in run.stdout.splitlines()]


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=Path, help="checkpoint.pt")
    parser.add_argument("--falconet", type=Path, default=Path("../../../build/release/src/falconet"))
    parser.add_argument("--tokenizer", type=Path, default=Path("tokenizer.json"))
    args = parser.parse_args()
    tokenizer, model = Tokenizer.from_file(str(args.tokenizer)), load_model(args.weights)
    prompts = [tokenizer.encode(render(e.messages, e.tools, e.is_thinking), add_special_tokens=False).ids
               for e in held_out(2, 1)]
    torch.set_default_dtype(torch.float64)
    exact = model.double()
    references = [exact(torch.tensor([ids]))[0].numpy() for ids in prompts]
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("f32", "bf16", "q8_0"):
            path = Path(folder) / f"{kind}.gguf"
            export(load_model(args.weights), args.tokenizer, path, kind)
            found = falconet_logits(args.falconet, path, prompts)
            worst = max(np.abs(a - b).max() for a, b in zip(references, found))
            same = np.concatenate([a.argmax(-1) == b.argmax(-1) for a, b in zip(references, found)])
            print(f"{kind}: {len(same)} positions of {len(prompts)} prompts, largest difference {worst:.2g} "
                  f"(logits spread by {np.concatenate(references).std():.2f}), same best token at {100 * same.mean():.2f}%")


if __name__ == "__main__":
    main()
