import json
from dataclasses import fields

import pytest

from rnnviz.engine.errors import UserError
from rnnviz.tasks import Text
from rnnviz.training.spec import LIVE, TRAINING_OPTIONS, RunSpec, TrainingSettings, build

TEXT = Text("story", "the gate keeps a little, the gate drops a little.\n" * 30)
SPEC = RunSpec(text=TEXT)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("model.cell", "gru", "gru"),
        ("model.hidden", "32", 32),
        ("model.layers", 2, 2),
        ("model.forget_bias", "-1.5", -1.5),
        ("task.length", " 20 ", 20),
        ("training.learning_rate", "1e-3", 0.001),
        ("training.learning_rate", "1", 1.0),
        ("training.optimiser", "sgd", "sgd"),
        ("training.clip", 0, 0.0),
        ("training.steps", 12.0, 12),
    ],
)
def test_one_setting_changes_and_no_other(key: str, value: object, expected: object) -> None:
    changed = SPEC.with_value(key, value)
    assert changed.value(key) == expected
    assert type(changed.value(key)) is type(expected)
    others = {k: v for k, v in changed.settings().items() if k != key and k != "model.forget_bias"}
    assert others == {k: SPEC.value(k) for k in others}
    assert RunSpec(text=TEXT) == SPEC


def test_keys_that_the_cell_lacks_are_dropped() -> None:
    assert SPEC.with_value("model.activation", "relu") == SPEC
    lstm = SPEC.with_value("model.forget_bias", 3)
    assert lstm.cell_options == {"forget_bias": 3.0}
    assert lstm.with_value("model.cell", "gru").cell_options == {}
    assert "model.forget_bias" not in lstm.with_value("model.cell", "gru").settings()


def test_the_cell_comes_first_in_whatever_order_settings_are_given() -> None:
    changed = SPEC.with_values([("model.activation", "relu"), ("model.cell", "rnn")])
    assert changed.cell_options == {"activation": "relu"}


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("model.hiden", 3, "error.setting-unknown"),
        ("hidden", 3, "error.setting-unknown"),
        ("", 3, "error.setting-unknown"),
        ("task.delay_of_nothing", 3, "error.setting-unknown"),
        ("model.hidden", 0, "error.option-range"),
        ("model.hidden", 10_000, "error.option-range"),
        ("model.hidden", "many", "error.option-whole"),
        ("model.hidden", "1.5", "error.option-whole"),
        ("model.activation", "cosine", "error.option-choice"),
        ("training.learning_rate", "nan", "error.option-range"),
        ("training.learning_rate", "inf", "error.option-range"),
        ("training.learning_rate", -0.1, "error.option-range"),
        ("training.optimiser", "magic", "error.option-choice"),
        ("training.batch", 0, "error.option-range"),
        ("task.length", "100000", "error.option-range"),
        ("task.key", "telepathy", "error.option-choice"),
    ],
)
def test_what_cannot_be_is_refused_with_the_key(key: str, value: object, message: str) -> None:
    with pytest.raises(UserError) as caught:
        SPEC.with_value(key, value)
    assert caught.value.key == message
    assert caught.value.values["key"] == (key if message == "error.setting-unknown" else key.split(".")[1])
    if message == "error.setting-unknown":
        assert "training." in str(caught.value.values["allowed"]) or key.split(".")[0] in ("model", "task")


def test_constructors_check_as_well() -> None:
    for make in (
        lambda: RunSpec(cell="elman"),
        lambda: RunSpec(hidden=0),
        lambda: RunSpec(task="telepathy"),
        lambda: RunSpec(cell="gru", cell_options={"forget_bias": 1.0}),
        lambda: RunSpec(task_options={"length": 1}),
        lambda: TrainingSettings(learning_rate=float("nan")),
        lambda: TrainingSettings(batch=0),
    ):
        with pytest.raises(UserError):
            make()


def test_json_gives_the_spec_back() -> None:
    spec = SPEC.with_values([("model.forget_bias", 2), ("task.length", 9), ("training.seed", 2**32 - 1)])
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    bare = RunSpec()
    assert RunSpec.from_json(bare.to_json()) == bare


def test_a_text_can_be_exchanged() -> None:
    other = Text("other", "abab" * 100)
    assert SPEC.with_value("task.text", other).text == other
    with pytest.raises(UserError):
        SPEC.with_value("task.text", "other")


def test_every_setting_has_its_option_and_the_same_default() -> None:
    defaults = {field.name: field.default for field in fields(TrainingSettings)}
    assert defaults == {option.key: option.default for option in TRAINING_OPTIONS}
    assert set(SPEC.settings()) >= LIVE


def test_build_makes_a_model_that_fits_the_task() -> None:
    task, model = build(SPEC.with_values([("model.cell", "gru"), ("model.hidden", 5), ("model.layers", 2)]))
    assert (model.spec.inputs, model.spec.outputs) == (task.inputs, task.outputs)
    assert (model.cell.key, model.spec.hidden, model.spec.layers) == ("gru", 5, 2)


def test_a_run_that_would_not_fit_into_memory_is_refused_before_it_begins() -> None:
    huge = [("model.hidden", 512), ("model.layers", 8), ("task.length", 512), ("training.batch", 1024)]
    with pytest.raises(UserError) as caught:
        build(RunSpec(text=Text("t", "ab" * 1000)).with_values(huge))
    assert caught.value.key == "error.model-memory"


def test_what_a_model_may_have_besides_its_cell_is_a_setting_like_any_other() -> None:
    chosen = [("model.bidirectional", "true"), ("model.dropout", "0.3"), ("model.initialiser", "uniform")]
    spec = SPEC.with_values([*chosen, ("model.cell", "gru")])
    assert spec.value("model.bidirectional") is True
    assert spec.with_value("model.cell", "minlstm").value("model.dropout") == 0.3  # any cell has these
    assert RunSpec.from_json(json.loads(json.dumps(spec.to_json()))) == spec
    _, model = build(spec)
    assert (model.spec.directions, model.spec.dropout) == (2, 0.3)
    assert SPEC.with_value("model.nig", True).with_value("model.cell", "gru") == SPEC.with_value(
        "model.cell", "gru"
    )


def test_a_record_from_before_these_settings_has_their_defaults() -> None:
    record = SPEC.to_json()
    for key in ("schedule", "clip_value"):
        del record["training"][key]
    assert RunSpec.from_json(record) == SPEC
