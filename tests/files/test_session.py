"""A session comes back as it was and goes on bit for bit; what is not one is refused with a sentence."""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files import session as session_module
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.container import MAX_BYTES, container_bytes, read_container
from rnnviz.files.session import FORMAT, Session, load_session, save_session
from rnnviz.files.texts import named_text
from rnnviz.tasks.base import Text
from rnnviz.training.curves import CurveRecorder
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec


def refusal(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        load_session(path)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)
    return caught.value


def inner(error: UserError) -> UserError:
    """The problem within "error.session-content"."""
    assert error.key == "error.session-content"
    problem = error.values["problem"]
    assert isinstance(problem, UserError)
    return problem


@pytest.fixture
def saved(session: Session, tmp_path: Path) -> Path:
    path = tmp_path / "a.rnnviz"
    save_session(path, session)
    return path


def rewrite(path: Path, change: Callable[[dict[str, Any], dict[str, Any]], None]) -> Path:
    """The file with its record and tensors changed, well-formed as a container."""
    container = read_container(path)
    record, tensors = json.loads(container.metadata[FORMAT]), dict(container.tensors)
    change(record, tensors)
    path.write_bytes(container_bytes(tensors, {FORMAT: json.dumps(record)}))
    return path


def test_everything_comes_back(session: Session, saved: Path) -> None:
    again = load_session(saved)
    assert again.spec == session.spec
    assert (again.experiment, dict(again.view), again.expect) == ("hello-memory", dict(session.view), "")
    assert again.state.step == 5
    assert again.state.rng == session.state.rng
    np.testing.assert_array_equal(again.state.parameters, session.state.parameters)
    assert again.state.slots.keys() == session.state.slots.keys()
    for name, slot in session.state.slots.items():
        np.testing.assert_array_equal(again.state.slots[name], slot)
    for name, array in session.curves.arrays().items():
        np.testing.assert_array_equal(again.curves.arrays()[name], array)
        assert again.curves.arrays()[name].dtype == array.dtype


@pytest.mark.parametrize("carry", [False, True])
@pytest.mark.parametrize("optimiser", ["adam", "sgd", "rmsprop", "adamw"])
def test_a_saved_run_goes_on_bit_for_bit(
    optimiser: str, carry: bool, train: Callable[..., Session], tmp_path: Path
) -> None:
    settings = {"training__optimiser": optimiser, "training__learning_rate": 0.01, "training__carry": carry}
    save_session(tmp_path / "k.rnnviz", train(4, **settings))
    read = load_session(tmp_path / "k.rnnviz")
    loop, recorder = TrainingLoop(read.spec, read.state), CurveRecorder(read.curves)
    recorder.extend([loop.step() for _ in range(3)])
    save_session(tmp_path / "kn.rnnviz", replace(read, state=loop.state(), curves=recorder.curves()))
    save_session(tmp_path / "whole.rnnviz", train(7, **settings))
    assert (tmp_path / "kn.rnnviz").read_bytes() == (tmp_path / "whole.rnnviz").read_bytes()


def test_carried_states_are_checked(train: Callable[..., Session], tmp_path: Path) -> None:
    path = tmp_path / "a.rnnviz"
    state = train(2, training__carry=True).state
    save_session(path, train(2, training__carry=True))
    assert np.array_equal(load_session(path).state.carried["layer0/c0"], state.carried["layer0/c0"])

    def infinite(record: dict[str, Any], tensors: dict[str, Any]) -> None:
        tensors["carried/layer0/c0"] = np.full_like(tensors["carried/layer0/c0"], np.inf)

    assert inner(refusal(rewrite(path, infinite))).values == {"name": "carried/layer0/c0"}
    save_session(path, train(2, training__carry=True))
    lost = rewrite(path, lambda record, tensors: tensors.pop("carried/layer0/c0"))
    assert refusal(lost).key == "error.session-damaged"


def test_a_file_of_before_there_were_budgets_is_read(saved: Path) -> None:
    def older(record: dict[str, Any], tensors: dict[str, Any]) -> None:
        del record["state"]["budget"]
        del record["spec"]["training"]["carry"]

    assert load_session(rewrite(saved, older)).state.budget is None
    for budget in (-1, 2.5, "many"):
        broken = rewrite(saved, lambda record, tensors, b=budget: record["state"].update(budget=b))
        assert refusal(broken).key == "error.session-damaged"


@pytest.mark.parametrize("origin", ["user", "machine"])
def test_a_text_that_is_not_ours_travels_along(origin: Any, tmp_path: Path) -> None:
    content = "abc 记忆 " * 40
    spec = RunSpec(hidden=3, text=Text("mine.txt", content, origin))
    loop = TrainingLoop(spec)
    view: dict[str, Value] = {"text": "记\ud800忆", "unit": 2}
    save_session(tmp_path / "a.rnnviz", Session("mine", spec, loop.state(), CurveRecorder().curves(), view))
    again = load_session(tmp_path / "a.rnnviz")
    assert again.spec.text == Text("mine.txt", content, origin)
    assert dict(again.view) == view


def test_a_bundled_text_is_kept_by_name_and_must_not_change(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "text" not in read_container(saved).tensors
    changed = replace(named_text("hello-memory"), content="another text " * 30)
    monkeypatch.setattr(session_module, "named_text", lambda _: changed)
    assert inner(refusal(saved)).key == "error.session-text-changed"


def test_a_path_in_a_file_is_never_followed(saved: Path) -> None:
    rewrite(saved, lambda record, _: record["text"].update(name="/etc/passwd"))
    assert inner(refusal(saved)).key == "error.text-unknown"


def test_other_files_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.rnnviz"
    for content in (b"", b"PK\x03\x04 a zip file", b"hello, this is a text"):
        path.write_bytes(content)
        assert refusal(path).key == "error.session-foreign"
    path.write_bytes(container_bytes({"weight": np.zeros(3, np.float32)}, {"format": "pt"}))
    assert refusal(path).key == "error.session-foreign"


def test_a_newer_format_is_named(saved: Path) -> None:
    error = refusal(rewrite(saved, lambda record, _: record.update(version=2)))
    assert error.key == "error.session-version"
    assert error.values["version"] == "2"


def header_bytes(header: str, body: bytes = b"") -> bytes:
    data = header.encode()
    return struct.pack("<Q", len(data)) + data + body


HOSTILE = {
    "header of 2^40 bytes": struct.pack("<Q", 2**40) + b'{"a":1}',
    "header that is not JSON": header_bytes("{not json"),
    "header of NaN": header_bytes('{"a": NaN}'),
    "deep header": header_bytes('{"a":' + "[" * 100_000 + "]" * 100_000 + "}"),
    "names twice": header_bytes(
        '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
        '"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
        b"x",
    ),
    "overlap": header_bytes(
        '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},'
        '"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
        b"xxx",
    ),
    "shape overflow": header_bytes(
        '{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,4]}}', b"xxxx"
    ),
    "negative side": header_bytes('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}', b"x"),
    "five dimensions": header_bytes('{"a":{"dtype":"U8","shape":[1,1,1,1,1],"data_offsets":[0,1]}}', b"x"),
    "BF16": header_bytes('{"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}', b"xx"),
    "trailing bytes": header_bytes('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"xyz"),
    "body cut short": header_bytes('{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}', b"x"),
    "numbers as names": header_bytes('{"a": 7}'),
    "metadata of numbers": header_bytes('{"__metadata__": {"a": 7}}'),
    "metadata as a list": header_bytes('{"__metadata__": ["a"]}'),
    "too many tensors": header_bytes(
        json.dumps({str(k): {"dtype": "U8", "shape": [0], "data_offsets": [0, 0]} for k in range(1001)})
    ),
    "header over a megabyte": header_bytes("{" + " " * 1_000_001 + "}"),
    "an integer of 5,000 digits": header_bytes('{"a": ' + "9" * 5000 + "}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_containers_are_damaged_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.rnnviz"
    path.write_bytes(HOSTILE[name])
    error = refusal(path)
    assert error.key == "error.session-damaged"
    assert len(str(error.values["reason"])) <= 120


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.rnnviz"
    with open(path, "wb") as stream:
        stream.truncate(MAX_BYTES + 1)  # sparse: takes no room
    assert refusal(path).key == "error.session-too-large"


def _set(*place: str, value: object) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    def change(record: dict[str, Any], _: dict[str, Any]) -> None:
        for name in place[:-1]:
            record = record[name]
        record[place[-1]] = value

    return change


def _tensor(name: str, value: Any) -> Callable[[dict[str, Any], dict[str, Any]], None]:
    return lambda _, tensors: tensors.update({name: value})


DAMAGE = {
    "no experiment": lambda record, _: record.pop("experiment"),
    "experiment a number": _set("experiment", value=7),
    "spec a list": _set("spec", value=[]),
    "state missing": lambda record, _: record.pop("state"),
    "step negative": _set("state", "step", value=-1),
    "step a fraction": _set("state", "step", value=1.5),
    "step true": _set("state", "step", value=True),
    "origin unknown": _set("text", "origin", value="elsewhere"),
    "view a number": _set("view", value=7),
    "tensor missing": lambda _, tensors: tensors.pop("slots/count"),
    "tensor too many": _tensor("extra", np.zeros(1, np.float32)),
    "parameters too short": _tensor("parameters", np.zeros(3, np.float32)),
    "parameters double": lambda _, t: t.update(parameters=t["parameters"].astype(np.float64)),
    "typed not UTF-8": _tensor("typed", np.array([255], np.uint8)),
    "typed of floats": _tensor("typed", np.zeros(2)),
    "curves unequal": _tensor("curves/loss", np.zeros(1)),
    "curves too long": lambda _, t: t.update(
        {name: np.zeros(5000, a.dtype) for name, a in t.items() if name.startswith("curves/")}
    ),
    "steps descending": lambda _, t: t.update({"curves/step": t["curves/step"][::-1].copy()}),
    "span of 0": lambda _, t: t.update({"curves/span": t["curves/span"] * 0}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_does_not_fit_together_is_damaged(name: str, saved: Path) -> None:
    assert refusal(rewrite(saved, DAMAGE[name])).key == "error.session-damaged"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_set("spec", "model", "hidden", value=10_000), "error.option-range"),
        (_set("spec", "model", "cell", value="nosuch"), "error.option-choice"),
        (_set("spec", "training", "learning_rate", value=-1), "error.option-range"),
        (_set("spec", "training", "surprise", value=1), "error.setting-unknown"),
        (_set("spec", "task", "key", value="nosuch"), "error.task-unknown"),
        (_set("state", "rng", value={"bit_generator": "MT19937"}), "error.state-damaged"),
        (_set("state", "rng", "state", "state", value=-5), "error.state-damaged"),
        (_set("view", "unit", value="seven"), "error.option-whole"),
        (_set("expect", value="wonders"), "error.option-choice"),
    ],
)
def test_values_out_of_range_name_the_setting(
    change: Callable[[dict[str, Any], dict[str, Any]], None], key: str, saved: Path
) -> None:
    assert inner(refusal(rewrite(saved, change))).key == key


@pytest.mark.parametrize("name", ["parameters", "slots/mean", "curves/loss"])
@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(name: str, value: float, saved: Path) -> None:
    def change(_: dict[str, Any], tensors: dict[str, Any]) -> None:
        tensors[name] = tensors[name].copy()
        tensors[name][0] = value

    if name == "curves/loss" and value != value:
        load_session(rewrite(saved, change))  # a gap in a curve is drawn as a gap
    else:
        assert inner(refusal(rewrite(saved, change))).key == "error.session-not-finite"


@given(data=st.data())
def test_a_changed_byte_or_a_cut_is_read_or_refused(
    data: st.DataObject, session: Session, tmp_path_factory: Any
) -> None:
    """Whatever a few flipped bytes make of a file: a session or one sentence, never anything else."""
    path = tmp_path_factory.mktemp("flip") / "a.rnnviz"
    save_session(path, session)
    content = bytearray(path.read_bytes())
    header = 8 + int.from_bytes(content[:8], "little")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(len(content), header + 200) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.sampled_from([len(content), header, header // 2, 9]))])
    try:
        load_session(path)
    except UserError as error:
        refused = error
    else:
        return
    assert refused.key.startswith("error.session-")
    assert Catalogue("zh_CN").error(refused)


def test_a_session_over_the_limit_says_so_and_keeps_the_old_file(
    session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved.read_bytes()
    monkeypatch.setattr(session_module, "MAX_BYTES", 2000)
    with pytest.raises(UserError) as caught:
        save_session(saved, session)
    assert caught.value.key == "error.session-save-too-large"
    assert saved.read_bytes() == before
