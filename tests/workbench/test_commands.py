"""Any commands in any order: whatever a person does, the frame fits together and its numbers are right."""

from __future__ import annotations

from time import monotonic

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment
from rnnviz.tasks import Text
from rnnviz.tasks.base import TRACED_TOKENS
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.workbench import TEXT_LIMIT, Workbench

CONTENT = "the gate keeps a little. hello world, hello memory. " * 8
DEADLINE_S = 30.0
anything = st.text(st.characters(), max_size=30)
familiar = st.text(sorted(set(CONTENT)), max_size=40)
# What is about as long as what is traced, and what is longer than what may be typed.
long = st.integers(500, 530).map(lambda n: "ab" * (n // 2)) | st.just("gate" * 2600)
places = st.integers(-5, 600)


class Commands(RuleBasedStateMachine):
    """A workbench on a network of five units."""

    def __init__(self) -> None:
        super().__init__()
        spec = RunSpec(hidden=5, layers=2, task_options={"length": 8}, text=Text("story", CONTENT, "user"))
        spec = spec.with_value("training.batch", 2)
        self.bench = Workbench(Experiment("any", spec, {"text": "hello"}))

    def teardown(self) -> None:
        self.bench.close()

    def attempt(self, key: str, value: object) -> None:
        """A setting; one that is refused must leave the frame as it was."""
        before = self.bench.frame
        try:
            self.bench.set_value(key, value)
        except UserError:
            assert self.bench.frame is before

    @rule(text=anything | familiar | long)
    def type_text(self, text: str) -> None:
        frame = self.bench.set_text(text)
        assert frame.typed.text == text[:TEXT_LIMIT]
        assert frame.view.cursor == max(0, frame.steps - 1)

    @rule(text=familiar, cursor=places)
    def type_with_caret(self, text: str, cursor: int) -> None:
        self.bench.set_text(text, cursor)

    @rule(step=places)
    def look_at_step(self, step: int) -> None:
        frame = self.bench.set_cursor(step)
        assert frame.view.cursor == min(max(step, 0), max(frame.steps - 1, 0))

    @rule(unit=places)
    def choose_unit(self, unit: int) -> None:
        frame = self.bench.set_unit(unit)
        assert frame.view.unit == min(max(unit, 0), frame.hidden - 1)

    @rule(rows=st.integers(-9, 9))
    def walk_units(self, rows: int) -> None:
        self.bench.next_unit(rows)

    @rule(layer=st.integers(-2, 9))
    def choose_layer(self, layer: int) -> None:
        self.bench.set_layer(layer)

    @rule(whole=st.booleans())
    def choose_loss(self, whole: bool) -> None:
        self.bench.set_whole_loss(whole)

    @rule()
    def sort(self) -> None:
        self.bench.resort()

    @rule(cell=st.sampled_from(["rnn", "lstm", "gru", "none"]))
    def choose_cell(self, cell: str) -> None:
        self.attempt("model.cell", cell)

    @rule(hidden=st.sampled_from([0, 1, 2, 7, 100, 10_000, "9", "x"]), layers=st.integers(0, 3))
    def choose_size(self, hidden: object, layers: int) -> None:
        self.attempt("model.hidden", hidden)
        self.attempt("model.layers", layers)

    @rule(rate=st.sampled_from([0.0, 0.01, -1.0, float("nan"), "1e-3", "fast"]))
    def choose_rate(self, rate: object) -> None:
        self.attempt("training.learning_rate", rate)

    @rule(length=st.sampled_from([1, 2, 12, 512]), seed=st.integers(0, 2))
    def choose_task(self, length: int, seed: int) -> None:
        self.attempt("task.length", length)
        self.attempt("training.seed", seed)

    @rule()
    def reset(self) -> None:
        before = self.bench.frame
        try:
            frame = self.bench.reset()
        except UserError:
            assert before.wanted.task_options["length"] == 512
            assert self.bench.frame is before
        else:
            assert frame.run.step == 0
            assert not frame.pending
            assert frame.typed.text == before.typed.text

    @rule()
    def train_a_step(self) -> None:
        step, end = self.bench.frame.run.step, monotonic() + DEADLINE_S
        self.bench.step()
        while self.bench.frame.run.step == step or self.bench.frame.run.running:
            assert monotonic() < end
            self.bench.run._trainer._child.pipe.poll(0.02)
            self.bench.pull()
        assert self.bench.frame.run.step == step + 1

    @invariant()
    def the_view_is_somewhere(self) -> None:
        frame = self.bench.frame
        assert 0 <= frame.view.cursor < max(frame.steps, 1)
        assert 0 <= frame.view.unit < frame.hidden
        assert 0 <= frame.view.layer < frame.spec.layers
        assert sorted(frame.order) == list(range(frame.hidden))

    @invariant()
    def the_typed_text_is_traced(self) -> None:
        frame = self.bench.frame
        typed = frame.typed
        assert frame.steps <= TRACED_TOKENS
        assert frame.steps + typed.dropped == len(typed.text)
        assert typed.codes.shape == typed.targets.shape == (frame.steps, 1)
        assert (frame.typed_run is None) == (frame.steps == 0)
        for token, code in zip(typed.tokens, typed.codes[:, 0], strict=True):
            assert frame.symbols[code] == token if code >= 0 else token not in frame.symbols

    @invariant()
    def the_numbers_fit_together(self) -> None:
        frame, run = self.bench.frame, self.bench.frame.typed_run
        assert set(frame.ranges) == {q.key for q in frame.quantities}
        assert all(np.isfinite(low) and low < high for low, high in frame.ranges.values())
        if run is None:
            return
        shape = (frame.steps, frame.hidden)
        assert set(run.values) == set(frame.ranges)
        assert all(v.shape == shape and np.isfinite(v).all() for v in run.values.values())
        assert all(v.shape == shape and np.isfinite(v).all() for v in run.before.values())
        for q in frame.quantities:
            assert q.low is None or run.values[q.key].min() >= q.low
            assert q.high is None or run.values[q.key].max() <= q.high
        p = run.probabilities
        assert p.shape == (frame.steps, len(frame.symbols))
        np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-5)
        np.testing.assert_array_equal(np.take_along_axis(p, run.top, 1), -np.sort(-p, axis=1)[:, :3])
        counted = run.targets >= 0
        assert not counted[-1]
        assert np.isnan(run.loss[~counted]).all()
        shares = p[counted, run.targets[counted]]
        np.testing.assert_allclose(run.loss[counted], -np.log(shares), rtol=1e-3, atol=1e-5)

    @invariant()
    def gradients_belong_to_their_loss(self) -> None:
        frame, run, bench = self.bench.frame, self.bench.frame.typed_run, self.bench.run
        if run is None or not np.isfinite(run.loss).any():
            assert run is None or run.gradient is None
            return
        curve, weights = run.gradient, None
        assert (curve.loss_step is None) == frame.view.whole_loss
        if curve.loss_step is not None:
            assert np.isfinite(run.loss[curve.loss_step])
            weights = np.zeros((frame.steps, 1), np.float32)
            weights[curve.loss_step] = 1
        trace = bench.model.forward(bench.parameters, frame.typed.codes, frame.typed.targets)
        states = bench.model.backward(bench.parameters, trace, weights).states
        for state in frame.states:
            expected = np.sqrt((states[f"layer{frame.view.layer}/d_{state}"][:, 0] ** 2).sum(axis=-1))
            np.testing.assert_allclose(curve.norms[state], expected, rtol=1e-4, atol=1e-12)
            if curve.loss_step is not None:
                assert (curve.norms[state][curve.loss_step + 1 :] == 0).all()

    @invariant()
    def what_waits_is_what_differs(self) -> None:
        frame = self.bench.frame
        now, wanted = frame.spec.settings(), frame.wanted.settings()
        for key in frame.pending:
            assert now.get(key) != wanted.get(key)
        assert frame.spec.training.learning_rate == frame.wanted.training.learning_rate


TestCommands = Commands.TestCase
TestCommands.settings = settings(max_examples=25, stateful_step_count=25)
