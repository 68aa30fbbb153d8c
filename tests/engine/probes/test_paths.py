"""The parts of a gradient: they sum to the whole, and each is what a closed form says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.engine.cases import settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.probes.paths import path_split, splits
from rnnviz.engine.spec import ModelSpec

GATED = [cell for cell in CELLS if splits(CELLS[cell])]


def whole(model: Any, parameters: Any, x: Any, y: Any, layer: int, step: int | None, state: str) -> Any:
    trace = model.forward(parameters, x, y)
    weights = np.ones((6, 1)) if step is None else (np.arange(6)[:, None] == step).astype(float)
    gradients = model.backward(parameters, trace, weights)
    first = gradients.d_state[f"layer{layer}/d_{state}0"]
    return np.vstack([first, gradients[f"layer{layer}/d_{state}"][:-1, 0]])


@pytest.mark.parametrize("step", [None, 4, 0])
@pytest.mark.parametrize("cell", GATED)
def test_the_parts_sum_to_the_whole(cell: str, step: int | None, sequence: Any) -> None:
    for options in settings(CELLS[cell].options):
        model, parameters, x, y = sequence(ModelSpec(cell, 3, 3, 4, layers=2, options=options))
        for layer in (0, 1):
            found = path_split(model, parameters, x, y, layer=layer, step=step)
            expected = whole(model, parameters, x, y, layer, step, found.state)
            summed = np.add.reduce(list(found.parts.values()))
            scale = np.abs(expected).max(axis=1, keepdims=True)
            assert (np.abs(summed - expected) <= 1e-10 * scale).all()
            np.testing.assert_allclose(found.total, expected, rtol=1e-12, atol=1e-300)
            assert set(found.parts) == {"direct", "above", *(f"via_{gate}" for gate in model.cell.gates)}
            there = norms_above_zero(found.total)
            np.testing.assert_allclose(sum(found.shares.values())[there], 1.0, rtol=1e-9)


def norms_above_zero(total: Any) -> Any:
    return np.linalg.norm(total, axis=1) > 0


def test_without_u_the_memory_is_the_product_of_the_forget_gates(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4))
    parameters["layer0/U"][...] = 0.0
    found = path_split(model, parameters, x, y, step=5)
    trace = model.forward(parameters, x, y)
    for gate in "figo":
        assert not found.parts[f"via_{gate}"].any()
    f = trace["layer0/f"][:, 0]
    last = whole(model, parameters, x, y, 0, 5, "c")[5]
    for t in range(5):
        np.testing.assert_allclose(found.parts["direct"][t], last * f[t:5].prod(axis=0), rtol=1e-12)


def test_the_parts_of_an_lstm_are_those_of_its_equations(sequence: Any) -> None:
    """By hand: da_k U_k reaches h_{t-1}, and from there c_{t-1} by o (1 - tanh² c)."""
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4))
    found = path_split(model, parameters, x, y, step=5)
    trace = model.forward(parameters, x, y)
    i, f, g, o, c = (trace[f"layer0/{key}"][:, 0] for key in "ifgoc")
    gradients = model.backward(parameters, trace, (np.arange(6)[:, None] == 5).astype(float))
    dh, dc = gradients["layer0/d_h"][:, 0], gradients["layer0/d_c"][:, 0]
    for t in range(1, 6):
        da = {
            "i": dc[t] * g[t] * i[t] * (1 - i[t]),
            "f": dc[t] * c[t - 1] * f[t] * (1 - f[t]),
            "g": dc[t] * i[t] * (1 - g[t] ** 2),
            "o": dh[t] * np.tanh(c[t]) * o[t] * (1 - o[t]),
        }
        np.testing.assert_allclose(found.parts["direct"][t], dc[t] * f[t], rtol=1e-12)
        opening = o[t - 1] * (1 - np.tanh(c[t - 1]) ** 2)
        for n, gate in enumerate("ifgo"):
            by_hand = da[gate] @ parameters["layer0/U"][4 * n : 4 * n + 4] * opening
            np.testing.assert_allclose(found.parts[f"via_{gate}"][t], by_hand, rtol=1e-9, atol=1e-16)
        assert not found.parts["above"][t].any()


def test_what_does_not_recur_has_a_direct_way_alone(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("mingru", 3, 3, 4))
    found = path_split(model, parameters, x, y, step=5)
    assert not found.parts["via_z"].any()
    np.testing.assert_allclose(found.parts["direct"], found.total, rtol=1e-12)


def test_a_reset_before_the_product_counts_by_where_it_leaves(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("gru-before", 3, 3, 4))
    whole_run = path_split(model, parameters, x, y, step=5)
    parameters["layer0/U"][:4] = 0.0  # what enters r
    assert whole_run.parts["via_r"].any()
    assert not path_split(model, parameters, x, y, step=5).parts["via_r"].any()


def test_the_table_ends_with_the_loss_and_names_an_lstms_gates_as_documented(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 2))
    columns = path_split(model, parameters, x, y, step=2).columns()
    assert list(columns)[:8] == ["t", "unit", "total", "direct", "via_f", "via_i", "via_g", "via_o"]
    assert columns["t"].tolist() == [1, 1, 2, 2, 3, 3]
    assert columns["unit"].tolist() == [0, 1] * 3
    assert len(path_split(model, parameters, x, y).columns()["t"]) == 12


def test_one_step_and_one_unit_have_their_split(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 1), 1, 1)
    found = path_split(model, parameters, x, y)
    assert found.total.shape == (1, 1)
    assert found.total.any()
    assert found.norms["above"].tolist() == [0.0]


def test_where_there_is_none_the_reason_is_said(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("rnn", 3, 3, 4))
    with pytest.raises(UserError, match=r"paths-cell"):
        path_split(model, parameters, x, y)
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4, options={"bidirectional": True}))
    with pytest.raises(UserError, match=r"paths-directions"):
        path_split(model, parameters, x, y)
    model, parameters, x, y = sequence(ModelSpec("lstm", 3, 3, 4))
    y[3] = -1
    with pytest.raises(UserError, match=r"distance-loss"):
        path_split(model, parameters, x, y, step=3)
