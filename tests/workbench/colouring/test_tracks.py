from __future__ import annotations

import numpy as np
import pytest

from rnnviz.workbench.colouring.features import Feature
from rnnviz.workbench.colouring.tracks import SURE, Track, order_of, tracks_of


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_closest_property_is_found_with_its_sign(rng: np.random.Generator) -> None:
    depth, space = rng.normal(size=400), rng.normal(size=400)
    values = np.stack([3 * depth + 1, -space + 0.1 * rng.normal(size=400), rng.normal(size=400)], axis=1)
    found = tracks_of(values, [Feature("depth", "", depth), Feature("symbol", "x", space)])
    assert (found[0].key, found[1].key, found[1].of) == ("depth", "symbol", "x")
    assert found[0].r == pytest.approx(1.0)
    assert found[1].r == pytest.approx(np.corrcoef(values[:, 1], space)[0, 1])
    assert found[1].r < -0.9


def test_chance_is_not_reported(rng: np.random.Generator) -> None:
    noise = rng.normal(size=(100, 64))
    properties = [Feature("symbol", str(k), rng.normal(size=100)) for k in range(40)]
    found = tracks_of(noise, properties)
    assert sum(bool(track.key) for track in found) <= 3  # 2,560 pairs, one in 16,000 each
    assert all(abs(t.r) >= SURE / 10 for t in found if t.key)


def test_units_that_stand_still_follow_nothing() -> None:
    found = tracks_of(np.full((50, 3), 0.25, np.float32), [Feature("time", "", np.arange(50.0))])
    assert found == (Track(), Track(), Track())
    assert tracks_of(np.ones((1, 2)), [Feature("time", "", np.zeros(1))]) == (Track(), Track())
    assert tracks_of(np.ones((9, 2)), []) == (Track(), Track())
    broken = np.full((50, 1), np.nan)
    assert tracks_of(broken, [Feature("time", "", np.arange(50.0))]) == (Track(),)


def test_units_are_sorted_by_strength_those_without_last() -> None:
    tracks = (Track("a", "", 0.3), Track(), Track("b", "", -0.9), Track())
    assert order_of(tracks).tolist() == [2, 0, 1, 3]
