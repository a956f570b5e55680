#!/usr/bin/env python3
"""Writes src/tokenizer/testdata/tokenizer_variants.json: what Hugging Face's library makes of small
tokenizers that between them use every part of tokenizer.json.

    pip install tokenizers==0.23.3
    scripts/make_tokenizer_golden.py

The vocabularies are trained here on the lines of TEXTS; nothing is random without a seed. A case
belongs to the text of the same index; what equals the field before it is left out (ids_special =
ids, decoded_skip_special = decoded), and so are both decoded texts where they are not comparable.
"""

import json
import pathlib
import random

import tokenizers
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers,
                        pre_tokenizers, processors, trainers)

SEED = 20260724
OUT = pathlib.Path(__file__).resolve().parent.parent / "src/tokenizer/testdata"

TEXTS = [
    "", " ", "a", "hello world", " hello  world ", "Hello, World! It's DON'T we'll they'VE I'd",
    "the quick brown fox jumps over the lazy dog", "The the THE hello helloworld worldhello",
    "1 12 123 1234 12345 3.14159 1,000,000 2026-07-24", "x = y+1; if (a<b) { return \"q\"; }",
    "\tindent\n\n  two\r\n\r\nthree   \n", "caf\u00e9 cafe\u0301 na\u00efve \u00c5 \u212b \ufb01ne",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002\u6211\u7231\u4f60", "\u3053\u3093\u306b\u3061\u306f\u30fb\u4e16\u754c",
    "\U0001f600\U0001f680 \u2728 a\u200db", "\u0130stanbul \u03a3\u0391\u03a3 \u00df \u01c5",
    "a\u00a0b\u3000c\u2028d\u0085e", "x\u0000y\ufffdz\u00ad\ue000", "\u2581hello \u2581\u2581world",
    "\u2160\u2167 \u00bd\u00b2 \u0663\u0664 \u2460\u24d0", "don't!!! wow??? (really) [ok] #1 $5 a_b",
    "<s>hello</s>", "<sep> <sep>a<sep>", "hello<mask> world <mask>. <mask>", "[CLS] hello [SEP]",
    "user<x> <x>user <x> x<x>", "unhappiness running walked walking", "zzz qqq \u05d0\u05d1\u05d2 \u0439",
    "\u00e9\u00e8\u00ea E\u0301 e\u0301\u0323", "a" * 101, "hello " * 6, "'s 'S '\u017f s",
]

ALPHABET = ("abcdehlorsw  \n\t'.,!-1234\u00e9\u0301\u4f60\u597d\u4e16\u3042\u30fb\u2581\U0001f600"
            "\u00a0<>sx[]ZT\u0130_#$\u200d")


def texts():
    rng = random.Random(SEED)
    extra = ["".join(rng.choice(ALPHABET) for _ in range(rng.randrange(1, 24))) for _ in range(30)]
    pieces = ["<s>", "</s>", "<sep>", "<mask>", "<x>", " ", "  ", "\n", "hello", "world", "x", "-"]
    extra += ["".join(rng.choice(pieces) for _ in range(rng.randrange(1, 9))) for _ in range(20)]
    return TEXTS + extra


def trained(model, pre_tokenizer, trainer, normalizer=None):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator([t for t in TEXTS for _ in range(3)], trainer)
    return json.loads(tokenizer.to_str())["model"]


def base_models():
    bpe = trained(models.BPE(), pre_tokenizers.ByteLevel(add_prefix_space=False),
                  trainers.BpeTrainer(vocab_size=420, show_progress=False,
                                      initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    spm = trained(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True),
                  pre_tokenizers.Metaspace(),
                  trainers.BpeTrainer(
                      vocab_size=480, show_progress=False, limit_alphabet=60,
                      special_tokens=["<unk>"] + [f"<0x{b:02X}>" for b in range(256)]))
    unk = trained(models.BPE(unk_token="<unk>"), pre_tokenizers.Whitespace(),
                  trainers.BpeTrainer(vocab_size=160, show_progress=False, limit_alphabet=40,
                                      special_tokens=["<unk>"]))
    wordpiece = trained(models.WordPiece(unk_token="[UNK]"), pre_tokenizers.BertPreTokenizer(),
                        trainers.WordPieceTrainer(
                            vocab_size=300, show_progress=False,
                            special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"]),
                        normalizers.BertNormalizer())
    return {"byte_level": bpe, "sentencepiece": spm, "unknown": unk, "wordpiece": wordpiece,
            "ignore_merges": {**bpe, "ignore_merges": True},
            "array_merges": {**bpe, "merges": [m if isinstance(m, list) else m.split(" ")
                                               for m in bpe["merges"]]},
            "fuse_unknown": {**unk, "fuse_unk": True}}


GPT2 = pre_tokenizers.ByteLevel(add_prefix_space=False)
BYTES = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
CL100K = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
O200K = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"

LLAMA_NORMALIZER = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
LLAMA_DECODER = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(),
                                   decoders.Fuse(), decoders.Strip(" ", 1, 0)])

TOKENS = [("<s>", {}), ("</s>", {}), ("<sep>", {"lstrip": True}), ("<mask>", {"rstrip": True}),
          ("<x>", {"single_word": True})]


def split(pattern, behavior="isolated", invert=False):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(pattern, behavior, invert=invert), BYTES])


def template(vocabulary_size):
    return processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[
        ("<s>", vocabulary_size), ("</s>", vocabulary_size + 1)])


def variants():
    """(name, model, normalizer, pre_tokenizer, decoder, added tokens' kind)"""
    byte = decoders.ByteLevel()
    for name, pre in [
            ("gpt2", GPT2), ("gpt2 with prefix space", pre_tokenizers.ByteLevel()),
            ("no split", BYTES), ("qwen", split(Regex(QWEN))), ("cl100k", split(Regex(CL100K))),
            ("o200k", split(Regex(O200K))), ("bloom", split(Regex(BLOOM))),
            ("empty matches", split(Regex(r"(?=\p{Lu})"))), ("stars", split(Regex("l*"))),
            ("lines", split(Regex(r"^.*$"))), ("plain", split("l")),
            ("digits", pre_tokenizers.Sequence([pre_tokenizers.Digits(True), GPT2])),
            ("digit runs", pre_tokenizers.Sequence([pre_tokenizers.Digits(False), BYTES])),
            ("punctuation", pre_tokenizers.Sequence([pre_tokenizers.Punctuation(), BYTES])),
            ("punctuation runs", pre_tokenizers.Sequence(
                [pre_tokenizers.Punctuation("contiguous"), BYTES])),
            ("whitespace", pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), BYTES])),
            ("whitespace split", pre_tokenizers.Sequence(
                [pre_tokenizers.WhitespaceSplit(), BYTES])),
            ("delimiter", pre_tokenizers.Sequence(
                [pre_tokenizers.CharDelimiterSplit("l"), BYTES])),
            ("removed", split(Regex(r"\s+"), "removed")),
            ("merged with previous", split(Regex(r"\s"), "merged_with_previous")),
            ("merged with next", split(Regex(r"\s"), "merged_with_next")),
            ("contiguous", split(Regex(r"\s"), "contiguous")),
            ("inverted", split(Regex(r"\w+"), "merged_with_next", True))]:
        yield name, "byte_level", None, pre, byte, "special"
    yield "ignore merges", "ignore_merges", None, GPT2, byte, "plain"
    yield "array merges", "array_merges", None, GPT2, byte, "none"
    for name, norm in [
            ("nfc", normalizers.NFC()), ("nfd", normalizers.NFD()), ("nfkc", normalizers.NFKC()),
            ("nfkd", normalizers.NFKD()), ("lowercase", normalizers.Lowercase()),
            ("strip", normalizers.Strip()), ("strip left", normalizers.Strip(right=False)),
            ("strip accents", normalizers.Sequence(
                [normalizers.NFD(), normalizers.StripAccents()])),
            ("replace", normalizers.Replace("l", "LL")),
            ("replace regex", normalizers.Replace(Regex(r"\s+"), " ")),
            ("bert", normalizers.BertNormalizer()),
            ("bert cased", normalizers.BertNormalizer(lowercase=False)),
            ("prepend", normalizers.Prepend("> "))]:
        yield "normalized by " + name, "byte_level", norm, GPT2, byte, "normalized"
    yield "llama", "sentencepiece", LLAMA_NORMALIZER, None, LLAMA_DECODER, "special"
    yield "llama normalized", "sentencepiece", LLAMA_NORMALIZER, None, LLAMA_DECODER, "normalized"
    for scheme in ("always", "first", "never"):
        for is_split in (True, False):
            yield (f"metaspace {scheme} {is_split}", "sentencepiece", None,
                   pre_tokenizers.Metaspace(prepend_scheme=scheme, split=is_split),
                   decoders.Metaspace(prepend_scheme=scheme, split=is_split), "special")
    yield "unknown", "unknown", None, pre_tokenizers.Whitespace(), None, "special"
    yield "fused unknown", "fuse_unknown", None, pre_tokenizers.Whitespace(), None, "plain"
    yield ("bert", "wordpiece", normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer(),
           decoders.WordPiece(), "none")
    yield ("bert without cleanup", "wordpiece", normalizers.BertNormalizer(strip_accents=False),
           pre_tokenizers.BertPreTokenizer(), decoders.WordPiece(cleanup=False), "special")


def build(model, normalizer, pre_tokenizer, decoder, tokens):
    file = {"version": "1.0", "added_tokens": [], "normalizer": None, "pre_tokenizer": None,
            "post_processor": None, "decoder": None, "model": model}
    tokenizer = Tokenizer.from_str(json.dumps(file))
    size = tokenizer.get_vocab_size()
    if normalizer:
        tokenizer.normalizer = normalizer
    if pre_tokenizer:
        tokenizer.pre_tokenizer = pre_tokenizer
    if decoder:
        tokenizer.decoder = decoder
    if tokens != "none":
        added = [AddedToken(text, normalized=tokens == "normalized", special=tokens == "special",
                            **flags) for text, flags in TOKENS]
        (tokenizer.add_special_tokens if tokens == "special" else tokenizer.add_tokens)(added)
        tokenizer.post_processor = template(size)
    elif tokenizer.token_to_id("[CLS]") is not None:
        tokenizer.post_processor = processors.BertProcessing(
            ("[SEP]", tokenizer.token_to_id("[SEP]")), ("[CLS]", tokenizer.token_to_id("[CLS]")))
    return tokenizer


def differs_by_design(tokenizer, ids):
    """Byte fallback: the reference gives up a whole run of bytes that is not UTF-8, ours only the
    broken part of it. Newer versions decode an added token as its normalized text; ours, like
    older versions, as the file has it. Such cases do not belong in a comparison."""
    for id, token in tokenizer.get_added_tokens_decoder().items():
        if id in ids and tokenizer.id_to_token(id) != token.content:
            return True
    return "\ufffd" in tokenizer.decode(ids, skip_special_tokens=False)


def main():
    all_models = base_models()
    out = []
    for name, model, *parts in variants():
        tokenizer = build(all_models[model], *parts)
        file = json.loads(tokenizer.to_str())
        del file["model"]
        cases = []
        for text in texts():
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            special = tokenizer.encode(text, add_special_tokens=True).ids
            case = {"ids": ids}
            if special != ids:
                case["ids_special"] = special
            if not differs_by_design(tokenizer, special):
                case["decoded"] = tokenizer.decode(ids, skip_special_tokens=False)
                skipped = tokenizer.decode(special, skip_special_tokens=True)
                if skipped != case["decoded"]:
                    case["decoded_skip_special"] = skipped
            cases.append(case)
        out.append({"name": name, "model": model, "file": file, "cases": cases})
    result = {"made_by": f"scripts/make_tokenizer_golden.py, tokenizers {tokenizers.__version__}, "
                         f"seed {SEED}", "texts": texts(), "models": all_models, "variants": out}
    OUT.mkdir(exist_ok=True)
    path = OUT / "tokenizer_variants.json"
    path.write_text(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\n",
                    encoding="utf-8")
    print(f"{path}: {len(out)} variants, {sum(len(v['cases']) for v in out)} cases, "
          f"{path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
