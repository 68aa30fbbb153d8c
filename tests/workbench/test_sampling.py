"""Generated text against a run of the whole sequence, and what parameters, seed and temperature do to it."""

from itertools import islice

import numpy as np
import pytest

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.sampling import softmax
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.tasks import Task, Text, make_task
from rnnviz.tasks.records import TRACED_TOKENS, Batch, PassMark, Typed
from rnnviz.training.loop import TrainingLoop
from rnnviz.training.spec import RunSpec, build
from rnnviz.workbench.sampling import Sampler, joined

STORY = Text("story", "the gate keeps a little, the gate drops a little. hello world. " * 20)
PROMPT = "the gate "


def parts(cell: str = "lstm", **settings: object) -> tuple[Task, Model, TrainingLoop]:
    spec = RunSpec(cell=cell, hidden=7, task_options={"length": 12}, text=STORY)
    spec = spec.with_values((f"model.{key}", value) for key, value in settings.items())
    loop = TrainingLoop(spec)
    loop.parameters.flat[:] *= 2.0  # let it have opinions
    return *build(spec), loop


def text_of(sampler: Sampler, task: Task, count: int = 30) -> str:
    return joined(task, tuple(sampler.take(count)))


@pytest.mark.parametrize("cell", CELLS)
def test_the_likeliest_is_that_of_a_run_of_all_so_far(cell: str) -> None:
    """Token by token from carried states, against the whole text run anew each time."""
    task, model, loop = parts(cell, layers=2)
    sampler = Sampler(task, model, loop.parameters, PROMPT, temperature=0.0)
    text = PROMPT
    for token in islice(sampler, 12):
        logits = model.forward(loop.parameters, task.typed(text).codes)["logits"][-1, 0]
        np.testing.assert_allclose(token.outputs, logits, rtol=2e-4, atol=2e-5)
        assert token.text == task.output_symbols[int(logits.argmax())]
        assert token.probability == pytest.approx(float(softmax(logits).max()), rel=1e-3)
        text += token.text


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    task, model, loop = parts()
    drawn = [text_of(Sampler(task, model, loop.parameters, PROMPT, seed=seed), task) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert len(drawn[0]) == 30


def test_temperature_sharpens_and_flattens() -> None:
    task, model, loop = parts()

    def likely(temperature: float) -> float:
        sampler = Sampler(task, model, loop.parameters, PROMPT, temperature=temperature, seed=3)
        return float(np.mean([np.log(token.probability) for token in sampler.take(300)]))

    assert likely(0.1) > likely(1.0) > likely(10.0)
    hot = Sampler(task, model, loop.parameters, PROMPT, temperature=100.0, seed=3)
    counts = np.bincount([token.code for token in hot.take(3000)], minlength=task.outputs)
    assert counts.min() > 0.5 * 3000 / task.outputs  # nearly even


def test_frequencies_are_the_probabilities() -> None:
    task, model, loop = parts()
    first = [next(Sampler(task, model, loop.parameters, PROMPT, seed=seed)) for seed in range(2000)]
    wanted = softmax(first[0].outputs)
    found = np.bincount([token.code for token in first], minlength=task.outputs) / 2000
    assert np.abs(found - wanted).max() < 5 * np.sqrt(wanted.max() / 2000)


def test_newer_parameters_serve_from_the_next_token_on() -> None:
    task, model, loop = parts()
    newer = model.parameters(loop.parameters.flat * -1.0)
    changed = Sampler(task, model, loop.parameters, PROMPT, temperature=0.0)
    kept = Sampler(task, model, loop.parameters, PROMPT, temperature=0.0)
    np.testing.assert_array_equal(next(changed).outputs, next(kept).outputs)
    changed.use(newer)
    assert not np.array_equal(next(changed).outputs, next(kept).outputs)
    swapped = next(changed)  # the state is still the older network's
    anew = Sampler(task, model, newer, PROMPT, temperature=0.0)
    assert not np.array_equal(swapped.outputs, list(anew.take(3))[-1].outputs)


def test_samplers_do_not_disturb_each_other() -> None:
    task, model, loop = parts()
    alone = text_of(Sampler(task, model, loop.parameters, PROMPT, seed=5), task)
    one, other = (Sampler(task, model, loop.parameters, PROMPT, seed=5) for _ in range(2))
    pairs = [(next(one).text, next(other).text) for _ in range(30)]
    assert "".join(a for a, _ in pairs) == "".join(b for _, b in pairs) == alone


def test_it_stops_behind_the_stop_token_or_at_the_length() -> None:
    task, model, loop = parts()
    sampler = Sampler(task, model, loop.parameters, PROMPT, seed=1)
    long = list(sampler.take(400, stop="."))
    assert long[-1].text == "."
    assert all(token.text != "." for token in long[:-1])
    assert len(list(sampler.take(7))) == 7


def test_an_empty_prompt_is_one_unknown_step() -> None:
    task, model, loop = parts()
    first = next(Sampler(task, model, loop.parameters, temperature=0.0))
    trace = model.forward(loop.parameters, np.array([[-1]], np.int32))
    np.testing.assert_allclose(first.outputs, trace["logits"][0, 0], rtol=1e-6)


def test_the_end_of_a_long_prompt_counts() -> None:
    task, model, loop = parts()
    prompt = "hello world. " * 60
    assert len(prompt) > TRACED_TOKENS
    whole, end = (Sampler(task, model, loop.parameters, text) for text in (prompt, prompt[-TRACED_TOKENS:]))
    np.testing.assert_array_equal(next(whole).outputs, next(end).outputs)


def test_rows_of_a_table_are_written_as_they_stand_in_it() -> None:
    spec = load_experiment("own-csv").spec
    task, model = build(spec)
    sampler = Sampler(task, model, TrainingLoop(spec).parameters, task.examples()[0])
    for token in sampler.take(3):
        typed = task.typed(token.text)
        assert typed.problem is None
        np.testing.assert_allclose(typed.x[0, 0], token.outputs, atol=1e-4)


def test_a_long_prompt_of_numbers_is_cut_between_two_of_them() -> None:
    task, model = build(RunSpec(task="signals"))
    parameters = TrainingLoop(RunSpec(task="signals")).parameters
    numbers = [f"{np.sin(k / 4):.3f}" for k in range(3 * TRACED_TOKENS + 7)]
    whole, end = (
        Sampler(task, model, parameters, " ".join(some)) for some in (numbers, numbers[-TRACED_TOKENS:])
    )
    assert text_of(whole, task) == text_of(end, task)


class Doubling(Task):
    """Two numbers in, two out; what goes in next is the half of what came out."""

    key = "doubling"
    symbols = False
    loss = "mse"
    generates = True
    inputs = outputs = 2
    length = 4
    baseline = 1.0
    pass_mark: PassMark | None = None

    def batch(self, rng: np.random.Generator, size: int) -> Batch:
        raise NotImplementedError

    def held_out(self, limit: int | None = None) -> list[Batch]:
        raise NotImplementedError

    def sample_text(self, rng: np.random.Generator) -> str:
        raise NotImplementedError

    def typed(self, text: str) -> Typed:
        rows = np.array([list(map(float, word.split(","))) for word in text.split()], np.float32)
        none = np.full((len(rows), 1), -1, np.int32)
        return Typed(text, tuple(text.split()), none, none, numbers=rows.reshape(-1, 1, 2))

    def feed(self, outputs: np.ndarray) -> np.ndarray:
        return outputs / 2


def test_numbers_go_back_as_the_task_feeds_them() -> None:
    task = Doubling({}, None)
    model = Model(ModelSpec("gru", inputs=2, outputs=2, hidden=5, symbols=False, loss="mse"))
    parameters = model.initial(np.random.default_rng(0))
    tokens = list(Sampler(task, model, parameters, "0.5,1 0.25,-1", temperature=0.7).take(4))
    x = task.typed("0.5,1 0.25,-1").x
    for token in tokens:
        outputs = model.forward(parameters, x)["logits"][-1, 0]
        np.testing.assert_allclose(token.outputs, outputs, rtol=1e-4)
        fed = (outputs / 2).astype(np.float32)
        x = np.concatenate([x, fed.reshape(1, 1, 2)])
        np.testing.assert_allclose(list(map(float, token.text.split(","))), fed, rtol=1e-4)
    assert joined(task, tuple(tokens)).count(" ") == 3
    empty = next(Sampler(task, model, parameters))
    np.testing.assert_allclose(
        empty.outputs, model.forward(parameters, np.zeros((1, 1, 2), np.float32))["logits"][0, 0], rtol=1e-6
    )


def test_what_cannot_write_is_refused() -> None:
    task, model, loop = parts(bidirectional=True)
    with pytest.raises(UserError, match=r"step-bidirectional"):
        Sampler(task, model, loop.parameters)
    task, model, loop = parts()
    for temperature in (-0.1, float("nan"), float("inf"), 101.0):
        with pytest.raises(UserError, match=r"option-range"):
            Sampler(task, model, loop.parameters, temperature=temperature)
    sampler = Sampler(task, model, loop.parameters)
    sampler.temperature = 0.0
    with pytest.raises(UserError, match=r"option-range"):
        sampler.temperature = -1.0
    assert sampler.temperature == 0.0
    recall = make_task("recall", {}, None)
    with pytest.raises(UserError, match=r"sample-task"):
        Sampler(recall, model, loop.parameters)


@pytest.mark.parametrize("key", experiment_keys())
def test_what_every_task_generates_it_can_read_again(key: str) -> None:
    loop = TrainingLoop(load_experiment(key).spec)
    task, model = loop.task, loop.model
    if not task.generates:
        with pytest.raises(UserError, match=r"sample-task"):
            Sampler(task, model, loop.parameters)
        return
    for prompt in ("", task.examples()[0]):
        text = joined(task, tuple(Sampler(task, model, loop.parameters, prompt).take(9)))
        typed = task.typed(text)
        assert len(typed.tokens) == 9
        readable = typed.codes >= 0 if typed.numbers is None else np.isfinite(typed.numbers)
        assert readable.all()  # though an untrained network keeps to no grammar
