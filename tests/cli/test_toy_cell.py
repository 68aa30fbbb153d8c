"""Adding a cell is one file and one line: one that nobody ships, driven through all but the window."""

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
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parent.parent)},
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
    for worst, zero in json.loads(drive("check")):
        assert worst <= PASS_MARK
        assert zero == []


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
