"""One network where panels of a race are asked for."""

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.engine.probes.distance import gradient_distance
from rnnviz.files.experiment import load_experiment
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.training.spec import build
from rnnviz.workbench.race.single import single_frame

TEXT = "hello world, hello"


def test_a_session_shows_its_curve_and_its_score() -> None:
    session = open_source("hello-memory", trained=True)
    assert isinstance(session, Session)
    frame = single_frame(session, TEXT)
    (racer,) = frame.racers
    task, model = build(session.spec)
    typed = task.typed(TEXT)
    parameters = model.parameters(session.state.parameters)
    wanted = gradient_distance(model, parameters, typed.codes, typed.targets)
    assert racer.trained is not None
    assert racer.untrained is not None
    np.testing.assert_array_equal(racer.trained.median["c"], wanted.median["c"])
    assert not np.array_equal(racer.untrained.median["c"], wanted.median["c"])
    assert racer.trained.k.tolist() == list(range(len(TEXT) - 1))  # the last step has no target
    assert racer.runners[0].passed
    assert frame.status == "finished"
    assert single_frame(session).racers[0].trained.sequences > 1  # type: ignore[union-attr]


def test_an_experiment_shows_its_fresh_network() -> None:
    frame = single_frame(load_experiment("vanishing-gradient"))
    (racer,) = frame.racers
    assert racer.trained is None
    assert racer.untrained is not None
    assert racer.title["en"] == "RNN"
    assert frame.status == "ready"
    assert racer.active.step == 0


def test_no_text_has_no_loss() -> None:
    with pytest.raises(UserError, match=r"distance-loss"):
        single_frame(load_experiment("exploding-gradient"), "")
    with pytest.raises(UserError, match=r"distance-loss"):
        single_frame(load_experiment("exploding-gradient"), "h")
