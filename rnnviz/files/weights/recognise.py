"""What a file of weights is: whose layout, which cell, how wide and deep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.engine.spec import HIDDEN, LAYERS, ModelSpec
from rnnviz.files.container import Container, printable, strict_json
from rnnviz.files.weights.layouts import LAYOUTS, Array, Layout, Shape
from rnnviz.files.weights.tensors import OUTER
from rnnviz.files.weights.writing import RECORD, TOLD

USUAL = {4: "lstm", 3: "gru", 1: "rnn"}
"""The cell that so many blocks of weights mean in either framework."""
NAMED = 5  # names that a sentence lists


@dataclass(frozen=True)
class Found:
    """A recognised file: what it must hold follows from ``spec`` and ``layout``."""

    layout: Layout
    spec: ModelSpec
    prefix: str
    outer: Mapping[str, str]  # by canonical name the name in the file

    def canonical(self, tensors: Mapping[str, Array], expected: Mapping[str, Shape]) -> dict[str, Array]:
        """Tensors by their names without prefix; a name that nothing expects stays as it is."""
        renamed = {self.prefix + name: name for name in expected}
        renamed |= {actual: name for name, actual in self.outer.items()}
        return {renamed.get(name, name): tensor for name, tensor in tensors.items()}


def recognise(path: Path, container: Container, cell: str | None, layout: str | None) -> Found:
    """Layout, prefix and spec of a file.

    ``cell`` and ``layout`` are what the user says of it.  Raises UserError "error.weights-file-…".
    """
    return _Look(path, container).found(cell, layout)


@dataclass(frozen=True)
class _Widths:
    """What names and shapes say, in our terms: of the first layer W (rows, inputs) and U (rows, hidden)."""

    rows: int
    inputs: int
    outputs: int
    layers: int
    both: bool  # directions
    embedding: tuple[int, int] | None  # symbols, width
    recurrent: Shape | None  # of U, whatever it is
    recurrent_name: str
    one_bias: bool  # a single vector

    @property
    def blocks(self) -> int | None:
        """How many square blocks U has; None if it has no such thing."""
        if self.recurrent is None or len(self.recurrent) != 2 or self.recurrent[0] % self.recurrent[1]:
            return None
        return self.recurrent[0] // self.recurrent[1]


class _Look:
    def __init__(self, path: Path, container: Container) -> None:
        self._path, self._container, self._tensors = path, container, container.tensors

    def found(self, cell: str | None, wanted: str | None) -> Found:
        layout = self._layout(wanted)
        matches = [match for name in self._tensors if (match := layout.pattern.fullmatch(name))]
        prefixes = sorted({match["prefix"] for match in matches})
        if len(prefixes) > 1:
            raise self._wrong("several", names=listed(prefixes))
        layers = 1 + max(int(match["layer"]) for match in matches)
        if layers > (LAYERS.high or 0):
            raise self._wrong("layers", have=layers, limit=LAYERS.high)
        outer = self._outer()
        both = any(match["reverse"] for match in matches)
        widths = self._widths(layout, prefixes[0], outer, layers, both)
        try:
            return Found(layout, self._spec(self._draft(cell, widths), widths), prefixes[0], outer)
        except UserError as problem:
            if problem.key.startswith("error.weights-file-"):
                raise
            raise self._wrong("content", problem=problem) from problem

    def _layout(self, wanted: str | None) -> Layout:
        fitting = {
            key: [name for name in self._tensors if layout.pattern.fullmatch(name)]
            for key, layout in LAYOUTS.items()
        }
        there = [key for key, names in fitting.items() if names]
        if not there:
            raise self._wrong("unrecognised", names=listed(self._tensors))
        if wanted is not None and wanted not in there:
            raise self._wrong("not-layout", layout=LAYOUTS[wanted].title, found=LAYOUTS[there[0]].title)
        if wanted is None and len(there) > 1:
            raise self._wrong("mixed", names=listed(names[0] for names in fitting.values()))
        return LAYOUTS[wanted or there[0]]

    def _outer(self) -> dict[str, str]:
        """Which name of the file is the readout's weight and so on; each may have a prefix of its own."""
        found = {}
        for name in OUTER.values():
            fitting = [n for n in self._tensors if n == name or n.endswith((f".{name}", f"/{name}"))]
            if len(fitting) > 1:
                raise self._wrong("several-names", name=name, names=listed(fitting))
            if fitting:
                found[name] = fitting[0]
        return found

    def _widths(
        self, layout: Layout, prefix: str, outer: Mapping[str, str], layers: int, both: bool
    ) -> _Widths:
        inputs_name, recurrent_name, bias_name = (
            prefix + layout.name(part, 0, False) for part in (layout.of_inputs, layout.of_states, "bias")
        )
        rows, inputs = layout.stored(self._matrix(inputs_name))
        recurrent = self._tensors.get(recurrent_name)
        readout = outer.get(OUTER["readout/W"], outer.get(OUTER["readout/b"]))
        embedding = outer.get(OUTER["embedding/W"])
        bias = self._tensors.get(bias_name)
        return _Widths(
            rows,
            inputs,
            0 if readout is None else len(np.atleast_1d(self._tensors[readout])),
            layers,
            both,
            None if embedding is None else self._matrix(embedding),
            None if recurrent is None else layout.stored(recurrent.shape),
            recurrent_name,
            bias is not None and bias.ndim == 1,
        )

    def _draft(self, given: str | None, widths: _Widths) -> ModelSpec:
        """The cell that the file names, or the user, or the shapes, with its options; all must agree."""
        recorded = self._recorded()
        if recorded is not None and given not in (None, recorded[0]):
            raise self._wrong("cell-recorded", cell=given, recorded=printable(recorded[0]))
        if recorded is None and given is None:
            return _draft(self._cell_by_shape(widths), {})
        key, options = recorded or (str(given), {})
        if key not in CELLS:
            raise UserError("error.cell-unknown", cell=printable(key), allowed=", ".join(CELLS))
        draft = _draft(key, options)
        need = len(draft.cell_in_use.gates)
        if _square(draft) and widths.blocks not in (None, need):
            name = printable(widths.recurrent_name)
            raise self._wrong("cell-differs", name=name, cell=key, need=need, have=widths.blocks)
        return draft

    def _recorded(self) -> tuple[str, Mapping[str, Value]] | None:
        """What a file of ours says of itself."""
        if RECORD not in self._container.metadata:
            return None
        try:
            record = strict_json(self._container.metadata[RECORD])
            cell, options = record["cell"], dict(record["options"])
            if not isinstance(cell, str):
                raise ValueError(RECORD)
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._wrong("damaged", reason=RECORD) from error
        return cell, options

    def _cell_by_shape(self, widths: _Widths) -> str:
        name, blocks = printable(widths.recurrent_name), widths.blocks
        if widths.recurrent is None:
            raise self._wrong("missing", names=name)
        usual = USUAL.get(blocks or 0, "")
        if usual == "gru" and widths.one_bias:
            usual = "gru-before"  # Keras: a GRU with a single bias resets before the product
        if usual in CELLS:
            return usual
        drafts = [_draft(key, {}) for key in CELLS]
        fitting = [d.cell for d in drafts if _square(d) and len(d.cell_in_use.gates) == blocks]
        if not fitting:
            raise self._wrong("cell-none", name=name, have=self._tensors[widths.recurrent_name].shape)
        raise self._wrong("cell-open", name=name, blocks=blocks, allowed=", ".join(fitting))

    def _spec(self, draft: ModelSpec, widths: _Widths) -> ModelSpec:
        """The whole model.  Raises UserError for sizes that are not possible."""
        recurrent, hidden = widths.recurrent, widths.rows // len(draft.cell_in_use.gates)
        if _square(draft) and recurrent is not None and len(recurrent) == 2:
            hidden = recurrent[1]
        options = {key: value for key, value in draft.options.items() if key not in TOLD}
        if widths.both:
            options["bidirectional"] = True
        if widths.embedding is not None:
            options["embedding"] = widths.embedding[1]
        HIDDEN.check(hidden)
        spec = ModelSpec(
            cell=draft.cell,
            inputs=widths.inputs if widths.embedding is None else widths.embedding[0],
            outputs=widths.outputs,
            hidden=hidden,
            layers=widths.layers,
            symbols=widths.embedding is not None,
            options=options,
        )
        spec.check()
        return spec

    def _matrix(self, name: str) -> tuple[int, int]:
        """The shape of a tensor that must be there and be a matrix."""
        if name not in self._tensors:
            raise self._wrong("missing", names=printable(name))
        shape = self._tensors[name].shape
        if len(shape) != 2:
            raise self._wrong("dimensions", name=printable(name), have=len(shape), need=2)
        return shape[0], shape[1]

    def _wrong(self, about: str, **values: object) -> UserError:
        return UserError(f"error.weights-file-{about}", path=str(self._path), **values)


def _draft(key: str, options: Mapping[str, Value]) -> ModelSpec:
    """The smallest model of a cell.  Raises UserError for options that cannot be."""
    draft = ModelSpec(key, 1, 1, hidden=2, options=options)
    draft.check()
    return draft


def _square(draft: ModelSpec) -> bool:
    """Whether the cell's U is made of one square block a gate."""
    return draft.layer_shapes(0).get("U") == (2 * len(draft.cell_in_use.gates), 2)


def listed(names: Iterable[str]) -> str:
    """The first few names, in quotation marks because a prefix may be empty."""
    every = [f"“{printable(name)}”" for name in names]
    return ", ".join(every[:NAMED]) + (f" … ({len(every)})" if len(every) > NAMED else "")
