#!/usr/bin/env python3
"""Compares falconet's logits with llama.cpp's on the same GGUF file and tokens.

    pip install numpy cffi && pip install --no-deps llama-cpp-cffi==0.4.42    # llama.cpp, prebuilt
    scripts/compare_logits.py --falconet build/release/src/falconet --model model.gguf text.txt …

Each text is cut to --tokens tokens. Every engine is compared with falconet's reference kernels,
which neither round activations nor sum in f32, so that the table shows each engine's own error:

    worst, rms   distance of logits in units of their root mean square at that position
    KL           Kullback-Leibler divergence of the next-token distribution, in nats
    same top     share of positions whose most likely token is the same
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys

import numpy


def run_falconet(falconet, arguments, lines, isa=None):
    environment = dict(os.environ, **({"FALCONET_ISA": isa} if isa else {}))
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run([falconet, *arguments], input=text, capture_output=True, text=True,
                          env=environment, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def falconet_logits(options, sequences, isa=None):
    answers = run_falconet(options.falconet, ["logits", "--all", "--model", options.model],
                           [{"ids": ids} for ids in sequences], isa)
    return [numpy.array(answer["logits"], dtype=numpy.float64) for answer in answers]


class LlamaCpp:
    """llama.cpp through the compiled bindings of the package llama-cpp-cffi, CPU only."""

    NAME = "llama.cpp (llama-cpp-cffi 0.4.42)"

    def __init__(self, model, max_tokens):
        # The package's own __init__ wants more packages than its bindings do.
        package = importlib.util.find_spec("llama").submodule_search_locations[0]
        sys.path.insert(0, package)
        import _llama_cpp_cpu
        self.ffi, self.lib = _llama_cpp_cpu.ffi, _llama_cpp_cpu.lib
        self.lib.llama_backend_init()
        model_params = self.lib.llama_model_default_params()
        model_params.n_gpu_layers = 0
        self.model = self.lib.llama_model_load_from_file(model.encode(), model_params)
        if self.model == self.ffi.NULL:
            raise SystemExit(f"llama.cpp cannot load {model}")
        self.vocab = self.lib.llama_model_get_vocab(self.model)
        self.max_tokens = max_tokens

    def tokenize(self, text):
        data = text.encode()
        ids = self.ffi.new("llama_token[]", len(data) + 8)
        count = self.lib.llama_tokenize(self.vocab, data, len(data), ids, len(data) + 8, True, False)
        return list(ids[0:count])

    def logits(self, ids):
        params = self.lib.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = self.max_tokens
        params.n_threads = params.n_threads_batch = len(os.sched_getaffinity(0))
        context = self.lib.llama_init_from_model(self.model, params)
        batch = self.lib.llama_batch_init(len(ids), 0, 1)
        batch.n_tokens = len(ids)
        for i, token in enumerate(ids):
            batch.token[i], batch.pos[i], batch.logits[i] = token, i, 1
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, 0
        if self.lib.llama_decode(context, batch) != 0:
            raise SystemExit("llama.cpp cannot decode")
        size = self.lib.llama_vocab_n_tokens(self.vocab)
        rows = [numpy.frombuffer(self.ffi.buffer(self.lib.llama_get_logits_ith(context, i),
                                                 4 * size), dtype=numpy.float32).copy()
                for i in range(len(ids))]
        self.lib.llama_batch_free(batch)
        self.lib.llama_free(context)
        return numpy.array(rows, dtype=numpy.float64)


def log_softmax(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - numpy.log(numpy.exp(shifted).sum(axis=1, keepdims=True))


def compare(name, logits, oracle):
    """One row of the table, over all positions of all texts."""
    ours, theirs = numpy.concatenate(logits), numpy.concatenate(oracle)
    spread = numpy.sqrt((theirs ** 2).mean(axis=1, keepdims=True))
    distance = (ours - theirs) / spread
    p, q = log_softmax(theirs), log_softmax(ours)
    divergence = (numpy.exp(p) * (p - q)).sum(axis=1)
    same = (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean()
    print(f"| {name} | {abs(distance).max():.2g} | {numpy.sqrt((distance ** 2).mean()):.2g} "
          f"| {divergence.mean():.2g} | {numpy.quantile(divergence, 0.99):.2g} "
          f"| {100 * same:.1f} % |")


def perplexity(sequences, logits):
    losses = [-log_softmax(rows[:-1])[numpy.arange(len(ids) - 1), ids[1:]]
              for ids, rows in zip(sequences, logits)]
    return float(numpy.exp(numpy.concatenate(losses).mean()))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--falconet", default="build/release/src/falconet")
    parser.add_argument("--model", required=True)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--isa", action="append", default=[],
                        help="also this instruction set (FALCONET_ISA); may be repeated")
    parser.add_argument("texts", nargs="+")
    options = parser.parse_args()

    texts = [open(path, encoding="utf-8").read()[:20 * options.tokens] for path in options.texts]
    answers = run_falconet(options.falconet, ["tokenize", "--special", "--tokenizer", options.model],
                           [{"text": text} for text in texts])
    peer = LlamaCpp(options.model, options.tokens)
    for path, text, answer in zip(options.texts, texts, answers):
        if answer["ids"] != peer.tokenize(text):
            print(f"{path}: the two engines tokenize this text differently")
    sequences = [answer["ids"][:options.tokens] for answer in answers]

    oracle = falconet_logits(options, sequences, "reference")
    engines = {"falconet": falconet_logits(options, sequences)}
    for isa in options.isa:
        engines[f"falconet, {isa}"] = falconet_logits(options, sequences, isa)
    engines[peer.NAME] = [peer.logits(ids) for ids in sequences]

    print(f"{os.path.basename(options.model)}, {sum(map(len, sequences))} positions of "
          f"{len(sequences)} texts; perplexity {perplexity(sequences, oracle):.4f} (reference), "
          + ", ".join(f"{perplexity(sequences, rows):.4f} ({name})"
                      for name, rows in engines.items()))
    print("\n| engine | worst | rms | KL mean | KL 99 % | same top |\n|---|---|---|---|---|---|")
    for name, logits in engines.items():
        compare(name, logits, oracle)
    names = list(engines)
    compare(f"{names[0]} against {names[-1]}", engines[names[0]], engines[names[-1]])


if __name__ == "__main__":
    main()
