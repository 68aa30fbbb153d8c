"""The gallery loads and can be built; a file that does not fit is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.experiment import experiment_keys, experiments, load_experiment, with_setting, with_settings
from rnnviz.files.texts import named_text
from rnnviz.training.spec import RunSpec, build

GOOD = """
[model]
cell = "gru"
hidden = 8

[task]
key = "characters"
text = "hello-memory"
length = 20

[training]
seed = 3

[view]
text = "hello"
cursor = 2

[notes.en]
title = "One"
"""


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    return path


def problem_of(path: Path) -> tuple[object, UserError]:
    """Line and problem of a file that is refused; the sentence names the file in both languages."""
    with pytest.raises(UserError) as caught:
        load_experiment(path)
    error = caught.value
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(error)
    assert error.key == "error.experiment-line"
    problem = error.values["problem"]
    assert isinstance(problem, UserError)
    return error.values["line"], problem


def test_hello_memory_comes_first() -> None:
    assert experiment_keys()[0] == "hello-memory"
    assert len(set(experiment_keys())) == len(experiment_keys()) >= 7


@pytest.mark.parametrize("key", experiment_keys())
def test_every_bundled_experiment_is_complete(key: str) -> None:
    experiment = load_experiment(key)
    assert experiment.key == key
    task, _ = build(experiment.spec)
    typed = task.typed(str(experiment.view["text"]))
    assert len(typed.tokens) > 5
    assert (typed.codes >= 0).all(), "a bundled view types characters that its text lacks"
    assert typed.problem is None
    assert 1 <= int(experiment.view.get("cursor", 1)) <= len(typed.tokens)
    english, chinese = experiment.notes["en"], experiment.notes["zh_CN"]
    for notes in (english, chinese):
        assert notes.title
        assert notes.promise
        assert notes.text
        assert "\n" not in notes.promise
    assert english.title != chinese.title


def test_the_exploding_run_says_that_it_is_meant_to() -> None:
    meant = {e.key: e.expect for e in experiments() if e.expect}
    assert meant == {"exploding-gradient": "blow-up", "vanishing-gradient": "no-pass"}


def test_a_file_of_the_users(tmp_path: Path) -> None:
    experiment = load_experiment(written(tmp_path, GOOD))
    assert experiment.key == "mine"
    spec = experiment.spec
    assert (spec.cell, spec.hidden, spec.task_options["length"], spec.training.seed) == ("gru", 8, 20, 3)
    assert spec.text == named_text("hello-memory")
    assert dict(experiment.view) == {"text": "hello", "cursor": 2}
    assert experiment.notes["zh_CN"] == experiment.notes["en"]
    assert experiment.notes["en"].title == "One"


def test_an_empty_file_is_an_experiment_of_defaults(tmp_path: Path) -> None:
    experiment = load_experiment(written(tmp_path, ""))
    assert experiment.spec == RunSpec()
    assert experiment.notes["en"].title == "mine"


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("hidden = 8", "hidden = 0", 4, "error.option-range"),
        ("hidden = 8", "hidden = 10_000", 4, "error.option-range"),
        ("hidden = 8", "hidden = true", 4, "error.option-whole"),
        ("hidden = 8", "hiden = 8", 4, "error.setting-unknown"),
        ('cell = "gru"', 'cell = "nosuch"', 3, "error.option-choice"),
        ("length = 20", "length = nan", 9, "error.option-range"),
        ("length = 20", "length = [1]", 9, "error.option-whole"),
        ("length = 20", 'expect = "wonders"', 9, "error.option-choice"),
        ('text = "hello-memory"', 'text = "/etc/passwd"', 8, "error.text-unknown"),
        ('text = "hello-memory"', "text = 7", 8, "error.text-unknown"),
        ("seed = 3", "seed = -1", 12, "error.option-range"),
        ("seed = 3", "learning_rate = -0.1", 12, "error.option-range"),
        ("cursor = 2", "cursor = 0", 16, "error.option-range"),
        ("cursor = 2", 'colour = "red"', 16, "error.setting-unknown"),
        ('title = "One"', "title = 1", 19, "error.option-word"),
        ("[notes.en]", "[notes.tlh]", 18, "error.section-unknown"),
        ("[view]", "[looks]", 14, "error.section-unknown"),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(
    old: str, new: str, line: int, key: str, tmp_path: Path
) -> None:
    found, problem = problem_of(written(tmp_path, GOOD.replace(old, new, 1)))
    assert (found, problem.key) == (line, key)


@pytest.mark.parametrize("content", ["model = 7", "[notes]\nen = 'words'"])
def test_a_section_must_be_a_table(content: str, tmp_path: Path) -> None:
    assert problem_of(written(tmp_path, content))[1].key == "error.section-type"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[model]\ncell = lstm\n", 2),
        ("[model]\nhidden = 1\nhidden = 2\n", 3),
        ("a = " + "[" * 5000, "?"),
        ("a = " + "9" * 5000, "?"),
    ],
)
def test_malformed_toml_is_named_with_its_line(content: str, line: object, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    with pytest.raises(UserError) as caught:
        load_experiment(path)
    assert caught.value.key == "error.experiment-malformed"
    assert caught.value.values["line"] == line


def test_large_and_binary_files(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(b"#" * 300_000)
    with pytest.raises(UserError, match=r"error\.experiment-too-large"):
        load_experiment(path)
    path.write_bytes(b"a = 1\nb = '\xff'")
    with pytest.raises(UserError, match=r"error\.text-not-utf8.*line=2"):
        load_experiment(path)


def test_an_unknown_name_lists_the_gallery() -> None:
    with pytest.raises(UserError) as caught:
        load_experiment("nosuch")
    assert "hello-memory" in Catalogue("zh_CN").error(caught.value)


def test_settings_typed_by_the_user_may_name_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_text("some words of mine", encoding="utf-8")
    spec = load_experiment("hello-memory").spec
    text = with_setting(spec, "task.text", str(path)).text
    assert text is not None
    assert (text.content, text.origin) == ("some words of mine", "user")
    assert with_setting(spec, "task.text", "memory-zh").text == named_text("memory-zh")


def test_the_cell_is_set_before_its_options() -> None:
    spec = with_settings(RunSpec(), {"model.activation": "relu", "model.cell": "rnn", "model.hidden": "32"})
    assert (spec.cell, spec.hidden, spec.cell_options["activation"]) == ("rnn", 32, "relu")


def test_a_text_that_is_asked_for_is_not_replaced_by_another() -> None:
    numbers, prose = load_experiment("own-csv").spec, load_experiment("hello-memory").spec
    assert with_settings(prose, {"task.key": "csv"}).text == named_text("hares")
    assert with_settings(prose, {"task.text": "hares"}).text == named_text("hares")
    with pytest.raises(UserError, match=r"error\.table-"):
        build(with_settings(numbers, {"task.text": "hello-memory"}))


@given(content=st.text(alphabet='[]="ab.1\n#model hidden', max_size=60))
def test_any_words_are_an_experiment_or_refused(
    content: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = written(tmp_path_factory.mktemp("toml"), content)
    try:
        load_experiment(path)
    except UserError as error:
        refused = error
    else:
        return
    assert refused.key in {"error.experiment-malformed", "error.experiment-line"}


RACE = GOOD + '\n[race]\nvary = "model.hidden"\nvalues = [4, 8]\nseeds = [5, 6]\n'


def test_a_race_says_what_to_compare(tmp_path: Path) -> None:
    plan = load_experiment(written(tmp_path, RACE)).race
    assert plan is not None
    assert (plan.vary, plan.seeds) == ("model.hidden", (5, 6))
    assert [dict(settings) for settings in plan.settings] == [{"model.hidden": 4}, {"model.hidden": 8}]
    whole = '\n[race]\nconfigurations = [{}, { "model.cell" = "rnn", "model.activation" = "relu" }]\n'
    plan = load_experiment(written(tmp_path, GOOD + whole)).race
    assert plan is not None
    assert (plan.vary, plan.seeds) == ("", (0, 1, 2))
    assert dict(plan.settings[1]) == {"model.cell": "rnn", "model.activation": "relu"}
    assert load_experiment(written(tmp_path, GOOD)).race is None


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("values = [4, 8]", "values = [4]", 23, "error.race-list"),
        ("values = [4, 8]", "values = [1, 2, 3, 4, 5]", 23, "error.race-list"),
        ("values = [4, 8]", "values = 4", 23, "error.race-list"),
        ("values = [4, 8]", "", 21, "error.race-list"),
        ("values = [4, 8]", "values = [4, 0]", 23, "error.option-range"),
        ("values = [4, 8]", 'values = [4, "x"]', 23, "error.option-whole"),
        ('vary = "model.hidden"', 'vary = "model.hiden"', 23, "error.setting-unknown"),
        ('vary = "model.hidden"', "vary = 7", 22, "error.option-word"),
        ("seeds = [5, 6]", "seeds = []", 24, "error.race-seed-list"),
        ("seeds = [5, 6]", "seeds = [-1]", 24, "error.race-seed-list"),
        ("seeds = [5, 6]", "sedes = [5]", 24, "error.setting-unknown"),
        ('vary = "model.hidden"\nvalues = [4, 8]', "configurations = [1, 2]", 22, "error.race-list"),
        (
            '[race]\nvary = "model.hidden"\nvalues = [4, 8]\nseeds = [5, 6]',
            '[[race.configurations]]\n[[race.configurations]]\n"model.cell" = "none"',
            21,
            "error.option-choice",
        ),
    ],
)
def test_a_race_that_cannot_be_is_named_with_its_line(
    old: str, new: str, line: int, key: str, tmp_path: Path
) -> None:
    found, problem = problem_of(written(tmp_path, RACE.replace(old, new, 1)))
    assert (found, problem.key) == (line, key)


def test_settings_mean_what_the_chosen_task_takes(tmp_path: Path) -> None:
    content = '[task]\ngap = 400\nlength = 20\nkey = "france"\n'
    assert load_experiment(written(tmp_path, content)).spec.task_options == {"gap": 400}
    found, problem = problem_of(written(tmp_path, content.replace("400", "401")))
    assert (found, problem.key) == (2, "error.option-range")
