"""A race as tables: what `run` prints, and the same bytes whenever it is run again."""

import csv
import io
import json
import math
from dataclasses import replace

from rnnviz.tasks.base import PassMark
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.plain import PlainRacer, plain_frame
from rnnviz.workbench.race.tables import curves_csv, results_csv, summaries, timings_csv

RNN, LSTM = ({"en": name, "zh_CN": name} for name in ("RNN", "LSTM"))
POINTS = [(0, 1.4, 0.25), (100, 0.2, 0.97), (200, 0.1, 1 / 3)]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def frame() -> RaceFrame:
    racers = [PlainRacer("rnn", RNN, [POINTS, []]), PlainRacer("lstm", LSTM, [POINTS, POINTS])]
    return plain_frame(racers, steps=200)


def test_what_is_over_is_reported_as_run_does() -> None:
    said = summaries(frame())
    assert [(one["cell"], one["seed"]) for one in said] == [("rnn", 0), ("lstm", 0), ("lstm", 1)]
    assert list(said[0]) == [
        "experiment", "cell", "task", "parameters", "seed", "steps", "loss", "accuracy", "baseline",
        "pass_mark", "passed", "steps_per_s",
    ]  # fmt: skip
    assert said[0]["pass_mark"] == {"accuracy": 0.95}
    assert said[0]["passed"] is False
    assert (said[0]["loss"], said[0]["accuracy"]) == (0.1, 1 / 3)
    json.dumps(said)


def test_a_varied_setting_is_named_as_run_takes_it() -> None:
    plain = frame()
    spec = plain.spec
    runs = tuple(
        run.with_value("model.cell", "lstm").with_value("model.layer_norm", on)
        for run, on in zip(spec.configurations, (False, True), strict=True)
    )
    names = ("model.layer_norm=false", "model.layer_norm=true")
    varied = replace(plain, spec=replace(spec, configurations=runs, names=names))
    assert rows(results_csv(varied))[1]["configuration"] == names[1]
    assert summaries(varied)[1]["setting"] == "model.layer_norm=true"


def test_results_have_every_metric_and_no_time() -> None:
    table = rows(results_csv(frame()))
    assert len(table) == 3
    assert table[1]["configuration"] == "lstm"
    assert (table[1]["steps_to_pass"], table[1]["passed"], table[1]["status"]) == ("100", "false", "finished")
    assert float(table[1]["accuracy"]) == 1 / 3
    assert float(table[1]["mark_accuracy"]) == 0.95
    assert not any("second" in name or name.endswith("_s") for name in table[0])
    times = rows(timings_csv(frame()))
    assert math.isclose(float(times[0]["seconds_to_pass"]), 0.5)


def test_curves_have_a_row_a_point_in_full_precision() -> None:
    table = rows(curves_csv(frame()))
    assert len(table) == 9
    assert [row["step"] for row in table[:3]] == ["0", "100", "200"]
    assert float(table[2]["held_out_score"]) == 1 / 3
    assert table[0]["loss"] == ""


def test_a_task_without_a_mark_leaves_its_columns_out() -> None:
    racers = [PlainRacer("rnn", RNN, [POINTS]), PlainRacer("lstm", LSTM, [POINTS])]
    bare = plain_frame(racers, steps=200, pass_mark=None)
    table = rows(results_csv(bare))
    assert "mark_accuracy" not in table[0]
    assert table[0]["passed"] == ""
    assert summaries(bare)[0]["pass_mark"] is None
    both = PassMark("accuracy", 0.9, True, (PassMark("loss", 0.2, False),))
    table = rows(results_csv(plain_frame(racers, steps=200, pass_mark=both)))
    assert float(table[0]["mark_loss"]) == 0.2
