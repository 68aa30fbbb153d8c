"""docs/speed.md says what was measured, and what was missed."""

from __future__ import annotations

from datetime import date

import pytest

from rnnviz.workbench.bench.page import FLOOR, REACH, TRACE, speed_page
from rnnviz.workbench.bench.run import BENCHED, SHAPES, TYPED

DAY = date(2026, 11, 23)


def good() -> dict[str, float]:
    """Every aim just met."""
    figures = {f"typing/{cell}/H{units}_us": 40.0 for cell in BENCHED for units in TYPED}
    for k, shape in enumerate(SHAPES):
        for cell in BENCHED:
            name = f"engine/{cell}/{shape}"
            figures |= {f"{name}/ms": 1.5, f"{name}/vs_torch": REACH[cell][k], f"{name}/vs_numpy": 5.0}
            figures |= {f"{name}/vs_floor": FLOOR[k], f"{name}/trace_cost": TRACE[k]}
    return figures


def test_all_aims_met() -> None:
    page = speed_page(good(), DAY)
    assert "45 of 45 aims are met." in page
    assert "Missed" not in page
    assert "2026-11-23" in page
    assert "| 25, 1, 32 | 1.50 | 12.0 | – | 5.00 | 12 | 7.00 | 1.10 |" in page
    assert "| LSTM | 40.0 | 40.0 | 40.0 |" in page


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("engine/gru/25x1x32/vs_torch", 11.96, "| 12.0 | at least 12 |"),
        ("engine/lstm/64x32x128/vs_torch", 0.994, "| 0.994 | at least 1.05 |"),
        ("engine/lstm/25x1x100/vs_floor", 4.25, "| 4.25 | at most 4 |"),
        ("engine/rnn/32x16x32/trace_cost", 1.06, "| 1.06 | at most 1.05 |"),
        ("typing/lstm/H100_us", 63.0, "| 63.0 | at most 40 |"),
    ],
)
def test_what_is_missed_is_named(key: str, value: float, line: str) -> None:
    page = speed_page(good() | {key: value}, DAY)
    assert (
        f"44 of 45 aims are met. Missed:\n\n| figure | found | aim |\n|---|---|---|\n| `{key}` {line}" in page
    )
    assert ("prototype" in page) == key.endswith("vs_torch")


def test_what_was_not_measured_is_left_out() -> None:
    figures = {key: value for key, value in good().items() if "vs_torch" not in key and "typing" not in key}
    page = speed_page(figures, DAY)
    assert "| 25, 1, 32 | 1.50 | – | – | 5.00 | 12 | 7.00 | 1.10 |" in page
    assert "One key" not in page
    assert "24 of 24 aims are met." in page
