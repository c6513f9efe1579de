#!/usr/bin/env python3
"""Makes the table of this folder. README.md says what it is and how well it does.

    fit.py WORDNET MODEL OUT

WORDNET is the folder with the files `data.*` of WordNet 3.0 (Debian: wordnet-base), MODEL the one of
sentence-transformers' all-MiniLM-L6-v2 (`model.safetensors`, `tokenizer.json`). Needs jax, numpy,
scipy and tokenizers; takes some seven minutes of two cores.

The rows are chosen so that the sum of those of a text points where the model's vector of the text
does: a linear regression on each gloss of WordNet, kept near (ridge) to rows that are the model's
vectors of the pieces alone. Words that no gloss has keep these.
"""
import json
import struct
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import scipy.sparse as sparse
from tokenizers import Tokenizer

DIMENSIONS = 256
RIDGE = 1.0  # 0.3 and 3 are as good
RARE = 1e-3  # A piece weighs half when it is this share of all (SIF: Arora and others, 2017).
LAYERS, HEADS, WIDTH = 6, 12, 384
BATCH = 64
LENGTHS = (4, 8, 16, 24, 32, 48, 64, 96, 128)  # What texts are filled up to, in pieces.


def read_tensors(path):
    raw = path.read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    data = memoryview(raw)[8 + length :]
    tensors = {}
    for name, about in json.loads(raw[8 : 8 + length]).items():
        if about.get("dtype") == "F32":
            begin, end = about["data_offsets"]
            rows = np.frombuffer(data[begin:end], np.float32).reshape(about["shape"])
            tensors[name.removeprefix("bert.")] = jnp.asarray(rows)
    return tensors


def linear(x, name, weights):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def normal(x, name, weights):
    spread = jax.lax.rsqrt(x.var(-1, keepdims=True) + 1e-12)
    x = (x - x.mean(-1, keepdims=True)) * spread
    return x * weights[name + ".weight"] + weights[name + ".bias"]


@jax.jit
def vectors(pieces, is_text, weights):
    """What the model makes of texts: BERT, the mean of the last layer, unit length."""
    count, length = pieces.shape
    x = weights["embeddings.word_embeddings.weight"][pieces]
    x += weights["embeddings.position_embeddings.weight"][:length]
    x += weights["embeddings.token_type_embeddings.weight"][0]
    x = normal(x, "embeddings.LayerNorm", weights)
    mask = jnp.where(is_text, 0.0, -1e9)[:, None, None, :]

    def heads(y):
        return y.reshape(count, length, HEADS, WIDTH // HEADS).transpose(0, 2, 1, 3)

    for layer in range(LAYERS):
        at = f"encoder.layer.{layer}."
        own = at + "attention.self."
        query, key, value = (heads(linear(x, own + n, weights)) for n in ("query", "key", "value"))
        scores = query @ key.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS)
        seen = jax.nn.softmax(scores + mask, -1) @ value
        seen = seen.transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
        x = x + linear(seen, at + "attention.output.dense", weights)
        x = normal(x, at + "attention.output.LayerNorm", weights)
        inner = jax.nn.gelu(linear(x, at + "intermediate.dense", weights), approximate=True)
        x = normal(x + linear(inner, at + "output.dense", weights), at + "output.LayerNorm", weights)
    sums = (x * is_text[:, :, None]).sum(1)
    return sums / jnp.linalg.norm(sums, axis=1, keepdims=True)


def embed(texts, weights):
    """The vectors of texts, each a list of pieces with the marks of its begin and end."""
    out = np.zeros((len(texts), WIDTH), np.float32)
    order = np.argsort([len(text) for text in texts], kind="stable")
    for begin in range(0, len(order), BATCH):
        batch = order[begin : begin + BATCH]
        length = next(n for n in LENGTHS if n >= len(texts[batch[-1]]))
        pieces, is_text = np.zeros((BATCH, length), np.int32), np.zeros((BATCH, length), bool)
        is_text[:, 0] = True
        for row, number in enumerate(batch):
            pieces[row, : len(texts[number])] = texts[number]
            is_text[row, : len(texts[number])] = True
        out[batch] = np.asarray(vectors(pieces, is_text, weights))[: len(batch)]
        if begin // BATCH % 200 == 0:
            print(f"{begin} of {len(order)}", flush=True)
    return out


def unit(rows):
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def scaled(counts, rows):
    """The texts as weights of their rows, such that what they sum up to has unit length."""
    lengths = np.linalg.norm(counts @ rows, axis=1) + 1e-9
    return (sparse.diags(1 / lengths) @ counts).tocsr()


def ridge(texts, rest, strength, rounds=30):
    """`d` where |texts d - rest|^2 + strength |d|^2 is least, by conjugate gradients."""
    turned = texts.T.tocsr()
    d = np.zeros((texts.shape[1], rest.shape[1]), np.float32)
    left = turned @ rest
    step, size = left.copy(), (left * left).sum(0)
    for _ in range(rounds):
        moved = turned @ (texts @ step) + strength * step
        far = size / ((step * moved).sum(0) + 1e-20)
        d += far * step
        left -= far * moved
        size, before = (left * left).sum(0), size
        step = left + size / (before + 1e-20) * step
    return d


def main(wordnet, model, out):
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTHS[-1])
    vocabulary = tokenizer.get_vocab()
    begin, end = vocabulary["[CLS]"], vocabulary["[SEP]"]
    names = {number: piece for piece, number in vocabulary.items()}
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}

    def says(number):
        piece = names[number]
        letters = piece.removeprefix("##")
        return piece not in special and any(c.isalnum() for c in letters)

    known = np.array([says(number) for number in range(len(vocabulary))])
    glosses = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (wordnet / f"data.{part}").read_text("latin1").splitlines():
            if not line.startswith("  "):
                glosses.append(line.split(" | ", 1)[1].strip())
    texts = [text.ids for text in tokenizer.encode_batch(glosses)]
    weights = read_tensors(model / "model.safetensors")
    target = embed(texts, weights)
    alone = np.zeros((len(known), WIDTH), np.float32)
    alone[known] = embed([[begin, n, end] for n in np.flatnonzero(known)], weights)
    alone[known] -= alone[known].mean(0)

    at = [(row, piece) for row, text in enumerate(texts) for piece in text if known[piece]]
    at = np.array(at).T
    shape = (len(texts), len(known))
    counts = sparse.csr_matrix((np.ones(at.shape[1], np.float32), (at[0], at[1])), shape=shape)
    has_words = np.diff(counts.indptr) > 0
    counts, target = counts[has_words], target[has_words]

    # The directions in which texts differ most: 96 of 100 of what the vectors say.
    _, axes = np.linalg.eigh(target.T @ target)
    axes = axes[:, ::-1][:, :DIMENSIONS]
    target = unit(target @ axes)
    often = np.asarray(counts.sum(0)).ravel()
    share = (often + 0.5) / often.sum()
    near = (alone @ axes) * (RARE / (RARE + share))[:, None]
    for _ in range(2):
        turn = np.linalg.lstsq(scaled(counts, near) @ near, target, rcond=None)[0]
        near = (near @ turn).astype(np.float32)
    held = np.arange(len(target)) % 30 == 0
    fit = scaled(counts[~held], near)
    rows = near + ridge(fit, target[~held] - fit @ near, RIDGE)
    for name, these in (("the pieces alone", near), ("this table", rows)):
        cosines = (unit(counts[held] @ these) * target[held]).sum(1)
        print(f"mean cosine to the model, {held.sum()} held-out glosses, {name}: {cosines.mean():.3f}")

    rows *= 127 / np.quantile(np.abs(rows), 0.99995)
    rows = np.clip(np.rint(rows), -127, 127).astype(np.int8)
    about = {"dtype": "I8", "shape": rows.shape, "data_offsets": [0, rows.size]}
    header = json.dumps({"embeddings": about}).encode()
    header += b" " * (-len(header) % 8)
    out.write_bytes(struct.pack("<Q", len(header)) + header + rows.tobytes())


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
