"""All weights of a model as one flat vector with named views."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = tuple[int, ...]


class Parameters(Mapping[str, Array]):
    """Names to views of ``flat`` (N,), in storage order: an optimiser or a file handles one array.

    The views write through, and are read-only where ``flat`` is.  ``group("layer0")`` gives the parameters
    under that prefix by their short names.
    """

    def __init__(self, flat: Array, shapes: Mapping[str, Shape]) -> None:
        """Raises ValueError when ``flat`` is not one contiguous vector of the right size."""
        size = sum(int(np.prod(shape)) for shape in shapes.values())
        if flat.shape != (size,) or not flat.flags.c_contiguous:
            raise ValueError(f"expected a contiguous vector of {size} parameters, got shape {flat.shape}")
        self.flat = flat
        self._views: dict[str, Array] = {}
        self._groups: dict[str, dict[str, Array]] = {}
        start = 0
        for name, shape in shapes.items():
            end = start + int(np.prod(shape))
            view = flat[start:end].reshape(shape)
            prefix, short = name.rsplit("/", 1)
            self._views[name] = self._groups.setdefault(prefix, {})[short] = view
            start = end

    def group(self, prefix: str) -> Mapping[str, Array]:
        """Views under ``prefix`` by short name: "W", "U", "b" …"""
        return self._groups[prefix]

    def __getitem__(self, name: str) -> Array:
        return self._views[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)
