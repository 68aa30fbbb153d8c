"""Records of finished runs: thinned, checked, and every bundled one belongs to an experiment."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.files.finished import (
    ENDING,
    POINTS,
    FinishedRun,
    bundled_run,
    finished_run,
    load_finished,
    save_finished,
)
from rnnviz.files.resources import resource
from rnnviz.tasks import PassMark
from rnnviz.training.curves import CurveRecorder, StepStats
from rnnviz.training.spec import RunSpec

RUN = FinishedRun(
    (0, 20, 40), (3.0, 2.0, 1.0), 2.8, {"loss": 1.0, "accuracy": 0.7}, "loss", 2.0, False, 40, 7
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.run.json"
    for run in (
        RUN,
        replace(RUN, scores=(0.1, 0.5, 1.0)),
        replace(RUN, metric="", mark=math.nan),
        replace(RUN, blew_up=True, score={}),
    ):
        save_finished(path, run)
        again = load_finished(path)
        assert again is not None
        assert replace(again, mark=0.0) == replace(run, mark=0.0)
        assert again.mark == run.mark or (math.isnan(again.mark) and math.isnan(run.mark))


def test_long_curves_are_thinned_and_their_ends_kept() -> None:
    recorder = CurveRecorder()
    recorder.extend(StepStats(k, 1.0, 0.5, 1.0, held_out=4.0 / (k + 1)) for k in range(1, 1001))
    recorder.extend([StepStats(1001, 1.0, 0.5, 1.0, held_out=math.inf)])
    mark = PassMark("accuracy", 0.95, above=True)
    score = {"loss": 0.1, "accuracy": 0.99, "mse": math.nan}
    run = finished_run(RunSpec(), recorder.curves(), 2.0, score, mark, steps=1000)
    assert len(run.step) <= POINTS
    assert (run.step[0], run.step[-1]) == (1, 1000)
    assert np.isfinite(run.held_out).all()
    assert run.passed is True
    assert "mse" not in run.score
    assert finished_run(RunSpec(), recorder.curves(), 2.0, score, None, steps=1).passed is None


@pytest.mark.parametrize(
    "change",
    [
        {"step": [0, 1]},
        {"scores": [0.5]},
        {"scores": [0.1, "x", 0.2]},
        {"step": [0, 0, 1]},
        {"held_out": [1, 2, "x"]},
        {"score": 3},
        {"steps": None},
        {"step": list(range(200)), "held_out": [1.0] * 200},
    ],
)
def test_a_damaged_record_is_no_record(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "x.run.json"
    save_finished(path, RUN)
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert load_finished(path) is None
    path.write_bytes(b"\xff{")
    assert load_finished(path) is None
    assert load_finished(tmp_path / "nowhere") is None


def test_every_bundled_record_belongs_to_an_experiment_as_it_stands() -> None:
    keys = [path.name.removesuffix(ENDING) for path in resource("runs").glob(f"*{ENDING}")]
    assert keys
    assert set(keys) <= set(experiment_keys())
    for key in keys:
        run, experiment = bundled_run(key), load_experiment(key)
        assert run is not None, key
        assert run.seed == experiment.spec.training.seed
        assert run.blew_up == (experiment.expect == "blow-up")
        assert run.blew_up or run.steps == experiment.spec.training.steps, f"make_runs.py {key}"
