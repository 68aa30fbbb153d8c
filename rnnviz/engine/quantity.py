"""A named thing that a cell computes and a panel may draw."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Quantity:
    """One array (T, B, H) of a layer's trace, with what a panel needs to draw it.

    ``key`` is its name in traces, files and legends; its title is the message "quantity.<key>".
    ``symbol`` is typeset italic with the subscript t.  ``low`` and ``high`` bound its values, ``None`` where
    the maths sets no bound.  ``stage`` is the part of an LSTM's step it belongs to, "" where cells have no
    stages.  ``role`` is the colour token it shares with its counterpart in other cells; "norm" is for what
    serves the arithmetic alone.
    """

    key: str
    symbol: str
    kind: Literal["gate", "signed"]
    low: float | None
    high: float | None
    stage: Literal["", "forget", "select", "output"] = ""
    role: Literal["f", "i", "o", "g", "c", "h", "norm"] = "h"


def gate(
    key: str, role: Literal["f", "i", "o"], stage: Literal["", "forget", "select", "output"] = ""
) -> Quantity:
    """A logistic gate: 0 closed, 1 open."""
    return Quantity(key, key, "gate", 0.0, 1.0, stage, role)


def signed(
    key: str,
    role: Literal["g", "c", "h"],
    stage: Literal["", "forget", "select", "output"] = "",
    bound: float | None = 1.0,
) -> Quantity:
    """A value of either sign within ±``bound``."""
    return Quantity(key, key, "signed", None if bound is None else -bound, bound, stage, role)
