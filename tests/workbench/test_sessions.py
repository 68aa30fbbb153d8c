from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, load_experiment
from rnnviz.files.opening import open_source
from rnnviz.files.session import load_session
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import Workbench


def assert_same(one: object, other: object, where: str = "frame") -> None:
    """Equal to the bit, arrays included; the serial number and the notice apart."""
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other, err_msg=where, strict=True)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            if field.name not in ("serial", "notice", "steps_per_s", "trace"):
                assert_same(getattr(one, field.name), getattr(other, field.name), f"{where}.{field.name}")
    elif isinstance(one, Mapping):
        assert one.keys() == other.keys(), where
        for key in one:
            assert_same(one[key], other[key], f"{where}[{key}]")
    else:
        assert one == other or (one != one and other != other), where


@pytest.fixture
def trained(make_bench, until) -> Workbench:
    bench = make_bench(text="hello ßworld", layers=2, steps=15)
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.status == "finished")
    bench.set_cursor(4)
    bench.set_unit(3)
    bench.set_layer(1)
    bench.set_whole_loss(True)
    return bench


def test_a_saved_session_shows_the_same_frame(trained: Workbench, tmp_path: Path, make_bench) -> None:
    path = tmp_path / "kept.rnnviz"
    frame = trained.save(path)
    assert frame.notice.key == "notice.saved"
    assert not frame.notice.grave
    assert_same(frame, make_bench(cell="gru").open_session(path))
    fresh = Workbench(load_session(path))
    assert_same(frame, fresh.frame)
    fresh.close()


def test_a_reopened_session_goes_on_to_the_bit(trained: Workbench, tmp_path: Path, make_bench, until) -> None:
    path = tmp_path / "kept.rnnviz"
    trained.save(path)
    again = make_bench()
    again.open_session(path)
    for bench in (trained, again):
        bench.set_speed(0)
        bench.train()
        until(bench, lambda f: f.run.status == "finished" and f.run.step == 30)
    np.testing.assert_array_equal(trained.run.parameters.flat, again.run.parameters.flat)
    assert_same(trained.frame, again.frame)


def test_saving_while_training_pauses_and_keeps_that_step(make_bench, until, tmp_path: Path) -> None:
    bench = make_bench(steps=0)
    bench.set_speed(0)
    bench.train()
    until(bench, lambda f: f.run.step > 10)
    path = tmp_path / "kept.rnnviz"
    frame = bench.save(path)
    assert not frame.run.running
    session = load_session(path)
    assert session.state.step == frame.run.step
    np.testing.assert_array_equal(session.state.parameters, bench.run.parameters.flat)


def test_any_typed_text_survives(make_bench, tmp_path: Path) -> None:
    for text in (" ", "中文 mixed 😀", "a\nb\tc", "\ud800 half", "ß" * 600):
        bench = make_bench(text="x")
        bench.set_text(text)
        bench.resort()  # a reopened session is sorted anew
        bench.save(tmp_path / "kept.rnnviz")
        assert_same(bench.frame, make_bench().open_session(tmp_path / "kept.rnnviz"))


def test_a_failed_save_leaves_the_old_file_and_the_session(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        bench.save(tmp_path / "no folder" / "x.rnnviz")
    assert caught.value.key == "error.write-no-folder"
    assert bench.frame.notice is None


def test_a_broken_session_or_experiment_leaves_everything_untouched(
    trained: Workbench, tmp_path: Path
) -> None:
    path = tmp_path / "kept.rnnviz"
    trained.save(path)
    before, run, pid = trained.frame, trained.run, trained.run.worker
    whole = path.read_bytes()
    broken = {
        "cut.rnnviz": whole[: len(whole) // 2],
        "empty.rnnviz": b"",
        "noise.rnnviz": bytes(range(256)) * 8,
        "bad.toml": b"[model\nhidden = ",
        "huge.toml": b"[model]\nhidden = 100000\n",
        "other.toml": b"[model]\nwings = 2\n",
    }
    for name, data in broken.items():
        file = tmp_path / name
        file.write_bytes(data)
        with pytest.raises(UserError):
            trained.open(open_source(str(file)))
    with pytest.raises(UserError):
        trained.open_session(tmp_path / "missing.rnnviz")
    assert trained.frame is before
    assert trained.run is run
    assert trained.run.worker == pid


def test_an_experiment_whose_text_is_too_short_is_refused_whole(bench: Workbench) -> None:
    spec = bench.run.spec.with_value("task.length", 512).with_value("model.cell", "gru")
    short = dataclasses.replace(spec, text=dataclasses.replace(spec.text, content="short"))
    before = bench.frame
    with pytest.raises(UserError):
        bench.open(Experiment("short", short))
    assert bench.frame is before
    assert bench.set_text("hello").spec.cell == "lstm"


def test_an_experiment_that_is_meant_to_fail_says_so_in_its_session(make_bench) -> None:
    bench = make_bench()
    bench.open(load_experiment("exploding-gradient"))
    assert bench.session().expect == "blow-up"
    frame: Frame = bench.reset()
    assert bench.session().expect == "blow-up"
    assert frame.experiment == "exploding-gradient"
