"""What has to be kept of a run to go on with it, and what is told when it blows up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class LoopState:
    """A run after ``step`` steps; together with its `RunSpec` it continues bit for bit.

    Arrays are read-only.  ``parameters`` (N,) float32; ``slots`` are the optimiser's arrays; ``rng`` is the
    state of the generator that draws the batches, in plain values.  ``budget`` is the number of steps that
    the run began with, which its learning rate follows even when it goes on for longer; None: the spec's.
    ``carried`` are the states (B, H) that the next batch goes on from, of a run that carries them.
    """

    step: int
    parameters: Array
    slots: Mapping[str, Array]
    rng: Mapping[str, Any]
    budget: int | None = None
    carried: Mapping[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for array in (self.parameters, *self.slots.values(), *self.carried.values()):
            array.flags.writeable = False

    def to_record(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Plain values for JSON, and named arrays: "parameters", "slots/…", "carried/…"."""
        arrays = {"parameters": self.parameters}
        arrays |= {f"slots/{name}": slot for name, slot in self.slots.items()}
        arrays |= {f"carried/{name}": array for name, array in self.carried.items()}
        return {"step": self.step, "rng": dict(self.rng), "budget": self.budget}, arrays

    @classmethod
    def from_record(cls, record: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """The state that `to_record` gave.  Raises UserError "error.state-damaged"."""
        try:
            step, rng, parameters = int(record["step"]), dict(record["rng"]), arrays["parameters"]
            budget = record.get("budget")  # a file of before there were budgets has none
            budget = None if budget is None else int(budget)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError("error.state-damaged", reason=repr(error)) from error
        slots, carried = _under("slots/", arrays), _under("carried/", arrays)
        return cls(step, parameters, slots, MappingProxyType(rng), budget, carried)


def _under(prefix: str, arrays: Mapping[str, Array]) -> Mapping[str, Array]:
    """The arrays whose names begin so, by the rest of their names."""
    found = {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
    return MappingProxyType(found)


class BlowUp(Exception):
    """Training cannot go on: ``quantity`` took ``value`` in step number ``step``.

    The loop has gone back to the last parameters whose loss and gradient were sound.  ``learning_rate`` and
    ``clip`` (0: off) are those in force.
    """

    def __init__(
        self,
        step: int,
        quantity: Literal["loss", "gradient", "parameters"],
        value: float,
        learning_rate: float,
        clip: float,
    ) -> None:
        super().__init__(f"{quantity} = {value:.6g} in step {step}")
        self.step = step
        self.quantity = quantity
        self.value = value
        self.learning_rate = learning_rate
        self.clip = clip

    @property
    def key(self) -> str:
        """The message key, "blow-up.loss" …, with "-unclipped" where clipping is off."""
        return f"blow-up.{self.quantity}" + ("" if self.clip else "-unclipped")

    def to_record(self) -> dict[str, Any]:
        """Plain values; ``BlowUp(**record)`` gives an equal one."""
        names = ("step", "quantity", "value", "learning_rate", "clip")
        return {name: getattr(self, name) for name in names}

    def __reduce__(self) -> tuple[object, ...]:
        return BlowUp, tuple(self.to_record().values())


def generator_from(rng: Mapping[str, Any]) -> np.random.Generator:
    """A generator in that state.  Raises UserError "error.state-damaged"."""
    generator = np.random.default_rng(0)
    try:
        generator.bit_generator.state = dict(rng)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise UserError("error.state-damaged", reason=repr(error)) from error
    return generator
