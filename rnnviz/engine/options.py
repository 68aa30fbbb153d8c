"""Declared settings: what a cell, a task or an optimiser lets the user choose, and within which limits."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rnnviz.engine.errors import UserError

Value = float | int | str | bool


@dataclass(frozen=True)
class Option:
    """One setting.  The type of ``default`` is the type of the setting.

    ``low`` and ``high`` (both included) bound a number, ``None`` leaves that side open; ``choices`` lists
    what a word may be.
    """

    key: str
    default: Value
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    advanced: bool = False  # for those who look for it; a window need not show it at once

    def check(self, value: object) -> Value:
        """Return ``value`` in the option's own type.

        An int option takes a float without fraction, a float option takes an int.
        Raises UserError "error.option-" + "bool", "whole", "number" or "word" for another type, "choice" or
        "range" (NaN and infinity included).
        """
        if isinstance(self.default, bool):
            if not isinstance(value, bool):
                raise self._wrong_type(value)
            return value
        if isinstance(self.default, str):
            if not isinstance(value, str):
                raise self._wrong_type(value)
            if self.choices and value not in self.choices:
                raise UserError(
                    "error.option-choice", key=self.key, value=value, choices=", ".join(self.choices)
                )
            return value
        return self._check_number(value)

    def takes(self, value: object) -> bool:
        """Whether `check` would let ``value`` pass."""
        try:
            self.check(value)
        except UserError:
            return False
        return True

    def _check_number(self, value: object) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise self._wrong_type(value)
        if not math.isfinite(value) or not self._within(value):
            raise UserError(
                "error.option-range",
                key=self.key,
                value=value,
                low="-∞" if self.low is None else self.low,
                high="∞" if self.high is None else self.high,
            )
        if isinstance(self.default, int):
            if value != int(value):
                raise self._wrong_type(value)
            return int(value)
        return float(value)

    def _within(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _wrong_type(self, value: object) -> UserError:
        kinds = {bool: "bool", int: "whole", float: "number", str: "word"}
        return UserError(f"error.option-{kinds[type(self.default)]}", key=self.key, value=value)


def complete(options: Iterable[Option], given: Mapping[str, object]) -> dict[str, Value]:
    """Every option's checked value, its default where ``given`` has none.

    Raises UserError "error.setting-unknown" for a key that no option has.
    """
    declared = {option.key: option for option in options}
    for key in given:
        if key not in declared:
            raise UserError("error.setting-unknown", key=key, allowed=", ".join(declared) or "–")
    return {key: option.check(given.get(key, option.default)) for key, option in declared.items()}
