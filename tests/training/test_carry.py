"""States carried from batch to batch: one long forward run, cut where gradients are cut."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.tasks import CharacterTask
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.messages import pack, unpack
from rnnviz.training.spec import RunSpec, build
from rnnviz.training.state import LoopState

Make = Callable[..., RunSpec]
NO_MOVE = {"learning_rate": 0.0, "clip": 0.0, "optimiser": "sgd", "momentum": 0.0}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, np.ndarray]]:
    """What each training step ran and found: x, h of the last layer, the loss, the gradient."""
    steps: list[dict[str, np.ndarray]] = []
    forward, backward = Model.forward, Model.backward

    def watched_forward(self: Model, parameters: Parameters, x: np.ndarray, *rest: object, **more: object):
        trace = forward(self, parameters, x, *rest, **more)
        steps.append({"x": x, "h": trace["layer1/h"].copy(), "loss": trace["loss"].copy()})
        return trace

    def watched_backward(self: Model, *rest: object, **more: object):
        found = backward(self, *rest, **more)
        steps[-1]["gradient"] = found.flat.copy()
        return found

    monkeypatch.setattr(Model, "forward", watched_forward)
    monkeypatch.setattr(Model, "backward", watched_backward)
    return steps


@pytest.mark.parametrize("cell", list(CELLS))
def test_a_carried_run_is_one_long_forward_run(
    cell: str, make_spec: Make, recorded: list[dict[str, np.ndarray]]
) -> None:
    """With a learning rate of 0 nothing but the states passes from step to step."""
    loop = TrainingLoop(make_spec(cell=cell, layers=2, carry=True, evaluate_every=10**6, **NO_MOVE))
    for _ in range(3):
        loop.step()
    steps = recorded[:]
    x = np.concatenate([step["x"] for step in steps])  # (3T, B)
    whole = loop.model.forward(loop.parameters, x)
    np.testing.assert_allclose(np.concatenate([step["h"] for step in steps]), whole["layer1/h"], atol=2e-6)
    alone = loop.model.forward(loop.parameters, steps[1]["x"])
    assert np.abs(alone["layer1/h"] - steps[1]["h"]).max() > 1e-4  # and is not what a fresh start gives


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_gradients_stop_at_the_boundary(
    cell: str, make_spec: Make, recorded: list[dict[str, np.ndarray]]
) -> None:
    """Central differences of the second window's mean loss, its initial states held still."""
    loop = TrainingLoop(make_spec(cell=cell, layers=2, carry=True, hidden=3, **NO_MOVE))
    loop.step()
    carried = {name: array.astype(np.float64) for name, array in loop.state().carried.items()}
    assert any(np.abs(array).max() > 1e-3 for array in carried.values())
    loop.step()
    batch = loop.task.stream(4).batch(1)
    flat = loop.parameters.flat.astype(np.float64)

    def loss(start: Mapping[str, np.ndarray], moved: np.ndarray) -> float:
        parameters = loop.model.parameters(moved)
        return loop.model.forward(parameters, batch.x, batch.y, state=start).mean_loss

    def across(moved: np.ndarray) -> float:
        first = loop.task.stream(4).batch(0)
        before = loop.model.forward(loop.model.parameters(moved), first.x, first.y)
        return loss({name: array.copy() for name, array in before.final.items()}, moved)

    cut, uncut = [], []
    steps = recorded[1]["gradient"]
    for k in range(0, len(flat), 7):
        up, down = flat.copy(), flat.copy()
        up[k] += 1e-5
        down[k] -= 1e-5
        cut.append((loss(carried, up) - loss(carried, down)) / 2e-5)
        uncut.append((across(up) - across(down)) / 2e-5)
    scale = np.abs(cut).max()
    assert np.abs(steps[::7] - cut).max() < 1e-4 * scale  # float32 against float64
    assert np.abs(steps[::7] - uncut).max() > 1e-2 * scale  # so that the cut is seen to be there


@pytest.mark.parametrize("cell", list(CELLS))
@pytest.mark.parametrize("after", [1, 7, 13])
def test_it_goes_on_bit_for_bit(cell: str, after: int, make_spec: Make) -> None:
    spec = make_spec(cell=cell, layers=2, carry=True, evaluate_every=4)
    whole = TrainingLoop(spec)
    for _ in range(after):
        whole.step()
    record, arrays = unpack(pack(*whole.state().to_record()))
    resumed = TrainingLoop(spec, LoopState.from_record(record, arrays))
    for _ in range(30):  # over the end of a pass
        assert repr(resumed.step()) == repr(whole.step())
    assert resumed.state().parameters.tobytes() == whole.state().parameters.tobytes()
    assert resumed.state().carried.keys() == whole.state().carried.keys() == set(whole.model.starts)
    for name, array in resumed.state().carried.items():
        assert array.tobytes() == whole.state().carried[name].tobytes()


def test_a_pass_begins_as_the_model_does(make_spec: Make, recorded: list[dict[str, np.ndarray]]) -> None:
    loop = TrainingLoop(make_spec(layers=2, carry=True, learned_start=True, **NO_MOVE))
    windows = loop.task.stream(4).windows
    for _ in range(windows + 1):
        loop.step()
    first, last = recorded[0], [step for step in recorded if "gradient" in step][windows]
    trace = loop.model.forward(loop.parameters, last["x"])
    np.testing.assert_allclose(last["h"], trace["layer1/h"], atol=1e-6)
    gradient = loop.model.parameters(first["gradient"])
    assert np.abs(gradient["layer0/h0"]).max() > 0  # where a pass begins, its start is learned


def test_after_a_blow_up_the_states_are_those_before(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec(carry=True))
    loop.step()
    before = loop.state()
    loop.parameters.flat[-1] = np.nan
    with pytest.raises(Exception, match="loss"):
        loop.step()
    for name, array in loop.state().carried.items():
        assert np.isfinite(array).all()
        assert array.shape == before.carried[name].shape


def test_without_it_nothing_is_carried(make_spec: Make) -> None:
    loop = TrainingLoop(make_spec())
    loop.step()
    assert dict(loop.state().carried) == {}


def test_it_is_refused_where_it_has_no_meaning(make_spec: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserError) as caught:
        build(make_spec(carry=True, bidirectional=True))
    assert caught.value.key == "error.carry-bidirectional"
    monkeypatch.setattr(CharacterTask, "stream", lambda self, size: None)
    with pytest.raises(UserError) as caught:
        build(make_spec(carry=True))
    assert (caught.value.key, caught.value.values) == ("error.carry-task", {"task": "characters"})


def test_states_of_another_run_are_refused(make_spec: Make) -> None:
    plain, carrying = make_spec(), make_spec(carry=True)
    for spec, other in ((plain, carrying), (carrying, plain), (carrying, make_spec(carry=True, batch=5))):
        with pytest.raises(UserError) as caught:
            TrainingLoop(spec, TrainingLoop(other).state())
        assert caught.value.key == "error.state-damaged"
