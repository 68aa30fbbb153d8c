"""The embedded Reber grammar: what may follow depends on a symbol seen long before."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks import scores
from rnnviz.tasks.base import Batch, PassMark, Text
from rnnviz.tasks.drawn import SymbolTask
from rnnviz.tasks.records import Problem
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]
State = tuple[str, int]  # the outer symbol ("" before it is known) and a place in the graph

# The inner grammar: from each place the symbols that may come, each as likely, and where they lead.
INNER: Mapping[int, Mapping[str, int]] = {
    2: {"B": 3},
    3: {"T": 4, "P": 5},
    4: {"S": 4, "X": 6},
    5: {"T": 5, "V": 7},
    6: {"X": 5, "S": 8},
    7: {"P": 6, "V": 8},
    8: {"E": 9},
}
START, OUTER, AFTER, LAST, DONE = 0, 1, 9, 10, 11
ROUND = 8  # lengths of batches are multiples of it, so that few shapes come up
LATE = -2


def followers(state: State) -> dict[str, State]:
    """What may come in a state, all of it equally likely, and the states it leads to."""
    outer, place = state
    if place == START:
        return {"B": ("", OUTER)}
    if place == OUTER:
        return {"T": ("T", 2), "P": ("P", 2)}
    if place == AFTER:
        return {outer: (outer, LAST)}
    if place == LAST:
        return {"E": (outer, DONE)}
    return {symbol: (outer, to) for symbol, to in INNER.get(place, {}).items()}


def _reachable() -> tuple[State, ...]:
    """Every state that a string can be in, the start first."""
    found: list[State] = [("", START)]
    for state in found:
        found += [to for to in followers(state).values() if to not in found]
    return tuple(found)


SYMBOLS = "BTPSXVE"
STATES = _reachable()
LOST = len(STATES)  # the state after a symbol that the grammar does not allow


class ReberTask(SymbolTask):
    """B, T or P, a string of the Reber grammar, the same T or P again, E: predict the next symbol.

    Hochreiter & Schmidhuber 1997, experiment 1.  The strings end, so they are filled up with unknowns.  A
    network that has forgotten the outer symbol has the loss ``baseline``, one that forgets nothing
    ``optimum``, both exactly computed over the strings that fit into ``length``.
    """

    key: ClassVar[str] = "reber"
    options: ClassVar[tuple[Option, ...]] = (Option("length", 40, low=9, high=128),)
    metric = "outer"
    generates = True

    vocabulary = Vocabulary(SYMBOLS)
    inputs = outputs = len(vocabulary)

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.length = int(self.values["length"])

    @cached_property
    def _entropies(self) -> tuple[float, float]:
        """Expected nats of all choices of a string, the outer one told twice and once; a symbol."""
        alive: dict[State, tuple[float, float]] = {("", START): (1.0, 0.0)}  # probability, and times its nats
        symbols = nats = whole = 0.0
        for step in range(1, self.length + 1):
            reached: dict[State, tuple[float, float]] = {}
            for state, (p, earlier) in alive.items():
                ways = followers(state)
                for to in ways.values():
                    share = p / len(ways)
                    told = earlier / len(ways) + share * np.log(len(ways))
                    before = reached.get(to, (0.0, 0.0))
                    reached[to] = before[0] + share, before[1] + told
            ended = [reached.pop(state) for state in tuple(reached) if state[1] == DONE]
            whole += sum(p for p, _ in ended)
            symbols += sum(p for p, _ in ended) * (step - 1)  # the first is never predicted
            nats += sum(told for _, told in ended)
            alive = reached
        return (nats + whole * float(np.log(2))) / symbols, nats / symbols

    @property
    def baseline(self) -> float:
        """Nats per symbol when the outer symbol is forgotten and everything else known."""
        return self._entropies[0]

    @property
    def optimum(self) -> float:
        """Nats per symbol of the grammar itself."""
        return self._entropies[1]

    @property
    def pass_mark(self) -> PassMark:
        """Every outer symbol right, and 999 of 1000 predictions legal."""
        return PassMark("outer", 1.0, True, (PassMark("legal", 0.999, above=True),))

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Strings of the grammar, those that are too long drawn again; as long as the longest, about."""
        codes = self._strings(rng, size)
        while (late := np.flatnonzero(codes[-1] == LATE)).size:
            codes[:, late] = self._strings(rng, late.size)
        longest = int((codes >= 0).sum(axis=0).max())
        return codes[: min(-(-longest // ROUND) * ROUND, self.length)]

    def _strings(self, rng: np.random.Generator, size: int) -> Array:
        """Strings (T, size) with unknowns behind the end, `LATE` last where one has not ended."""
        coins = rng.integers(0, 2, (self.length, size))
        codes = np.full((self.length, size), -1, np.int32)
        state = np.zeros(size, np.intp)
        for step in range(self.length):
            codes[step] = _CHOICES[state, coins[step]]
            state = _NEXT[state, codes[step]]
        codes[-1, ~np.isin(state, _ENDS)] = LATE
        return codes

    def targets(self, codes: Array) -> Array:
        """The next symbol."""
        y = np.full(codes.shape, -1, np.int32)
        y[:-1] = np.where(codes[:-1] >= 0, codes[1:], -1)
        return y

    def fault(self, codes: Array) -> Problem | None:
        """The first symbol that the grammar does not allow."""
        state = 0
        for step, code in enumerate(codes.tolist()):
            if not _LEGAL[state, code]:
                allowed = " ".join(followers(STATES[state])) or "–"
                return "problem.follows", {"token": SYMBOLS[code], "step": step + 1, "allowed": allowed}
            state = int(_NEXT[state, code])
        return None

    def score(self, logits: NDArray[np.floating], batch: Batch) -> dict[str, float]:
        """Also "legal", the share of predictions that the grammar allows, and "outer", of those where the
        outer symbol is due the share that are right.
        """
        legal, outer = self._rules(batch.x)
        known = batch.known
        best = logits.argmax(axis=-1)
        allowed = np.take_along_axis(legal, best[:, :, None], axis=2)[:, :, 0]
        due = outer & known
        return {
            **super().score(logits, batch),
            "legal": float(np.mean(allowed[known])) if known.any() else scores.NAN,
            "outer": scores.hits(logits[due], batch.y[due]),
        }

    def counted(self, metric: str, batch: Batch) -> int:
        """For "outer" the steps where the outer symbol is due."""
        if metric != "outer":
            return batch.counted
        return int(np.count_nonzero(self._rules(batch.x)[1] & batch.known))

    def _rules(self, codes: Array) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which symbols may follow each step (T, B, V), and where (T, B) that is the outer one."""
        states = np.zeros((len(codes) + 1, codes.shape[1]), np.intp)
        for step, row in enumerate(codes):
            states[step + 1] = _NEXT[states[step], row]
        return _LEGAL[states[1:]], np.isin(states[1:], _AFTER)


def _tables() -> tuple[Array, Array, NDArray[np.bool_]]:
    """By state: the symbols (S, 2) that a coin chooses; by state and symbol: the next state (S, V + 1), where
    the last column stands for no symbol, and whether it may come (S, V).
    """
    choices = np.full((len(STATES) + 1, 2), -1, np.int32)
    following = np.full((len(STATES) + 1, len(SYMBOLS) + 1), LOST, np.intp)
    legal = np.zeros((len(STATES) + 1, len(SYMBOLS)), np.bool_)
    following[:, -1] = np.arange(len(STATES) + 1)
    for number, state in enumerate(STATES):
        for symbol, to in followers(state).items():
            legal[number, SYMBOLS.index(symbol)] = True
            following[number, SYMBOLS.index(symbol)] = STATES.index(to)
        ways = [SYMBOLS.index(symbol) for symbol in followers(state)]
        if ways:
            choices[number] = ways[0], ways[-1]
    return choices, following, legal


_CHOICES, _NEXT, _LEGAL = _tables()
_ENDS = [number for number, state in enumerate(STATES) if state[1] == DONE]
_AFTER = [number for number, state in enumerate(STATES) if state[1] == AFTER]
