"""The names and shapes of a whole file, as they follow from what a model declares."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rnnviz.engine.spec import ModelSpec
from rnnviz.files.weights.layouts import Layout, Shape

OUTER = {"embedding/W": "embedding.weight", "readout/W": "readout.weight", "readout/b": "readout.bias"}
"""What is not in a recurrent layer is called the same in every layout."""

_LAYER = re.compile(r"layer(\d+)(_reverse)?")


@dataclass(frozen=True)
class Group:
    """One recurrent layer of one direction: its prefix in our names, and its parameters' shapes."""

    prefix: str
    layer: int
    reverse: bool
    shapes: Mapping[str, Shape]

    def named(self, layout: Layout, part: str) -> str:
        """A part of this layer by the layout's whole name."""
        return layout.name(part, self.layer, self.reverse)


def groups_of(spec: ModelSpec) -> Iterator[Group]:
    """Every recurrent layer, in storage order."""
    found: dict[str, dict[str, Shape]] = {}
    for name, shape in spec.shapes().items():
        prefix, _, short = name.rpartition("/")
        if _LAYER.fullmatch(prefix):
            found.setdefault(prefix, {})[short] = shape
    for prefix, shapes in found.items():
        match = _LAYER.fullmatch(prefix)
        assert match is not None  # it was one above
        yield Group(prefix, int(match[1]), match[2] is not None, shapes)


def outer_of(spec: ModelSpec) -> dict[str, str]:
    """Our names of all other parameters, and what files call them."""
    names = [name for name in spec.shapes() if not _LAYER.fullmatch(name.rpartition("/")[0])]
    return {name: OUTER.get(name, name.replace("/", ".")) for name in names}


def file_shapes(spec: ModelSpec, layout: Layout) -> dict[str, Shape]:
    """Every tensor that a file of such a model holds, without prefix."""
    shapes = {
        group.named(layout, part): shape
        for group in groups_of(spec)
        for part, shape in layout.shapes(group.shapes).items()
    }
    ours = spec.shapes()
    return shapes | {name: ours[own] for own, name in outer_of(spec).items()}
