"""Weights block by block, and gates at their ends."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from rnnviz.engine.cases import MODELS, settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.probes.blocks import block_norms, block_statistics, blocks_of, histogram, saturation
from rnnviz.engine.spec import ModelSpec


@pytest.mark.parametrize("cell", CELLS)
def test_the_blocks_are_all_there_is_and_each_once(cell: str) -> None:
    kinds = [dict(MODELS[key]) for key in MODELS]
    kinds += [{"options": options} for options in settings(CELLS[cell].options)]
    for kind in kinds:
        kind.pop("masked", None)
        model = Model(ModelSpec(cell, **{"inputs": 4, "outputs": 4, "hidden": 3, "layers": 2, **kind}))
        named = model.parameters(np.zeros(model.size))
        for block in blocks_of(model):
            assert block.of(named).size > 0
            block.of(named)[...] += 1.0
        assert (named.flat == 1.0).all()
        named = model.parameters(np.arange(1.0, model.size + 1.0))
        expected = [np.linalg.norm(block.of(named)) for block in blocks_of(model)]
        np.testing.assert_allclose(block_norms(blocks_of(model), named.flat), expected, rtol=1e-12)


def test_a_gate_has_its_rows(sequence: Any) -> None:
    model, parameters, x, y = sequence(ModelSpec("peephole", 3, 3, 4))
    gradients = model.backward(parameters, model.forward(parameters, x, y)).flat
    found = block_statistics(model, parameters, gradients, parameters.flat - 0.5)
    names = [(block.name, block.gate) for block in found.blocks]
    assert names[:5] == [*(("layer0/W", gate) for gate in "ifgo"), ("layer0/U", "i")]
    assert ("layer0/p_f", "f") in names
    assert ("readout/W", "") in names
    place = names.index(("layer0/U", "f"))
    rows = parameters["layer0/U"][4:8]
    assert found.norm[place] == pytest.approx(np.linalg.norm(rows))
    assert found.gradient[place] == pytest.approx(
        np.linalg.norm(model.parameters(gradients)["layer0/U"][4:8])
    )
    assert found.update[place] == pytest.approx(0.5 * 4)
    assert found.ratio[place] == pytest.approx(2.0 / np.linalg.norm(rows))
    layers = found.by_layer(found.norm)
    assert list(layers) == ["layer0", "readout"]
    assert np.hypot(*layers.values()) == pytest.approx(np.linalg.norm(parameters.flat))
    assert len(found.columns()["parameter"]) == len(names)


def test_what_is_not_known_is_not_a_number() -> None:
    model = Model(ModelSpec("lstm", 3, 3, 4))
    found = block_statistics(model, model.parameters(np.zeros(model.size)))
    assert np.isnan(found.gradient).all()
    assert np.isnan(found.ratio).all()
    assert found.norm.tolist() == [0.0] * len(found.blocks)


def test_histograms_count_everything() -> None:
    found = histogram(np.array([0.0, 0.04, 0.5, 1.0, np.nan, np.inf]), 0.0, 1.0)
    assert (len(found.counts), found.counts.sum(), found.lost) == (20, 4, 2)
    assert (found.counts[0], found.counts[10], found.counts[19]) == (2, 1, 1)
    assert histogram(np.full(3, 2.0)).counts.sum() == 3
    assert histogram(np.array([np.nan])).counts.sum() == 0


@pytest.mark.parametrize("cell", CELLS)
def test_gates_are_saturated_at_their_ends(cell: str, sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec(cell, 3, 3, 4), scale=3.0)
    trace = model.forward(parameters, x)
    found = saturation(model, trace)
    assert [one.gate for one in found] == [q.key for q in model.quantities if q.kind == "gate"]
    for one in found:
        values = trace[f"layer0/{one.gate}"]
        assert one.closed == pytest.approx((values < 0.1).mean())
        assert one.open == pytest.approx((values > 0.9).mean())
        assert one.histogram.counts.sum() == values.size
        np.testing.assert_allclose(one.open_units, (values[:, 0] > 0.9).mean(axis=0))
