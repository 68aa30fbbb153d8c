"""The marks against calculations written out by hand, pair by pair."""

import math
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from rnnviz.tasks.base import Text
from rnnviz.tasks.characters import CharacterTask
from rnnviz.tasks.ngrams import Bigram, Unigram

TEXT = "abracadabra, a queer cadabra; a zebra (abra) had a cad. the old, old abra, cadabra, bracada, a cad"
LENGTH = 7


def split(text: str) -> tuple[str, str]:
    held_out = max(int(len(text) * 0.1), LENGTH + 1)
    return text[:-held_out], text[-held_out:]


def unigram(train: str, symbol: str, size: int) -> float:
    return (train.count(symbol) + 1) / (len(train) + size)


def leave_one_out(train: str, size: int, weight: float) -> float:
    """Log-likelihood of the training pairs, each judged by the text's counts without it."""
    total = 0.0
    for k in range(1, len(train)):
        a, b = train[k - 1], train[k]
        pairs = Counter(pairwise(train))
        starts = Counter(train[:-1])
        symbols = Counter(train)
        pairs[a, b] -= 1
        starts[a] -= 1
        symbols[b] -= 1
        if starts[a] == 0:
            continue
        plain = (symbols[b] + 1) / (len(train) - 1 + size)
        total += math.log(weight * pairs[a, b] / starts[a] + (1 - weight) * plain)
    return total


def test_the_baseline_is_the_add_one_unigram_on_the_predicted_tokens() -> None:
    task = CharacterTask({"length": LENGTH}, Text("t", TEXT))
    train, held_out = split(TEXT)
    size = len(set(TEXT))
    expected = -np.mean([math.log(unigram(train, symbol, size)) for symbol in held_out[1:]])
    assert task.baseline == pytest.approx(expected, rel=1e-12)


def test_the_pass_mark_is_the_interpolated_bigram() -> None:
    task = CharacterTask({"length": LENGTH}, Text("t", TEXT))
    train, held_out = split(TEXT)
    size = len(set(TEXT))
    weight = Bigram.fit(task.training_codes, size).weight
    losses = []
    for a, b in pairwise(held_out):
        pairs = sum(train[k : k + 2] == a + b for k in range(len(train) - 1))
        mixed = (1 - weight) * unigram(train, b, size)
        losses.append(-math.log(weight * pairs / train[:-1].count(a) + mixed))
    assert task.pass_mark.value == pytest.approx(np.mean(losses), rel=1e-12)
    assert (task.pass_mark.metric, task.pass_mark.above) == ("loss", False)


def test_the_weight_maximises_the_leave_one_out_likelihood() -> None:
    train, _ = split(TEXT)
    symbols = sorted(set(TEXT))
    codes = np.array([symbols.index(s) for s in train], np.int32)
    weight = Bigram.fit(codes, len(symbols)).weight
    assert 0.3 < weight < 0.9
    best = leave_one_out(train, len(symbols), weight)
    for other in (weight - 0.01, weight + 0.001, weight / 2, 0.5 + weight / 2):
        assert leave_one_out(train, len(symbols), other) < best


def test_probabilities_sum_to_one_after_every_symbol() -> None:
    codes = np.array([0, 1, 0, 1, 2, 0, 0, 1], np.int32)  # 3 never occurs, 4 neither
    bigram = Bigram.fit(codes, 5)
    everything = np.arange(5, dtype=np.int32)
    for a in range(5):
        total = bigram.probability(np.full(5, a, np.int32), everything).sum()
        assert total == pytest.approx(1.0, abs=1e-12)
    assert Unigram.fit(codes, 5).probabilities.sum() == pytest.approx(1.0, abs=1e-12)


def test_nothing_held_out_is_impossible_even_when_training_is_deterministic() -> None:
    codes = np.tile(np.array([0, 1], np.int32), 50)  # every pair is certain, so λ runs to its limit
    bigram = Bigram.fit(codes, 3)
    unseen = bigram.cross_entropy(np.array([0, 2], np.int32), np.array([2, 1], np.int32))
    assert np.isfinite(unseen)


def test_contexts_that_came_once_leave_the_weight_undecided() -> None:
    assert Bigram.fit(np.array([0, 1, 2], np.int32), 3).weight == 0.5


def test_shuffled_text_gives_the_bigram_no_advantage() -> None:
    rng = np.random.default_rng(0)
    codes = rng.choice(6, 20_000, p=[0.4, 0.3, 0.1, 0.1, 0.05, 0.05]).astype(np.int32)
    bigram = Bigram.fit(codes[:18_000], 6)
    plain = bigram.unigram.cross_entropy(codes[18_001:])
    assert bigram.cross_entropy(codes[18_000:-1], codes[18_001:]) == pytest.approx(plain, abs=0.01)
