"""Trains Spark on a few CPU cores: resumable at any minute, with a decay that ends when told.

Each process is one thread: two processes that meet once a step lose less on a busy machine than two
threads that meet at every matrix product."""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Callable

import torch
import torch.multiprocessing as mp

from export import load_weights
from spark.model import ModelConfig, SparkModel
from spark.optimizer import SharedOptimizer
from spark.shards import Shards, micro_batches, pad_batch

WINDOW = 4096  # examples sorted by length together
WARMUP_STEPS = 40
LOG_STEPS = 10


@dataclass
class Shared:
    """What the processes have in common."""

    model: SparkModel
    optimizer: SharedOptimizer
    gradients: list[list[torch.Tensor]]  # [process][parameter]
    next_batch: torch.Tensor  # ticket of the next micro-batch in this step
    loss: torch.Tensor  # [process]
    rate: torch.Tensor
    loss_of: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
    barrier: object
    lock: object


@dataclass
class Progress:
    step: int = 0
    window: int = 0  # first example of the current window
    batch: int = 0  # micro-batches done in it
    tokens: int = 0
    targets: int = 0
    seconds: float = 0.0
    data: str = ""  # other shards than these begin at their first window


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoint.pt and log.jsonl")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--layers", type=int, default=5)
    parser.add_argument("--intermediate", type=int, default=768)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--kv-heads", type=int, default=2)
    parser.add_argument("--vocab", type=int, default=4096)
    parser.add_argument("--micro-tokens", type=int, default=4096)
    parser.add_argument("--micro-batches", type=int, default=2, help="per step, over all processes")
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--adam-rate", type=float, default=0.003)
    parser.add_argument("--weight-decay", type=float, default=0.01)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--stop-at", help="HH:MM today; the decay ends then")
    parser.add_argument("--stop-seconds", type=float, help="seconds from now instead")
    parser.add_argument("--decay-seconds", type=float, default=1800)
    parser.add_argument("--save-seconds", type=float, default=180)
    parser.add_argument("--init-from", type=Path, help="weights to begin with: checkpoint.pt or a GGUF")
    parser.add_argument("--compile", action="store_true", help="two fifths faster after two minutes")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def stop_time(args: argparse.Namespace) -> float:
    if args.stop_at:
        hour, minute = map(int, args.stop_at.split(":"))
        return datetime.now().replace(hour=hour, minute=minute, second=0).timestamp()
    return time.time() + (args.stop_seconds or 3600)


def rate_at(args: argparse.Namespace, step: int, now: float, stop: float) -> float:
    """Warm-up, then level, then linear to nothing at the stop: by the clock, since the speed of a
    shared machine is not known beforehand."""
    return min(1.0, (step + 1) / WARMUP_STEPS, max(0.0, (stop - now) / args.decay_seconds))


def set_up(args: argparse.Namespace) -> tuple[Shared, Progress]:
    torch.manual_seed(args.seed)
    config = ModelConfig(args.vocab, args.hidden, args.intermediate, args.layers, args.heads, args.kv_heads)
    progress, saved = Progress(), args.out / "checkpoint.pt"
    checkpoint = torch.load(saved, weights_only=True) if saved.exists() else None
    if checkpoint:
        config = ModelConfig(**checkpoint["config"])
    model = SparkModel(config)
    if args.init_from and not checkpoint:
        model.load_state_dict(load_weights(args.init_from, config))
    model.share_memory()
    optimizer = SharedOptimizer(dict(model.named_parameters()), args.weight_decay)
    if checkpoint:
        model.load_state_dict(checkpoint["model"])
        progress = Progress(**checkpoint["progress"])
        for name, tensors in checkpoint["optimizer"].items():
            for mine, theirs in zip(optimizer.state[name], tensors):
                mine.copy_(theirs)
    if progress.data != str(args.data):
        progress.data, progress.window, progress.batch = str(args.data), 0, 0
    context = mp.get_context("fork")
    gradients = [[torch.zeros_like(p).share_memory_() for p in model.parameters()] for _ in range(args.processes)]
    shared = Shared(model, optimizer, gradients, torch.zeros(1, dtype=torch.int64).share_memory_(),
                    torch.zeros(args.processes, dtype=torch.float64).share_memory_(),
                    torch.zeros(1, dtype=torch.float64).share_memory_(),
                    torch.compile(model.loss, dynamic=True) if args.compile else model.loss,
                    context.Barrier(args.processes), context.Lock())
    return shared, progress


def save(args: argparse.Namespace, shared: Shared, progress: Progress) -> None:
    """Beside the old one first: a kill at any instant leaves one whole checkpoint."""
    state = {"config": shared.model.config.to_dict(), "model": shared.model.state_dict(),
             "optimizer": shared.optimizer.state, "progress": vars(progress)}
    torch.save(state, args.out / "checkpoint.tmp")
    os.replace(args.out / "checkpoint.tmp", args.out / "checkpoint.pt")


def run_batches(shared: Shared, rank: int, batches: list, shards: Shards, total_targets: int) -> None:
    """Takes micro-batches until the step has no more: the less disturbed process does more."""
    while True:
        with shared.lock:
            ticket = int(shared.next_batch)
            shared.next_batch += 1
        if ticket >= len(batches):
            return
        ids, positions, targets = map(torch.from_numpy, pad_batch(shards, batches[ticket]))
        loss = shared.loss_of(ids, positions, targets) / total_targets
        loss.backward()
        shared.loss[rank] += loss.item()


def update(args: argparse.Namespace, shared: Shared, rank: int) -> None:
    rate, optimizer = float(shared.rate), shared.optimizer
    names = list(optimizer.parameters)
    for name in optimizer.owned(rank, args.processes):
        i = names.index(name)
        gradient = sum(gradients[i] for gradients in shared.gradients)
        optimizer.update(name, gradient, args.muon_rate * rate, args.adam_rate * rate)
    optimizer.steps += 1


def begin_step(args: argparse.Namespace, shared: Shared, rank: int, step: int, stop: float) -> None:
    for parameter, gradient in zip(shared.model.parameters(), shared.gradients[rank]):
        gradient.zero_()
        parameter.grad = gradient
    shared.loss[rank] = 0
    if rank == 0:
        shared.next_batch.zero_()
        shared.rate[0] = rate_at(args, step, time.time(), stop)
    shared.barrier.wait()


def stop_on_request() -> list[bool]:
    """SIGTERM and Ctrl-C end the run after the step under way, with a checkpoint."""
    asked = [False]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.__setitem__(0, True))
    return asked


def work(rank: int, args: argparse.Namespace, shared: Shared, progress: Progress, stop: float) -> None:
    torch.set_num_threads(1)
    shards, log, asked = Shards.open(args.data), None, stop_on_request()
    if rank == 0:
        log = open(args.out / "log.jsonl", "a", buffering=1)
    saved = began = time.time()
    shared.optimizer.steps, base = progress.step, progress.seconds
    loss_sum, window_batches = 0.0, None
    while True:
        if window_batches is None:
            window_batches = micro_batches(shards, progress.window, WINDOW, args.micro_tokens, args.seed)
        batches = window_batches[progress.batch : progress.batch + args.micro_batches]
        spans = [shards.index[rows] for rows in batches]
        targets = sum(int((s[:, 2] - s[:, 1]).sum()) for s in spans)
        begin_step(args, shared, rank, progress.step, 0.0 if asked[0] else stop)
        if float(shared.rate) <= 0:
            break
        run_batches(shared, rank, batches, shards, targets)
        shared.barrier.wait()
        loss_sum += float(shared.loss.sum())
        update(args, shared, rank)
        shared.barrier.wait()
        progress.step += 1
        progress.targets += targets
        progress.tokens += sum(int((s[:, 2] - s[:, 0]).sum()) for s in spans)
        progress.batch += len(batches)
        progress.seconds = base + time.time() - began
        if progress.batch >= len(window_batches):
            progress.window = (progress.window + WINDOW) if progress.window + WINDOW < len(shards) else 0
            progress.batch, window_batches = 0, None
        if rank == 0 and progress.step % LOG_STEPS == 0:
            log.write(json.dumps({**vars(progress), "loss": round(loss_sum / LOG_STEPS, 5), "rate": float(shared.rate)}) + "\n")
            loss_sum = 0.0
        if rank == 0 and time.time() - saved > args.save_seconds:
            save(args, shared, progress)
            saved = time.time()
    if rank == 0:
        save(args, shared, progress)


def main() -> None:
    args = parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    shared, progress = set_up(args)
    stop = stop_time(args)
    context = mp.get_context("fork")
    others = [context.Process(target=work, args=(rank, args, shared, progress, stop), daemon=True)
              for rank in range(1, args.processes)]
    for process in others:
        process.start()
    work(0, args, shared, progress, stop)


if __name__ == "__main__":
    main()
