"""How PyTorch and Keras name and stack the parameters of one recurrent layer.

Ours are "W" (G·H, I), "U" (G·H, H), "b" (G·H) and a GRU's "b_rec" (H), in PyTorch's gate order.  Whatever
else a cell declares keeps its own name and shape in either layout: no framework has a name for it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.options import Value

Array = NDArray[Any]
Shape = tuple[int, ...]

OWN = ("W", "U", "b", "b_rec")  # what a layout has names for


class Layout(ABC):
    """One framework.  ``pattern`` finds prefix, layer and direction of a name, as "rnn.weight_ih_l0"."""

    key: ClassVar[str]
    title: ClassVar[str]
    pattern: ClassVar[re.Pattern[str]]
    of_inputs: ClassVar[str]  # the part that is our W
    of_states: ClassVar[str]  # the part that is our U

    @abstractmethod
    def gates(self, cell: Cell) -> tuple[str, ...]:
        """In which order the blocks are stacked."""

    @abstractmethod
    def computes(self, cell: Cell) -> bool:
        """Whether the framework has a layer that computes what this cell does."""

    @abstractmethod
    def name(self, part: str, layer: int, reverse: bool) -> str:
        """The whole name of one tensor, such as "weight_ih_l0_reverse"."""

    @abstractmethod
    def stored(self, matrix: Shape) -> Shape:
        """Our shape of W or U from theirs, and theirs from ours."""

    @abstractmethod
    def shapes(self, ours: Mapping[str, Shape]) -> dict[str, Shape]:
        """Their parts of a layer that in our terms is ``ours``."""

    @abstractmethod
    def outward(self, cell: Cell, ours: Mapping[str, Array], dtype: DTypeLike) -> dict[str, Array]:
        """Their parts from our float64 parameters of a layer."""

    @abstractmethod
    def inward(self, cell: Cell, theirs: Mapping[str, Array], ours: Mapping[str, Shape]) -> dict[str, Array]:
        """Our float64 parameters from their parts, which have the right names and shapes."""


class Torch(Layout):
    """nn.RNN, nn.LSTM, nn.GRU: our order, but two biases, of which a GRU's second stays inside r * ( )."""

    key = "torch"
    title = "PyTorch"
    pattern = re.compile(
        r"(?P<prefix>(?:.*[./])?)(?:weight|bias)_(?:ih|hh)_l(?P<layer>0|[1-9]\d{0,8})(?P<reverse>_reverse)?"
    )
    of_inputs, of_states = "weight_ih", "weight_hh"

    def gates(self, cell: Cell) -> tuple[str, ...]:
        """As ours."""
        return cell.gates

    def computes(self, cell: Cell) -> bool:
        """nn.RNN knows tanh and relu; nn.GRU resets after the product."""
        return _plain(cell, {"lstm", "gru"}, {"tanh", "relu"})

    def name(self, part: str, layer: int, reverse: bool) -> str:
        """weight_ih_l0_reverse."""
        return f"{part}_l{layer}{'_reverse' if reverse else ''}"

    def stored(self, matrix: Shape) -> Shape:
        """As ours."""
        return matrix

    def shapes(self, ours: Mapping[str, Shape]) -> dict[str, Shape]:
        """Two biases; b_rec is the end of the second."""
        renamed = {"W": self.of_inputs, "U": self.of_states, "b": "bias_ih"}
        theirs = {renamed.get(name, name): shape for name, shape in ours.items() if name != "b_rec"}
        return {**theirs, "bias_hh": ours["b"]}

    def outward(self, cell: Cell, ours: Mapping[str, Array], dtype: DTypeLike) -> dict[str, Array]:
        """The rounded bias first, what rounding took off (nothing, for weights trained here) second."""
        first, second = _halves(ours["b"], dtype)
        if "b_rec" in ours:
            second[-len(ours["b_rec"]) :] = ours["b_rec"]
        parts = {name: array.astype(dtype) for name, array in ours.items() if name not in OWN}
        parts |= {"bias_ih": first, "bias_hh": second, self.of_inputs: ours["W"].astype(dtype)}
        return parts | ({self.of_states: ours["U"].astype(dtype)} if "U" in ours else {})

    def inward(self, cell: Cell, theirs: Mapping[str, Array], ours: Mapping[str, Shape]) -> dict[str, Array]:
        """Both biases added, but for a GRU's last."""
        parts = {name: theirs[name] for name in ours if name not in OWN}
        parts |= {"W": theirs[self.of_inputs], "b": _sum(theirs["bias_ih"], theirs["bias_hh"])}
        if "U" in ours:
            parts["U"] = theirs[self.of_states]
        if "b_rec" in ours:
            (hidden,) = ours["b_rec"]
            parts["b"][-hidden:] = theirs["bias_ih"][-hidden:]
            parts["b_rec"] = theirs["bias_hh"][-hidden:]
        return parts


class Keras(Layout):
    """SimpleRNN, LSTM, GRU: transposed matrices, a GRU's gates as z r h, its two biases in two rows.

    A GRU that resets before the product has one bias.
    """

    key = "keras"
    title = "Keras"
    pattern = re.compile(
        r"(?P<prefix>(?:.*[./])?)layer(?P<layer>0|[1-9]\d{0,8})(?P<reverse>_reverse)?"
        r"/(?:kernel|recurrent_kernel|bias)"
    )
    of_inputs, of_states = "kernel", "recurrent_kernel"

    def gates(self, cell: Cell) -> tuple[str, ...]:
        """A GRU's update gate comes first."""
        return ("z", "r", "n") if set(cell.gates) == {"z", "r", "n"} else cell.gates

    def computes(self, cell: Cell) -> bool:
        """SimpleRNN takes any activation; GRU either reset."""
        return _plain(cell, {"lstm", "gru", "gru-before"}, {"tanh", "relu", "identity"})

    def name(self, part: str, layer: int, reverse: bool) -> str:
        """layer0_reverse/kernel."""
        return f"layer{layer}{'_reverse' if reverse else ''}/{part}"

    def stored(self, matrix: Shape) -> Shape:
        """Transposed."""
        return matrix[::-1]

    def shapes(self, ours: Mapping[str, Shape]) -> dict[str, Shape]:
        """One bias, of two rows where there is b_rec."""
        renamed = {"W": self.of_inputs, "U": self.of_states, "b": "bias"}
        theirs = {renamed.get(name, name): shape for name, shape in ours.items() if name != "b_rec"}
        for name in {self.of_inputs, self.of_states} & theirs.keys():
            theirs[name] = self.stored(theirs[name])
        return {**theirs, "bias": (2, *ours["b"])} if "b_rec" in ours else theirs

    def outward(self, cell: Cell, ours: Mapping[str, Array], dtype: DTypeLike) -> dict[str, Array]:
        """The gates' blocks moved, then transposed."""
        order = self._order(cell)
        parts = {name: array.astype(dtype) for name, array in ours.items() if name not in OWN}
        for ours_name, name in (("W", self.of_inputs), ("U", self.of_states)):
            if ours_name in ours:
                parts[name] = _moved(ours[ours_name], order).T.astype(dtype)
        first, second = _halves(ours["b"], dtype)
        if "b_rec" not in ours:
            return {**parts, "bias": _moved(first, order)}
        second[-len(ours["b_rec"]) :] = ours["b_rec"]
        return {**parts, "bias": np.stack([_moved(first, order), _moved(second, order)])}

    def inward(self, cell: Cell, theirs: Mapping[str, Array], ours: Mapping[str, Shape]) -> dict[str, Array]:
        """Transposed, then the gates' blocks moved back."""
        order = np.argsort(self._order(cell))
        parts = {name: theirs[name] for name in ours if name not in OWN}
        for ours_name, name in (("W", self.of_inputs), ("U", self.of_states)):
            if ours_name in ours:
                parts[ours_name] = _moved(theirs[name].T, order)
        if "b_rec" not in ours:
            return {**parts, "b": _moved(theirs["bias"], order)}
        first, second = (_moved(row, order) for row in theirs["bias"])
        (hidden,) = ours["b_rec"]
        bias = _sum(first, second)
        bias[-hidden:] = first[-hidden:]
        return {**parts, "b": bias, "b_rec": second[-hidden:]}

    def _order(self, cell: Cell) -> Array:
        """For each block the place of its gate in our order."""
        return np.array([cell.gates.index(gate) for gate in self.gates(cell)])


LAYOUTS: Mapping[str, Layout] = MappingProxyType({layout.key: layout for layout in (Torch(), Keras())})


def _plain(cell: Cell, gated: set[str], activations: set[Value]) -> bool:
    """Whether a cell is one that every framework has, without a change of ours."""
    switched = [o for o in cell.options if isinstance(o.default, bool) and cell.values[o.key]]
    if switched or cell.key in gated:
        return not switched
    return cell.key == "irnn" or (cell.key == "rnn" and cell.values["activation"] in activations)


def _moved(array: Array, order: Array) -> Array:
    """The blocks of the first axis in another order; what is not made of blocks stays."""
    if len(array) % len(order):
        return array
    blocks = array.reshape(len(order), -1, *array.shape[1:])
    return blocks[order].reshape(array.shape)


def _halves(bias: Array, dtype: DTypeLike) -> tuple[Array, Array]:
    """Two arrays of ``dtype`` that add up to ``bias`` (float64): the nearest, and the rest."""
    nearest = bias.astype(dtype)
    return nearest, (bias - nearest).astype(dtype)


def _sum(first: Array, second: Array) -> Array:
    """first + second, where a second of zero leaves the bits of the first alone (-0 included)."""
    return np.where(second == 0, first, first + second)
