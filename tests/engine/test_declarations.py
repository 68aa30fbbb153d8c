"""What every registered cell declares, and that it keeps to it."""

from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine import cells
from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec

T, B, V, H = 7, 3, 5, 4


def test_folder_and_registry_agree():
    parts = {"__init__", "base", "slots", "feedback"}
    files = {path.stem for path in Path(cells.__file__).parent.glob("*.py")} - parts
    assert {type(cell).__module__.rsplit(".", 1)[1] for cell in CELLS.values()} == files
    assert all(key == cell.key for key, cell in CELLS.items())


@pytest.mark.parametrize("key", ["lstm", "peephole"])
def test_what_is_taken_away_is_gone_from_the_equations(key):
    shown = {
        option: {
            line for line in CELLS[key].under({option: True}).equations if line not in CELLS[key].equations
        }
        for option in ("nig", "nfg", "nog", "niaf", "noaf")
    }
    assert shown == {
        "nig": {"i_t = 1"},
        "nfg": {"f_t = 1"},
        "nog": {"o_t = 1"},
        "niaf": {"g_t = W_g x_t + U_g h_{t-1} + b_g"},
        "noaf": {r"h_t = o_t \odot c_t"},
    }
    assert sum("R_" in line for line in CELLS[key].under({"fgr": True}).equations) == 3


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_declarations_fit_together(cell):
    quantities = [quantity.key for quantity in cell.quantities]
    assert set(cell.states) <= set(quantities)
    assert len(cell.scales) == len(cell.gates)
    assert cell.states[0] == "h"
    assert len(cell.equations) >= 1
    assert set(quantities) - {"h"} <= set(cell.planes)


@pytest.mark.parametrize("key", CELLS)
def test_quantities_stay_within_their_declared_range(key):
    model = Model(ModelSpec(key, V, V, H))
    rng = np.random.default_rng(0)
    parameters = model.parameters(rng.standard_normal(model.size) * 30)
    trace = model.forward(parameters, rng.integers(0, V, (T, B)))
    for quantity in model.quantities:
        values = trace[f"layer0/{quantity.key}"]
        assert np.isfinite(values).all()
        assert quantity.low is None or values.min() >= quantity.low
        assert quantity.high is None or values.max() <= quantity.high


def test_only_tanh_bounds_the_rnns_state():
    bounds = [
        Model(ModelSpec("rnn", V, V, options={"activation": a})).quantities[0].high for a in ("tanh", "relu")
    ]
    assert bounds == [1.0, None]
