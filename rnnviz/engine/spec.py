"""What a model is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rnnviz.engine.cells import CELLS
from rnnviz.engine.cells.base import Cell
from rnnviz.engine.errors import UserError
from rnnviz.engine.initialise import INITIALISERS
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.options import Option, Value, complete

Shape = tuple[int, ...]

HIDDEN = Option("hidden", 16, 1, 512)
LAYERS = Option("layers", 1, 1, 8)
MODEL_OPTIONS = (
    Option("bidirectional", False, advanced=True),
    Option("dropout", 0.0, 0.0, 0.95, advanced=True),  # between layers, in training
    Option("learned_start", False, advanced=True),  # of h and c; otherwise they begin at zero
    Option("embedding", 0, 0, 512, advanced=True),  # its width; 0: symbols enter as one-hot vectors
    Option("tied", False, advanced=True),  # the readout's matrix is the embedding
    Option("initialiser", "usual", choices=tuple(INITIALISERS), advanced=True),
)
"""What any model may have besides its cell's own options."""


def options_of(cell: str) -> tuple[Option, ...]:
    """Every option of a model with that cell, the cell's own first."""
    return (*CELLS[cell].options, *MODEL_OPTIONS)


@dataclass(frozen=True)
class ModelSpec:
    """Equal cells stacked under a readout; ``inputs`` is V when ``symbols``, else the number of channels.

    ``outputs`` 0 means no readout.  ``options`` are those of the cell and `MODEL_OPTIONS`; ``loss`` is one of
    `LOSSES`.
    """

    cell: str
    inputs: int
    outputs: int
    hidden: int = 16
    layers: int = 1
    symbols: bool = True
    options: Mapping[str, float | str | bool] = field(default_factory=dict)
    loss: str = "cross-entropy"

    def check(self) -> None:
        """Raise UserError ("error.cell-unknown", "error.option-…", "error.setting-unknown") if need be.

        Also "error.loss-unknown", and "error.tied-shape" when input and output do not fit one matrix.
        """
        if self.cell not in CELLS:
            raise UserError("error.cell-unknown", cell=self.cell, allowed=", ".join(CELLS))
        if self.loss not in LOSSES:
            raise UserError("error.loss-unknown", loss=self.loss, allowed=", ".join(LOSSES))
        HIDDEN.check(self.hidden)
        LAYERS.check(self.layers)
        if self.inputs < 1 or self.outputs < 0:
            raise ValueError(
                f"a model has at least 1 input and 0 outputs, not {self.inputs} and {self.outputs}"
            )
        shapes = (self.inputs, self.embedding), (self.outputs, self.top)
        if self.values["tied"] and shapes[0] != shapes[1]:
            raise UserError("error.tied-shape", embedding=shapes[0], readout=shapes[1])

    @cached_property
    def values(self) -> Mapping[str, Value]:
        """Every option in force, defaults included."""
        return complete(options_of(self.cell), self.options)

    @cached_property
    def cell_in_use(self) -> Cell:
        """The cell as the options make it."""
        cell = CELLS[self.cell]
        return cell.under({option.key: self.values[option.key] for option in cell.options})

    @property
    def directions(self) -> int:
        """1, or 2 when every layer also runs backwards."""
        return 2 if self.values["bidirectional"] else 1

    @property
    def embedding(self) -> int:
        """Width of the embedding, 0 for none; when tied it is the readout's unless chosen otherwise."""
        width = int(self.values["embedding"])
        return self.top if self.values["tied"] and width == 0 else width

    @property
    def dropout(self) -> float:
        """Share of a layer's outputs that the next one does not see in training."""
        return float(self.values["dropout"])

    @property
    def top(self) -> int:
        """Width of what a layer gives on: H in each direction."""
        return self.hidden * self.directions

    def width(self, layer: int) -> int:
        """Number of inputs of a layer."""
        return self.top if layer else self.embedding or self.inputs

    def names(self, layer: int) -> tuple[str, ...]:
        """ "layer0", and "layer0_reverse" for a second direction."""
        return (f"layer{layer}", f"layer{layer}_reverse")[: self.directions]

    @property
    def learned(self) -> tuple[str, ...]:
        """The states whose start is a parameter."""
        cell = self.cell_in_use
        return tuple(s for s in cell.learnable if s in cell.states) if self.values["learned_start"] else ()

    def layer_shapes(self, layer: int) -> dict[str, Shape]:
        """Parameters of one direction of a layer by short name, in storage order."""
        cell = self.cell_in_use.shapes(self.width(layer), self.hidden)
        return {**cell, **{f"{state}0": (self.hidden,) for state in self.learned}}

    def shapes(self) -> dict[str, Shape]:
        """All parameters by full name ("embedding/W", "layer0/W" … "readout/b"), in storage order."""
        named: dict[str, Shape] = {"embedding/W": (self.inputs, self.embedding)} if self.embedding else {}
        for layer in range(self.layers):
            for prefix in self.names(layer):
                named |= {f"{prefix}/{name}": shape for name, shape in self.layer_shapes(layer).items()}
        if self.outputs and not self.values["tied"]:
            named["readout/W"] = (self.outputs, self.top)
        return {**named, "readout/b": (self.outputs,)} if self.outputs else named

    @cached_property
    def numbers_per_step(self) -> int:
        """What one step of one sequence counts towards the memory bound of a run."""
        return self.layers * self.top + self.embedding + self.outputs
