"""What a model is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option, complete

Shape = tuple[int, ...]

HIDDEN = Option("hidden", 16, 1, 512)
LAYERS = Option("layers", 1, 1, 8)


@dataclass(frozen=True)
class ModelSpec:
    """Equal cells stacked under a readout; ``inputs`` is V when ``symbols``, else the number of channels."""

    cell: str
    inputs: int
    outputs: int
    hidden: int = 16
    layers: int = 1
    symbols: bool = True
    options: Mapping[str, float | str | bool] = field(default_factory=dict)

    def check(self) -> None:
        """Raise UserError ("error.cell-unknown", "error.option-…", "error.setting-unknown") if need be."""
        if self.cell not in CELLS:
            raise UserError("error.cell-unknown", cell=self.cell, allowed=", ".join(CELLS))
        HIDDEN.check(self.hidden)
        LAYERS.check(self.layers)
        complete(CELLS[self.cell].options, self.options)
        if min(self.inputs, self.outputs) < 1:
            raise ValueError(f"a model needs inputs and outputs, got {self.inputs} and {self.outputs}")

    def width(self, layer: int) -> int:
        """Number of inputs of a layer."""
        return self.inputs if layer == 0 else self.hidden

    def layer_shapes(self, layer: int) -> dict[str, Shape]:
        """Parameters of one layer by short name, in storage order."""
        return CELLS[self.cell].shapes(self.width(layer), self.hidden)

    def shapes(self) -> dict[str, Shape]:
        """All parameters by full name ("layer0/W" … "readout/b"), in storage order."""
        named = {
            f"layer{layer}/{name}": shape
            for layer in range(self.layers)
            for name, shape in self.layer_shapes(layer).items()
        }
        return {**named, "readout/W": (self.outputs, self.hidden), "readout/b": (self.outputs,)}
