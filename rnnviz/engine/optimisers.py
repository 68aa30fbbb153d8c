"""Optimisers that work in place on one flat vector, in few passes and without temporaries.

What an optimiser remembers is `slots`: flat arrays to be saved and put back bit for bit.  The learning rate
comes with each update, so it may change at any time.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, Value, complete

Array = NDArray[Any]

CHUNK = 65_536
"""Numbers handled at once, so that the passes over a chunk find it in the cache; fewer cost more in calls."""


class Optimiser(ABC):
    """One rule for turning gradients into steps.  ``slots["count"]`` (1,) is the number of updates made."""

    key: ClassVar[str]
    title: ClassVar[str]
    options: ClassVar[tuple[Option, ...]] = ()
    memory: ClassVar[tuple[str, ...]]  # names of the slots as long as the parameters

    def __init__(
        self, size: int, dtype: DTypeLike, options: Mapping[str, Value], matrices: Sequence[slice]
    ) -> None:
        """``options`` are complete and checked; ``matrices`` says where weight decay acts."""
        self.slots: dict[str, Array] = {name: np.zeros(size, dtype) for name in self.memory}
        self.slots["count"] = np.zeros(1, np.int64)
        self._options = options
        self._matrices = matrices
        self._dtype = np.dtype(dtype)
        self._spare = np.empty(min(size, CHUNK), dtype)

    def update(self, flat: Array, gradient: Array, learning_rate: float) -> None:
        """Change the parameters ``flat`` (N,) in place by one step; overflow is silent."""
        self.slots["count"] += 1
        with np.errstate(all="ignore"):
            self._update(flat, gradient, learning_rate, int(self.slots["count"][0]))

    def restore(self, slots: Mapping[str, Array]) -> None:
        """Put back slots that were copied from an optimiser of the same kind and size, exactly.

        Raises ValueError when names or shapes differ.
        """
        if {k: v.shape for k, v in slots.items()} != {k: v.shape for k, v in self.slots.items()}:
            raise ValueError(f"these are not the slots of {self.key}: {sorted(slots)}")
        for name, slot in self.slots.items():
            slot[...] = slots[name]

    @abstractmethod
    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None: ...

    def _chunks(self, flat: Array, gradient: Array) -> Iterator[tuple[Array, ...]]:
        """Cache-sized pieces of the parameters, the gradient, each slot, and a spare array."""
        whole = [flat, gradient, *(self.slots[name] for name in self.memory)]
        if len(flat) <= CHUNK:
            yield *whole, self._spare
            return
        for start in range(0, len(flat), CHUNK):
            pieces = [array[start : start + CHUNK] for array in whole]
            yield *pieces, self._spare[: len(pieces[0])]

    def _constant(self, value: float) -> Array:
        """A 0-d array: numpy takes it as it is, where it would convert a Python float in every call."""
        return np.array(value, self._dtype)


class SGD(Optimiser):
    """Gradient descent with momentum μ: v = μ v + dθ;  θ = θ - η v; plain with μ = 0.  Polyak 1964."""

    key = "sgd"
    title = "SGD"
    options = (Option("momentum", 0.9, 0.0, 0.9999),)
    memory = ("velocity",)

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        momentum, rate = self._constant(float(self._options["momentum"])), self._constant(learning_rate)
        for theta, g, v, spare in self._chunks(flat, gradient):
            np.multiply(v, momentum, v)
            np.add(v, g, v)
            np.multiply(v, rate, spare)
            np.subtract(theta, spare, theta)


class Nesterov(SGD):
    """Momentum that looks ahead: v = μ v + dθ;  θ = θ - η (dθ + μ v).  Nesterov 1983, PyTorch's form."""

    key = "nesterov"
    title = "Nesterov"

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        momentum, rate = self._constant(float(self._options["momentum"])), self._constant(learning_rate)
        for theta, g, v, spare in self._chunks(flat, gradient):
            np.multiply(v, momentum, v)
            np.add(v, g, v)
            np.multiply(v, momentum, spare)
            np.add(spare, g, spare)
            np.multiply(spare, rate, spare)
            np.subtract(theta, spare, theta)


class Adagrad(Optimiser):
    """Steps scaled by all that went before: v = v + dθ²;  θ = θ - η dθ / (√v + ε).  Duchi et al. 2011."""

    key = "adagrad"
    title = "Adagrad"
    memory = ("square",)
    epsilon = 1e-10

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        rate, epsilon = self._constant(learning_rate), self._constant(self.epsilon)
        for theta, g, v, spare in self._chunks(flat, gradient):
            np.multiply(g, g, spare)
            np.add(v, spare, v)
            np.sqrt(v, spare)
            np.add(spare, epsilon, spare)
            np.divide(g, spare, spare)
            np.multiply(spare, rate, spare)
            np.subtract(theta, spare, theta)


class RMSprop(Optimiser):
    """Steps scaled by recent size: v = α v + (1-α) dθ²;  θ = θ - η dθ / (√v + ε).  Hinton 2012."""

    key = "rmsprop"
    title = "RMSprop"
    memory = ("square",)
    decay, epsilon = 0.99, 1e-8

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        decay, rest = self._constant(self.decay), self._constant(1.0 - self.decay)
        rate, epsilon = self._constant(learning_rate), self._constant(self.epsilon)
        for theta, g, v, spare in self._chunks(flat, gradient):
            np.multiply(v, decay, v)
            np.multiply(g, g, spare)
            np.multiply(spare, rest, spare)
            np.add(v, spare, v)
            np.sqrt(v, spare)
            np.add(spare, epsilon, spare)
            np.divide(g, spare, spare)
            np.multiply(spare, rate, spare)
            np.subtract(theta, spare, theta)


class Adam(Optimiser):
    """Mean over root mean square, both corrected for their start at zero.  Kingma and Ba 2015.

        m = β₁ m + (1-β₁) dθ;   v = β₂ v + (1-β₂) dθ²
        θ = θ - η m̂ / (√v̂ + ε),   m̂ = m / (1-β₁ᵗ),   v̂ = v / (1-β₂ᵗ)

    The slots are m / (1-β₁) and v / (1-β₂): all constant factors then fold into one rate and one ε.
    """

    key = "adam"
    title = "Adam"
    memory = ("mean", "square")
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        first = (1.0 - self.beta1) / (1.0 - self.beta1**count)
        second = math.sqrt((1.0 - self.beta2) / (1.0 - self.beta2**count))
        beta1, beta2 = self._constant(self.beta1), self._constant(self.beta2)
        rate, epsilon = self._constant(learning_rate * first / second), self._constant(self.epsilon / second)
        for theta, g, m, v, spare in self._chunks(flat, gradient):
            np.multiply(m, beta1, m)
            np.add(m, g, m)
            np.multiply(v, beta2, v)
            np.multiply(g, g, spare)
            np.add(v, spare, v)
            np.sqrt(v, spare)
            np.add(spare, epsilon, spare)
            np.divide(m, spare, spare)
            np.multiply(spare, rate, spare)
            np.subtract(theta, spare, theta)


class AdamW(Adam):
    """Adam with decay beside the gradient, on weight matrices only: θ = (1 - η λ) θ first.

    Loshchilov and Hutter 2019.
    """

    key = "adamw"
    title = "AdamW"
    options = (Option("weight_decay", 0.01, 0.0, 1.0),)

    def _update(self, flat: Array, gradient: Array, learning_rate: float, count: int) -> None:
        keep = self._constant(1.0 - learning_rate * float(self._options["weight_decay"]))
        for where in self._matrices:
            flat[where] *= keep
        super()._update(flat, gradient, learning_rate, count)


OPTIMISERS: Mapping[str, type[Optimiser]] = MappingProxyType(
    {kind.key: kind for kind in (Adam, SGD, Nesterov, Adagrad, RMSprop, AdamW)}
)


def make_optimiser(
    key: str,
    size: int,
    dtype: DTypeLike = np.float32,
    options: Mapping[str, object] = MappingProxyType({}),
    matrices: Sequence[slice] = (),
) -> Optimiser:
    """The optimiser ``key`` for ``size`` parameters; options that it lacks are dropped.

    Raises UserError "error.optimiser-unknown" or "error.option-…".
    """
    if key not in OPTIMISERS:
        raise UserError("error.optimiser-unknown", optimiser=key, allowed=", ".join(OPTIMISERS))
    kind = OPTIMISERS[key]
    declared = {option.key for option in kind.options}
    given = {name: value for name, value in options.items() if name in declared}
    return kind(size, dtype, complete(kind.options, given), matrices)
