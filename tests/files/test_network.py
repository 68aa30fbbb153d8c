"""A network without a task is kept in a session file, and told apart from a run that can go on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.container import container_bytes, read_container
from rnnviz.files.network import Network, load_model, network_of, save_network
from rnnviz.files.opening import open_model, open_source
from rnnviz.files.session import FORMAT, Session, load_session, save_session

SPEC = ModelSpec("rnn", 3, 0, 2, 2, symbols=False, options={"activation": "relu"})


def refused(path: Path) -> UserError:
    with pytest.raises(UserError) as caught:
        load_model(path)
    for language in LANGUAGES:
        assert str(path) in Catalogue(language).error(caught.value)
    return caught.value


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    flat = np.random.default_rng(0).standard_normal(Model(SPEC).size)
    save_network(tmp_path / "m.rnnviz", Network(SPEC, flat, "float64"))
    return tmp_path / "m.rnnviz"


def rewrite(path: Path, change: Callable[[dict[str, Any], dict[str, Any]], object]) -> Path:
    container = read_container(path)
    record, tensors = json.loads(container.metadata[FORMAT]), dict(container.tensors)
    change(record["network"], tensors)
    path.write_bytes(container_bytes(tensors, {FORMAT: json.dumps(record)}))
    return path


def test_everything_comes_back(saved: Path) -> None:
    again = load_model(saved)
    assert isinstance(again, Network)
    assert (again.spec, again.precision) == (SPEC, "float64")
    flat = np.random.default_rng(0).standard_normal(Model(SPEC).size)
    assert again.parameters.tobytes() == flat.tobytes()
    assert not again.parameters.flags.writeable
    before = saved.read_bytes()
    save_network(saved, again)
    assert saved.read_bytes() == before


def test_a_trained_session_is_still_one(session: Session, tmp_path: Path) -> None:
    save_session(tmp_path / "s.rnnviz", session)
    again = load_model(tmp_path / "s.rnnviz")
    assert isinstance(again, Session)
    network = network_of(again)
    assert network.spec.symbols
    assert network.parameters.dtype == np.float64
    np.testing.assert_array_equal(network.parameters.astype(np.float32), session.state.parameters)


def test_whoever_wants_to_train_is_refused(saved: Path) -> None:
    for opening in (load_session, lambda path: open_source(str(path))):
        with pytest.raises(UserError) as caught:
            opening(saved)
        assert caught.value.key == "error.session-no-task"
        assert "--input" in Catalogue("zh_CN").error(caught.value)


def test_a_source_may_be_weights_a_session_or_a_network(
    saved: Path, session: Session, tmp_path: Path
) -> None:
    save_session(tmp_path / "s.rnnviz", session)
    weights = Path(__file__).parents[1] / "reference" / "weights" / "lstm1.safetensors"
    assert isinstance(open_model(str(saved), "error.trace-untrained"), Network)
    assert isinstance(open_model(str(weights), "error.trace-untrained"), Network)
    assert isinstance(open_model(str(tmp_path / "s.rnnviz"), "error.trace-untrained"), Session)
    for name, key in (("hello-memory", "trace-untrained"), ("nosuch", "experiment-unknown")):
        with pytest.raises(UserError) as caught:
            open_model(name, "error.trace-untrained")
        assert caught.value.key == f"error.{key}"


@pytest.mark.parametrize(
    "change",
    [
        lambda network, _: network.pop("model"),
        lambda network, _: network.update(model=[]),
        lambda network, _: network["model"].pop("inputs"),
        lambda network, _: network["model"].update(surprise=1),
        lambda network, _: network["model"].update(hidden=2.0),
        lambda network, _: network["model"].update(layers=True),
        lambda network, _: network["model"].update(inputs=0),
        lambda network, _: network["model"].update(inputs=10**30),
        lambda network, _: network["model"].update(outputs=-1),
        lambda network, _: network["model"].update(options=7),
        lambda network, _: network.update(precision="float16"),
        lambda network, _: network.update(precision=[]),
        lambda _, tensors: tensors.update(extra=np.zeros(1)),
        lambda _, tensors: tensors.pop("parameters"),
        lambda _, tensors: tensors.update(parameters=tensors["parameters"][:-1]),
        lambda _, tensors: tensors.update(parameters=tensors["parameters"].astype(np.float32)),
    ],
)
def test_what_does_not_fit_together_is_damaged(change: Any, saved: Path) -> None:
    assert refused(rewrite(saved, change)).key == "error.session-damaged"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda network, _: network["model"].update(cell="nosuch"), "error.cell-unknown"),
        (lambda network, _: network["model"].update(hidden=513), "error.option-range"),
        (lambda network, _: network["model"].update(options={"activation": "sine"}), "error.option-choice"),
        (
            lambda _, tensors: tensors.update(parameters=tensors["parameters"] * np.nan),
            "error.session-not-finite",
        ),
    ],
)
def test_what_cannot_be_names_the_problem(change: Any, key: str, saved: Path) -> None:
    error = refused(rewrite(saved, change))
    assert error.key == "error.session-content"
    problem = error.values["problem"]
    assert isinstance(problem, UserError)
    assert problem.key == key
