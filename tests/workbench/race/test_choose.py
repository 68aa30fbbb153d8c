"""Which runs a race is made of, and what it refuses."""

from dataclasses import replace

import pytest

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.workbench.race.choose import (
    race_cells,
    race_experiments,
    race_planned,
    race_settings,
    race_varied,
)

HELLO = load_experiment("hello-memory")


def test_cells_race_on_the_settings_of_the_experiment() -> None:
    race = race_cells(HELLO)
    assert [run.cell for run in race.configurations] == ["rnn", "gru", "lstm"]
    assert {run.hidden for run in race.configurations} == {16}
    assert [title["en"] for title in race.titles] == ["RNN", "GRU", "LSTM"]
    assert (race.seeds, race.steps, race.varied) == ((0, 1, 2), HELLO.spec.training.steps, "")
    assert race.run(1, 5).training.seed == 5
    assert race.run(1, 5).with_value("training.seed", 7) == race.configurations[1]


def test_the_own_cell_takes_part() -> None:
    own = replace(HELLO, spec=HELLO.spec.with_value("model.cell", "mgu"))
    assert [run.cell for run in race_cells(own).configurations] == ["rnn", "gru", "lstm", "mgu"]
    assert [run.cell for run in race_cells(own, ("mgu", "janet")).configurations] == ["mgu", "janet"]


def test_one_setting_varies_and_names_the_configurations() -> None:
    race = race_varied(HELLO, "model.forget_bias", ["0", "1", "3"], seeds=(4,), steps=50)
    assert [run.value("model.forget_bias") for run in race.configurations] == [0.0, 1.0, 3.0]
    assert [title["en"] for title in race.titles] == ["Forget bias 0", "Forget bias 1", "Forget bias 3"]
    assert all(title["zh_CN"] != title["en"] for title in race.titles)
    assert (race.varied, race.steps, race.seeds) == ("model.forget_bias", 50, (4,))
    assert race.names == ("model.forget_bias=0", "model.forget_bias=1", "model.forget_bias=3")


@pytest.mark.parametrize(
    ("dotted", "values", "titles"),
    [
        ("model.peephole", ["rnn", "lstm"], None),
        (
            "model.learned_start",
            ["true", "false"],
            ["Learned initial state: on", "Learned initial state: off"],
        ),
        ("training.optimiser", ["adam", "sgd"], ["Optimiser Adam", "Optimiser SGD"]),
        ("training.learning_rate", ["0.01", "0.002"], ["Learning rate 0.01", "Learning rate 0.002"]),
        ("task.text", ["hello-memory", "france"], ["hello-memory", "france"]),
    ],
)
def test_values_are_read_and_named_by_kind(dotted: str, values: list[str], titles: list[str] | None) -> None:
    if titles is None:
        with pytest.raises(UserError, match=r"setting-unknown"):
            race_varied(HELLO, dotted, values)
    else:
        assert [title["en"] for title in race_varied(HELLO, dotted, values).titles] == titles


def test_experiments_race_on_the_same_data_alone() -> None:
    plain = replace(HELLO, key="plain", spec=HELLO.spec.with_value("model.cell", "rnn"))
    race = race_experiments([HELLO, plain])
    assert race.experiments == ("hello-memory", "plain")
    assert [title["en"] for title in race.titles] == ["LSTM", "RNN"]
    again = race_experiments([HELLO, replace(HELLO, key="other")])
    assert [title["en"] for title in again.titles] == ["Hello, memory", "Hello, memory"]
    assert (race.name(0), again.names) == ("lstm", ("hello-memory", "other"))
    with pytest.raises(UserError, match=r"task\.text"):
        race_experiments([HELLO, load_experiment("python-code")])
    longer = replace(HELLO, spec=HELLO.spec.with_value("task.length", 30))
    with pytest.raises(UserError, match=r"task\.length"):
        race_experiments([HELLO, longer])


def test_what_cannot_race_is_refused() -> None:
    with pytest.raises(UserError, match=r"race-own"):
        race_varied(HELLO, "training.seed", ["1", "2"])
    with pytest.raises(UserError, match=r"race-same"):
        race_varied(HELLO, "model.activation", ["relu", "tanh"])  # an LSTM has none
    with pytest.raises(UserError, match=r"race-same"):
        race_varied(HELLO, "model.hidden", ["8", "8"])
    with pytest.raises(UserError, match=r"race-count"):
        race_varied(HELLO, "model.hidden", ["8"])
    with pytest.raises(UserError, match=r"race-count"):
        race_varied(HELLO, "model.hidden", list("12345"))
    with pytest.raises(UserError, match=r"race-seeds"):
        race_cells(HELLO, seeds=(1, 1))
    with pytest.raises(UserError, match=r"race-seeds"):
        race_cells(HELLO, seeds=())
    with pytest.raises(UserError, match=r"option-range|option"):
        race_varied(HELLO, "model.hidden", ["8", "-1"])
    endless = replace(HELLO, spec=HELLO.spec.with_value("training.steps", 0))
    with pytest.raises(UserError, match=r"race-endless"):
        race_cells(endless)
    assert race_cells(endless, steps=10).steps == 10


def test_configurations_may_differ_in_anything() -> None:
    settings = [{}, {"model.nfg": True}, {"model.hidden": 8, "model.nig": True}, {"model.cell": "gru"}]
    race = race_settings(HELLO, settings, seeds=(1,))
    assert [title["en"] for title in race.titles] == [
        "LSTM",
        "No forget gate",
        "Hidden units 8, No input gate",
        "GRU",
    ]
    assert race.titles[1]["zh_CN"] != "No forget gate"
    assert race.names == ("lstm", "model.nfg=true", "model.hidden=8 model.nig=true", "model.cell=gru")
    assert race.configurations[0] == HELLO.spec
    assert race.configurations[2].hidden == 8
    assert race.varied == ""
    with pytest.raises(UserError, match=r"race-own"):
        race_settings(HELLO, [{}, {"training.seed": 4}])
    with pytest.raises(UserError, match=r"race-same"):
        race_settings(HELLO, [{}, {"model.hidden": 16}])


def test_an_experiment_may_say_itself_who_races() -> None:
    forget, ablations = load_experiment("forget-bias"), load_experiment("lstm-ablations")
    race = race_planned(forget)
    assert (race.varied, race.seeds) == ("model.forget_bias", (0, 1, 2))
    assert race.name(2) == "model.forget_bias=3"
    assert race_planned(ablations, seeds=(4,), steps=7).names[1] == "model.nfg=true"
    assert race_planned(ablations, seeds=(4,), steps=7).steps == 7
    assert [run.cell for run in race_planned(HELLO).configurations] == ["rnn", "gru", "lstm"]


@pytest.mark.parametrize("key", experiment_keys())
def test_every_experiment_can_race(key: str) -> None:
    race = race_planned(load_experiment(key))
    assert 2 <= len(race.configurations) <= 4
    for title in zip(*(title.values() for title in race.titles), strict=True):
        assert len(set(title)) == len(title)  # told apart in every language
