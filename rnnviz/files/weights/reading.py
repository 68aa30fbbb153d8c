"""A file of weights as a network, or one sentence that says why it is none."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.container import WEIGHTS_FILE, Container, printable, read_container
from rnnviz.files.network import Network
from rnnviz.files.weights.layouts import Array, Layout, Shape
from rnnviz.files.weights.recognise import listed, recognise
from rnnviz.files.weights.tensors import file_shapes, groups_of, outer_of

LARGEST = 1e6
"""A weight beyond this is no weight: the next product would fill every gate with ones."""


def read_weights(path: Path, *, cell: str | None = None, layout: str | None = None) -> Network:
    """The network in a safetensors file of PyTorch's or Keras's layout.

    ``cell`` and ``layout`` are keys, for what the file leaves open; a file that says otherwise is refused.
    Raises UserError "error.read-…", or "error.weights-file-…" with the path and what is wrong.
    """
    container = read_container(path, WEIGHTS_FILE)
    return _Reader(path, container).network(cell, layout)


class _Reader:
    """One file, its name for the sentences."""

    def __init__(self, path: Path, container: Container) -> None:
        self._path = path
        self._container = container

    def network(self, cell: str | None, layout: str | None) -> Network:
        tensors = self._container.tensors
        for name, tensor in tensors.items():
            if tensor.size == 0:
                raise self._wrong("empty", name=printable(name), shape=tensor.shape)
        found = recognise(self._path, self._container, cell, layout)
        expected = file_shapes(found.spec, found.layout)
        given = found.canonical(tensors, expected)
        self._compare_names(given, expected, found.layout)
        for name, shape in expected.items():
            if given[name].shape != shape:
                raise self._wrong("shape", name=name, have=given[name].shape, need=shape)
        for name in expected:
            self._check_values(name, given[name])
        precision = "float64" if any(tensor.dtype == np.float64 for tensor in given.values()) else "float32"
        return Network(found.spec, _flat(found.spec, found.layout, given), precision)

    def _compare_names(
        self, given: Mapping[str, Array], expected: Mapping[str, Shape], layout: Layout
    ) -> None:
        missing = [name for name in expected if name not in given]
        if missing and not any("bias" in name for name in given):
            raise self._wrong("no-bias", names=listed(missing))
        if missing:
            raise self._wrong("missing", names=listed(missing))
        extra = [name for name in given if name not in expected]
        if extra:
            raise self._wrong("extra", names=listed(extra), layout=layout.title)

    def _check_values(self, name: str, tensor: Array) -> None:
        if not np.isfinite(tensor).all():
            raise self._wrong("not-finite", name=name)
        largest = float(np.abs(tensor).max())
        if largest > LARGEST:
            raise self._wrong("huge", name=name, value=largest, limit=LARGEST)

    def _wrong(self, about: str, **values: object) -> UserError:
        return UserError(f"error.weights-file-{about}", path=str(self._path), **values)


def _flat(spec: ModelSpec, layout: Layout, given: Mapping[str, Array]) -> Array:
    """Our parameters (N,) float64 from tensors whose names and shapes are right."""
    ours: dict[str, Array] = {}
    for group in groups_of(spec):
        parts = {
            part: given[group.named(layout, part)].astype(np.float64) for part in layout.shapes(group.shapes)
        }
        inward = layout.inward(spec.cell_in_use, parts, group.shapes)
        ours |= {f"{group.prefix}/{name}": array for name, array in inward.items()}
    ours |= {own: given[name].astype(np.float64) for own, name in outer_of(spec).items()}
    return np.concatenate([ours[name].ravel() for name in spec.shapes()])
