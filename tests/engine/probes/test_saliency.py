"""Which inputs an output hangs on, against central differences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.model import Model
from rnnviz.engine.probes.saliency import saliency
from rnnviz.engine.spec import ModelSpec

STEP = 1e-5


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", [{}, {"bidirectional": True}, {"embedding": 2}])
def test_it_is_that_of_the_differences(cell: str, kind: dict[str, Any], sequence: Any) -> None:
    spec = ModelSpec(cell, 3, 4, 4, layers=2, options=kind)
    model, parameters, x, _ = sequence(spec)
    x[3] = -1
    found = saliency(model, parameters, x, [5, 2], [1, 3])
    twin = Model(replace(spec, symbols=False))  # the same network with one-hot rows that can be nudged
    rows = np.vstack([np.eye(3), np.zeros(3)])[x]
    slopes = np.zeros((2, 6, 3))
    for s, i in np.ndindex(6, 3):
        logits = []
        for by in (STEP, -STEP):
            nudged = rows.copy()
            nudged[s, 0, i] += by
            logits.append(twin.forward(parameters, nudged)["logits"][:, 0])
        slopes[:, s, i] = (logits[0] - logits[1])[found.step, found.output] / (2 * STEP)
    np.testing.assert_allclose(found.norm, np.linalg.norm(slopes, axis=2), rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(found.along, (slopes * rows[:, 0]).sum(axis=2), rtol=1e-5, atol=1e-9)
    if not kind.get("bidirectional"):
        assert found.norm[1, 3:].tolist() == [0.0] * 3
    assert found.along[0, 3] == 0.0


def test_numbers_are_weighed_as_they_come(sequence: Any) -> None:
    model, parameters, x, _ = sequence(ModelSpec("rnn", 2, 2, 3, symbols=False))
    found = saliency(model, parameters, x, [5], [0])
    trace = model.forward(parameters, x)
    more = x.copy()
    more[4] *= 1 + STEP
    change = (model.forward(parameters, more)["logits"] - trace["logits"])[5, 0, 0] / STEP
    assert found.along[0, 4] == pytest.approx(change, rel=1e-3)
