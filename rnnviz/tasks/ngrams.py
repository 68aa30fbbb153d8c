"""The two predictors without memory that a character model has to beat.

Unigram, the baseline: every symbol by its frequency in the training split, one added to every count so that
no symbol is impossible (Laplace).  Bigram, the pass mark: the frequencies after the previous symbol,
interpolated with the unigram (Jelinek & Mercer 1980); the weight is fitted by expectation-maximisation on the
training split, each pair judged by counts from which it has been taken out (deleted interpolation), so that
no held-out symbol is used.

p(b) = (n_b + 1) / (N + V);   p(b | a) = λ n_ab / n_a + (1 - λ) p(b), and p(b) alone where a was never seen.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Unigram:
    """Probabilities (V,) of the symbols."""

    probabilities: Floats

    @classmethod
    def fit(cls, codes: Codes, size: int) -> "Unigram":
        """From codes (N,), all of 0 … size-1."""
        counts = np.bincount(codes, minlength=size)
        return cls((counts + 1.0) / (len(codes) + size))

    def cross_entropy(self, following: Codes) -> float:
        """Mean nats per token of codes (M,)."""
        return float(-np.log(self.probabilities[following]).mean())


@dataclass(frozen=True)
class Bigram:
    """The interpolated bigram.

    ``pairs`` are the distinct pairs of the training split as keys ``a * V + b``, sorted, ``counts`` how often
    each came; ``contexts`` (V,) counts the pairs that start with each symbol; ``weight`` is λ.  Pairs are
    kept sparse: Chinese text has thousands of symbols, and V² counts would not fit.
    """

    unigram: Unigram
    pairs: NDArray[np.int64]
    counts: NDArray[np.int64]
    contexts: NDArray[np.int64]
    weight: float

    @classmethod
    def fit(cls, codes: Codes, size: int) -> "Bigram":
        """From codes (N,) of the training split, N ≥ 2."""
        keys = codes[:-1].astype(np.int64) * size + codes[1:]
        keys.sort()  # as np.unique does, which loads masked arrays first: 15 ms of the start
        firsts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
        pairs, counts = keys[firsts], np.diff(firsts, append=len(keys))
        contexts = np.bincount(codes[:-1], minlength=size).astype(np.int64)
        weight = _fit_weight(pairs, counts, contexts, np.bincount(codes, minlength=size))
        return cls(Unigram.fit(codes, size), pairs, counts.astype(np.int64), contexts, weight)

    def probability(self, previous: Codes, following: Codes) -> Floats:
        """p(following | previous), elementwise, of two arrays (M,)."""
        size = len(self.contexts)
        keys = previous.astype(np.int64) * size + following
        places = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        counts = np.where(self.pairs[places] == keys, self.counts[places], 0)
        contexts = self.contexts[previous]
        plain = self.unigram.probabilities[following]
        mixed = self.weight * counts / np.maximum(contexts, 1) + (1 - self.weight) * plain
        return np.where(contexts > 0, mixed, plain)

    def cross_entropy(self, previous: Codes, following: Codes) -> float:
        """Mean nats per token of ``following`` (M,), each predicted from ``previous`` (M,)."""
        return float(-np.log(self.probability(previous, following)).mean())


def _fit_weight(
    pairs: NDArray[np.int64],
    counts: NDArray[np.int64],
    contexts: NDArray[np.int64],
    symbols: NDArray[np.int64],
    rounds: int = 1000,
    tolerance: float = 1e-10,
) -> float:
    """λ that maximises the leave-one-out likelihood of the training pairs; concave in λ, so EM finds it.

    λ stays one part in N below 1: N pairs cannot show that a pair they lack is impossible.
    """
    size = len(symbols)
    before, after = np.divmod(pairs, size)
    # One occurrence of the pair is taken out of every count that it entered.
    left = (counts - 1) / np.maximum(contexts[before] - 1, 1)
    plain = symbols[after] / (symbols.sum() - 1 + size)  # (n_b - 1 + 1) / (N - 1 + V)
    judged = contexts[before] > 1  # where the context came once nothing is left to mix with
    left, plain, times = left[judged], plain[judged], counts[judged]
    if times.sum() < 2:
        return 0.5
    weight = 0.5
    for _ in range(rounds):
        mixed = weight * left
        updated = float(np.sum(times * mixed / (mixed + (1 - weight) * plain)) / times.sum())
        moved = abs(updated - weight)
        weight = min(updated, 1 - 1 / int(times.sum()))
        if moved < tolerance:
            break
    return weight
