"""Where networks come to rest: closed forms, a trained flip-flop, and every cell's map and slopes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.probes.autonomous import Autonomous
from rnnviz.engine.probes.fixed_points import TOLERANCE, fixed_points, fixed_points_in_turns
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.library import load_experiment
from rnnviz.training.loop import TrainingLoop

NOTHING, SILENCE = np.array(-1), np.full((3, 1), -1)


def single(w: float, cell: str = "rnn", **more: Any) -> Any:
    model = Model(ModelSpec(cell, 1, 1, 1, options=more))
    parameters = model.parameters(np.zeros(model.size))
    parameters["layer0/U"][...] = w
    return model, parameters


@given(st.floats(1.01, 4.0))
def test_one_unit_has_three_points(w: float) -> None:
    """h = tanh(w h): 0 pushes away with w, the other two draw near with w (1 - h²)."""
    found = fixed_points(*single(w), NOTHING, SILENCE, starts=64)
    h = found.part("layer0/h")[:, 0]
    assert found.kinds == ("stable", "stable", "unstable")
    assert np.abs(np.tanh(w * h) - h).max() < 1e-12
    root = 1.0
    for _ in range(20_000):
        root = np.tanh(w * root)
    np.testing.assert_allclose(sorted(h), [-root, 0.0, root], rtol=0, atol=1e-8)
    np.testing.assert_allclose(found.eigenvalues[:, 0], w * (1 - h**2), rtol=1e-9)
    assert found.steps[2] == pytest.approx(1 / np.log(w), rel=1e-6)


def test_one_unit_that_forgets_has_one_point() -> None:
    found = fixed_points(*single(0.9), NOTHING, SILENCE, starts=32)
    assert found.kinds == ("stable",)
    assert found.found.tolist() == [32]
    np.testing.assert_allclose(found.points, [[0.0]], atol=1e-8)
    assert found.steps[0] == pytest.approx(-1 / np.log(0.9))


def test_a_near_miss_is_a_slow_point() -> None:
    """relu(h + b) with a small b moves by b wherever h is above 0, so nothing rests but all is slow."""
    model, parameters = single(1.0, activation="identity")
    parameters["layer0/b"][...] = 0.01
    found = fixed_points(model, parameters, NOTHING, SILENCE, starts=8)
    assert set(found.kinds) <= {"slow"}
    model, parameters = single(2.0)
    parameters["layer0/b"][...] = -0.54  # a little beyond where two of the three points meet and vanish
    found = fixed_points(model, parameters, NOTHING, SILENCE, starts=64)
    assert found.kinds == ("stable", "slow")
    assert TOLERANCE < found.speed[1] < 0.01


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("cell", CELLS)
def test_the_map_and_its_slopes_are_those_of_the_network(cell: str, layers: int, sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec(cell, 3, 3, 3, layers))
    field = Autonomous(model, parameters, x[2, 0])
    visited = field.visited(x)
    np.testing.assert_allclose(field.step(visited[1:2]), visited[2:3], rtol=1e-10, atol=1e-14)
    trace = model.forward(parameters, x)
    for n, part in enumerate(field.parts):
        if part.endswith("/h"):  # what others hold may be counted from another zero
            np.testing.assert_allclose(visited[:, 3 * n : 3 * n + 3], trace[part][:, 0], rtol=1e-9)
    slopes = field.slopes(visited)
    for place in range(field.size):
        moved = np.stack([visited, visited])
        moved[:, :, place] += np.array([[1e-6], [-1e-6]])
        sides = [field.step(points) for points in moved]
        np.testing.assert_allclose(slopes[:, :, place], (sides[0] - sides[1]) / 2e-6, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_found_is_at_rest_and_no_two_are_the_same(cell: str, sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec(cell, 3, 3, 3))
    found = fixed_points(model, parameters, x[0, 0], x, starts=48)
    field = Autonomous(model, parameters, x[0, 0])
    at_rest = found.points[found.speed < TOLERANCE]
    if len(at_rest):
        assert np.abs(field.step(at_rest) - at_rest).max() < TOLERANCE
        np.testing.assert_array_equal(found.speed < TOLERANCE, np.array(found.kinds) != "slow")
    for n, point in enumerate(at_rest[:-1]):
        assert np.linalg.norm(at_rest[n + 1 :] - point, axis=1).min() > 1e-6
    moduli = np.abs(found.eigenvalues)
    assert [kind == "stable" for kind in found.kinds if kind != "slow"] == (
        moduli[found.speed < TOLERANCE] < 1
    ).all(axis=1).tolist()
    assert found.found.sum() <= 48


def test_a_gate_that_mixes_rests_at_its_candidate(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("mingru", 3, 3, 4))
    found = fixed_points(model, parameters, x[0, 0], x, starts=16)
    trace = model.forward(parameters, x)
    assert found.kinds == ("stable",)
    np.testing.assert_allclose(found.part("layer0/h")[0], trace["layer0/n"][0, 0], rtol=1e-7)


def test_a_flip_flop_of_three_bits_has_its_eight_memories() -> None:
    experiment = load_experiment("flip-flop")
    loop = TrainingLoop(experiment.spec)
    for _ in range(400):
        loop.step()
    text = loop.task.typed(str(experiment.view["text"])).x
    found = fixed_points(loop.model, loop.parameters, np.zeros(3), text)
    stable = np.flatnonzero(np.array(found.kinds) == "stable")
    assert found.speed[stable].max() < TOLERANCE
    outputs = found.part("layer0/h")[stable] @ loop.parameters["readout/W"].T + loop.parameters["readout/b"]
    assert {tuple(row) for row in np.sign(outputs).astype(int).tolist()} == {
        (a, b, c) for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)
    }
    assert len(stable) == 8
    assert found.kinds.count("saddle") + found.kinds.count("unstable") >= 12  # one on each edge of the cube


def test_a_search_tells_how_far_it_is_and_can_be_left(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("lstm", 3, 3, 4))
    shares = []
    for share in fixed_points_in_turns(model, parameters, x[0, 0], x, starts=300):
        shares.append(share)
        if share > 0.5:
            break
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] < 1.0
    again = list(fixed_points_in_turns(model, parameters, x[0, 0], x, starts=300))
    assert again[: len(shares)] == shares


def test_nothing_typed_still_has_a_start(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("gru", 3, 3, 4))
    assert len(fixed_points(model, parameters, NOTHING, x[:0], starts=16)) >= 1


def test_what_runs_away_has_no_points() -> None:
    model, parameters = single(2.0, activation="relu")
    parameters["layer0/b"][...] = 1.0  # h = 2 h + 1 rests at -1, which relu does not allow
    found = fixed_points(model, parameters, NOTHING, SILENCE, starts=16)
    assert "stable" not in found.kinds
    assert len(found.columns()["point"]) == len(found)


def test_the_table_names_units(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("lstm", 3, 3, 2))
    columns = fixed_points(model, parameters, x[0, 0], x, starts=16).columns()
    assert list(columns)[:7] == ["point", "kind", "speed", "modulus", "unstable", "steps", "found"]
    assert list(columns)[7:] == ["layer0/h[0]", "layer0/h[1]", "layer0/c[0]", "layer0/c[1]"]


def test_two_directions_are_explained(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("lstm", 3, 3, 2, options={"bidirectional": True}))
    with pytest.raises(UserError, match=r"fixed-points-directions"):
        fixed_points(model, parameters, x[0, 0], x)
