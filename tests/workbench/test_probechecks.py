"""The checks of the probes pass for every cell, and fail for a probe that is wrong."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import PASS_MARK
from rnnviz.engine.probes.fixed_points import FixedPoints
from rnnviz.engine.probes.paths import splits
from rnnviz.workbench import probechecks
from rnnviz.workbench.checks import checks
from rnnviz.workbench.probechecks import PROBES, checked_cells


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("key", PROBES)
def test_every_probe_is_right_for_every_cell(key: str, cell: str, layer: int) -> None:
    if cell not in checked_cells(key):
        assert (key, splits(CELLS[cell])) == ("path-split", False)
        return
    result = PROBES[key](cell, layer)
    assert result.zero == ()
    assert result.worst <= PASS_MARK
    assert result.worst > 0 or key == "memory-horizon"  # differences are never exact, closed forms may be


def test_every_probe_is_in_the_list() -> None:
    listed = [check.key for check in checks() if check.section == "probes"]
    assert set(PROBES) < set(listed)


def wrong(name: str, change: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the checks see a probe whose result has been changed."""
    probe = getattr(probechecks, name)
    monkeypatch.setattr(probechecks, name, lambda *given, **more: change(probe(*given, **more)))


@pytest.mark.parametrize(
    ("key", "name", "change"),
    [
        (
            "gradient-triangle",
            "triangle",
            lambda found: replace(found, values={s: v * 1.0001 for s, v in found.values.items()}),
        ),
        ("saliency", "saliency", lambda found: replace(found, along=-found.along)),
        (
            "path-split",
            "path_split",
            lambda found: replace(found, parts={**found.parts, "via_f": np.zeros_like(found.total)}),
        ),
        ("memory-horizon", "direct_factors", lambda found: found**2),
        ("spectrum", "jacobians", lambda found: found.swapaxes(1, 2)),
        ("spectrum", "spectrum", lambda found: replace(found, values=np.abs(found.values) + 0j)),
        ("weights", "block_statistics", lambda found: replace(found, gradient=np.sort(found.gradient))),
        ("fixed-points", "fixed_points", lambda found: replace(found, points=found.points + 1e-4)),
    ],
)
def test_a_probe_that_is_wrong_fails(
    key: str, name: str, change: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "block_statistics":  # the differences go through it as well: change what is given alone
        probe = probechecks.block_statistics
        calls: list[int] = []

        def first(*given: Any) -> Any:
            calls.append(1)
            return change(probe(*given)) if len(calls) == 1 else probe(*given)

        monkeypatch.setattr(probechecks, name, first)
    else:
        wrong(name, change, monkeypatch)
    assert not PROBES[key]("lstm", 0).passed


def test_a_search_that_finds_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(found: FixedPoints) -> FixedPoints:
        cut = {name: getattr(found, name)[:0].copy() for name in ("points", "speed", "eigenvalues", "found")}
        return replace(found, **cut)

    wrong("fixed_points", nothing, monkeypatch)
    assert not PROBES["fixed-points"]("lstm", 0).passed
