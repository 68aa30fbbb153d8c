"""Adding a cell is one file and one line: one that nobody ships, driven through all there is."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from rnnviz.engine.check import PASS_MARK

SCRIPT = Path(__file__).parent.parent / "toy_cell.py"


def drive(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(SCRIPT), *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=SCRIPT.parent.parent,
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parent.parent), "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], Path]:
    folder = tmp_path_factory.mktemp("toy")
    words = ("run", "hello-memory", "--set", "model.cell=toy", "--set", "model.layers=2")
    report = drive(*words, "--steps", 150, "--out", folder, "--json")
    return json.loads(report), folder / "session.rnnviz"


def test_it_is_listed() -> None:
    assert {"key": "toy", "title": "Toy"} in json.loads(drive("list", "cells", "--json"))["cells"]
    assert "Toy: a toy." in drive("--lang", "zh_CN", "list", "cells")


def test_its_gradients_are_checked() -> None:
    found = json.loads(drive("check", "--json"))
    assert list(found["cells"]) == ["toy"]
    assert found["passed"] is True
    errors = [error for section in ("cells", "models", "probes") for error in found[section].values()]
    assert len(errors) > 10
    assert all(0 < error <= PASS_MARK for error in errors)


def test_it_is_documented() -> None:
    page = drive("--lang", "en", "list", "cells", "--markdown")
    section = page.partition("## Toy: `toy`\n")[2].partition("\n## ")[0]
    assert section.startswith("\nA toy.\n")
    assert r"h_t &= \left(1 - z_t\right) \odot h_{t-1} + z_t \odot n_t" in section
    assert "Parameters: 2H(I + H + 1)" in section
    assert "| `z` | $z_t$ | Update gate | 0 … 1 |" in section


def test_the_window_offers_trains_and_shows_it(tmp_path: Path) -> None:
    shown = json.loads(drive("window", tmp_path))
    assert shown["chosen"] == "toy"
    assert shown["step"] == 1
    assert shown["maps"] == ["z", "n", "h"]
    z, n, h = shown["values"]
    assert 0 < z < 1
    assert -1 < n < 1
    assert -1 < h < 1
    assert shown["parameters"] == f"{2 * 16 * (29 + 16 + 1) + 29 * 17:,} parameters"
    assert shown["gradients"] == ["h"]
    assert (tmp_path / "window.png").stat().st_size > 20_000


def test_it_is_drawn(trained: tuple[dict[str, object], Path], tmp_path: Path) -> None:
    drive("screenshot", trained[1], "--text", "memory", "--out", tmp_path / "window.png")
    assert (tmp_path / "window.png").stat().st_size > 20_000
    drive("export", trained[1], "--view", "gates", "--text", "memory", "--out", tmp_path / "gates.csv")
    header = (tmp_path / "gates.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "z" in header


def test_it_trains_below_the_baseline(trained: tuple[dict[str, object], Path]) -> None:
    report, _ = trained
    assert report["cell"] == "toy"
    assert report["loss"] < report["baseline"]


def test_its_session_is_traced(trained: tuple[dict[str, object], Path], tmp_path: Path) -> None:
    out = tmp_path / "trace.safetensors"
    drive("trace", trained[1], "--text", "memory", "--out", out)
    arrays = load_file(out)
    assert {f"layer{k}/{q}" for k in (0, 1) for q in ("z", "n", "h", "d_h")} <= set(arrays)
    assert arrays["layer1/z"].shape == (6, 16)
    assert np.isfinite(arrays["layer0/d_h"]).all()


def test_its_weights_go_out_and_come_back(trained: tuple[dict[str, object], Path], tmp_path: Path) -> None:
    for layout in ("torch", "keras"):
        weights, again = tmp_path / f"{layout}.safetensors", tmp_path / "again.safetensors"
        drive("weights", trained[1], "--out", weights, "--layout", layout)
        assert "Toy" in drive("import", weights, "--out", tmp_path / "m.rnnviz")
        drive("weights", tmp_path / "m.rnnviz", "--out", again, "--layout", layout)
        assert weights.read_bytes() == again.read_bytes()
