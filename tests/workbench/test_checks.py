"""The check of the probes finds what the check of the model cannot see."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import PASS_MARK
from rnnviz.engine.probes.distance import magnitudes
from rnnviz.workbench import checks
from rnnviz.workbench.checks import CURSOR, check_distance, check_probe
from rnnviz.workbench.frame import View
from rnnviz.workbench.probe import run_typed


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
def test_a_gradient_curve_is_that_of_central_differences(cell: str, layer: int, whole: bool) -> None:
    result = check_probe(cell, View(cursor=CURSOR, layer=layer, whole_loss=whole))
    assert result.zero == ()
    assert 0 < result.worst <= PASS_MARK


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("cell", CELLS)
def test_a_curve_against_distance_is_that_of_central_differences(cell: str, layer: int) -> None:
    result = check_distance(cell, layer)
    assert result.zero == ()
    assert 0 < result.worst <= PASS_MARK


def test_a_distance_off_by_one_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(*given: Any, **more: Any) -> Any:
        found = magnitudes(*given, **more)
        return replace(found, norms={state: np.roll(norms, 1) for state, norms in found.norms.items()})

    monkeypatch.setattr(checks, "magnitudes", shifted)
    assert not check_distance("gru", 0).passed


def test_a_curve_of_another_step_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def shifted(model: Any, parameters: Any, typed: Any, view: View) -> Any:
        run = run_typed(model, parameters, typed, view)
        assert run is not None
        assert run.gradient is not None
        moved = {state: np.roll(norms, 1) for state, norms in run.gradient.norms.items()}
        return replace(run, gradient=replace(run.gradient, norms=moved))

    monkeypatch.setattr(checks, "run_typed", shifted)
    assert not check_probe("lstm", View(cursor=CURSOR, whole_loss=True)).passed


def test_a_curve_of_zeros_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(model: Any, parameters: Any, typed: Any, view: View) -> Any:
        run = run_typed(model, parameters, typed, view)
        assert run is not None
        assert run.gradient is not None
        none = {state: norms * 0 for state, norms in run.gradient.norms.items()}
        return replace(run, gradient=replace(run.gradient, norms=none))

    monkeypatch.setattr(checks, "run_typed", silent)
    result = check_probe("rnn", View(cursor=CURSOR))
    assert "rnn/layer0/d_h[0]" in result.zero
