"""What the gradient check goes over: every registered cell in every shape and option, every kind of model.

A new cell, option or loss is covered by being declared; a new kind of model is one line in `MODELS`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType
from typing import Any

from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import CheckResult, check_model
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.options import Option, Value
from rnnviz.engine.spec import ModelSpec

ONLY_AT_FIRST = frozenset({"forget_bias", "chrono", "initialiser"})
"""Options that say where the weights begin and change no formula."""
WIDE = 5
"""With fewer units than this a normalised gate may bend too sharply for a difference of 1e-5."""


SEEDS = 3


@dataclass(frozen=True)
class Case:
    """A model to check; with ``masked`` the sequences differ in length."""

    spec: ModelSpec
    masked: bool = False

    def result(self) -> CheckResult:
        """Check it, again with other numbers while a gradient is zero: a relu may happen to stay shut."""
        zero: set[str] | None = None
        worst = CheckResult(0.0, "", ())
        for seed in range(SEEDS):
            found = check_model(self.spec, batch=3 if self.masked else 2, masked=self.masked, seed=seed)
            worst = max(worst, found, key=lambda result: result.worst)
            zero = set(found.zero) if zero is None else zero & set(found.zero)
            if not zero:
                break
        return replace(worst, zero=tuple(sorted(zero or ())))


MODELS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "symbols": {},
        "numbers": {"symbols": False},
        "stacked": {"symbols": False, "layers": 3},
        "bidirectional": {"options": {"bidirectional": True}},
        "embedding": {"options": {"embedding": 2}},
        "tied": {"inputs": 4, "outputs": 4, "options": {"tied": True}},
        "dropout": {"options": {"dropout": 0.4}},
        "learned-start": {"options": {"learned_start": True}},
        "masked": {"masked": True, "options": {"bidirectional": True}},
        **{loss: {"loss": loss} for loss in LOSSES if loss != "cross-entropy"},
    }
)
"""Kinds of model by key, each as what sets it apart."""


def cell_cases(key: str) -> Iterator[Case]:
    """One cell with each value of each option: one layer and two, one direction and both, both inputs.

    Inputs enter the first layer alone, so an option meets numbers only where there is no other.
    """
    for options, layers, both, symbols in product(
        settings(CELLS[key].options), (1, 2), (False, True), (True, False)
    ):
        if options and layers > 1 and not symbols:
            continue
        every = {**options, "bidirectional": True} if both else options
        yield Case(ModelSpec(key, 3, 3, WIDE if "layer_norm" in options else 4, layers, symbols, every))


def model_cases(key: str) -> Iterator[Case]:
    """One kind of model with every cell; no two sizes are the same, so that nothing fits by chance."""
    fields = {"inputs": 4, "outputs": 6, "hidden": 5, "layers": 2, **MODELS[key]}
    masked = bool(fields.pop("masked", False))
    for cell in CELLS:
        yield Case(ModelSpec(cell, **fields), masked)


def settings(options: tuple[Option, ...]) -> Iterator[Mapping[str, Value]]:
    """The defaults, then every choice and both ends of every range, one option at a time."""
    yield {}
    for option in options:
        if option.key not in ONLY_AT_FIRST:
            for value in _values(option):
                if value != option.default:
                    yield {option.key: value}


def _values(option: Option) -> tuple[Value, ...]:
    if isinstance(option.default, bool):
        return (False, True)
    return option.choices or tuple(end for end in (option.low, option.high) if end is not None)
