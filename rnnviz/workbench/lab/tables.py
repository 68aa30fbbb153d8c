"""What the panels of the two views show, as tables: columns by name, all of one length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.errors import UserError
from rnnviz.workbench.lab.frame import LabFrame

Array = NDArray[Any]
Columns = Mapping[str, Array | list[str]]


def lab_table(lab: LabFrame, key: str) -> Columns:
    """The table of a panel.

    Raises the UserError that says why there is nothing to show, "error.lab-nothing" when nothing is typed.
    """
    if key in lab.why:
        raise lab.why[key]
    columns = LAB_TABLES[key](lab)
    if columns is None:
        raise UserError("error.lab-nothing")
    return columns


def _distance(lab: LabFrame) -> Columns | None:
    return None if lab.distance is None else lab.distance.columns()


def _triangle(lab: LabFrame) -> Columns | None:
    """Of h, and of c in a column of its own where there is one."""
    if lab.triangle is None:
        return None
    columns = lab.triangle.columns("h")
    if "c" in lab.triangle.values:
        columns["value_c"] = lab.triangle.columns("c")["value"]
    return columns


def _split(lab: LabFrame) -> Columns | None:
    return None if lab.split is None else lab.split.columns()


def _horizon(lab: LabFrame) -> Columns | None:
    return None if lab.horizon is None else lab.horizon.columns()


def _saliency(lab: LabFrame) -> Columns | None:
    found = lab.saliency
    if found is None:
        return None
    step = np.arange(found.norm.shape[1]) + 1
    outputs = {
        "t": np.full(len(step), found.step[0] + 1),
        "output": np.full(len(step), found.output[0]),
    }
    return {**outputs, "s": step, "norm": found.norm[0], "along": found.along[0]}


def _weights(lab: LabFrame) -> Columns | None:
    return None if lab.weights is None else lab.weights.statistics.columns()


def _spectrum(lab: LabFrame) -> Columns | None:
    return None if lab.spectrum is None else lab.spectrum.steps.columns()


def _trajectory(lab: LabFrame) -> Columns | None:
    found = lab.trajectory
    if found is None:
        return None
    speed = found.speed.columns()
    places = {"pc1": found.places[:, 0], "pc2": found.places[:, 1]}
    return {"t": speed["t"], **places, "speed_h": speed["h"], "speed_c": speed["c"]}


def _points(lab: LabFrame) -> Columns | None:
    return None if lab.search is None or lab.search.found is None else lab.search.found.columns()


LAB_TABLES: Mapping[str, Callable[[LabFrame], Columns | None]] = MappingProxyType(
    {
        "gradient-distance": _distance,
        "gradient-triangle": _triangle,
        "path-split": _split,
        "memory-horizon": _horizon,
        "saliency": _saliency,
        "weights": _weights,
        "spectrum": _spectrum,
        "trajectory": _trajectory,
        "fixed-points": _points,
    }
)
"""By the key of the panel."""
