"""The workbench: every command a person can give, each answered with a new frame."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files.experiment import Experiment
from rnnviz.files.session import Session, load_session, save_session
from rnnviz.files.texts import named_text, read_text_file
from rnnviz.training.spec import LIVE, build
from rnnviz.workbench.colouring import Colourist, ColourView
from rnnviz.workbench.frame import Frame, Notice, RunView, TypedRun, View
from rnnviz.workbench.probe import gradient_curve, holding_order, layer_names, run_typed
from rnnviz.workbench.ranges import Ranges, ranges_of
from rnnviz.workbench.run import Run

SAFE_CLIP = 1.0
SAFE_RATE, SAFE_RATE_SGD = 0.01, 0.1  # small toy models learn with these
TEXT_LIMIT = 10_000


class Workbench:
    """One open session: a model and its training run, a typed text and a place in it.

    Not for several threads. Every command returns the new frame; one that cannot be carried out raises
    UserError and leaves everything as it was.
    """

    def __init__(self, opened: Experiment | Session) -> None:
        self.speed = 10
        self._serial = 0
        self._notice: Notice | None = None
        self._view = View()
        self._text = ""
        self._ranges: Ranges = {}
        self._typed_run: TypedRun | None = None
        self._colourist = Colourist()
        self._run = Run(opened.spec, opened if isinstance(opened, Session) else None)
        self._begin(opened)

    @property
    def run(self) -> Run:
        """The training run and the newest parameters."""
        return self._run

    def _begin(self, opened: Experiment | Session) -> None:
        """Show what was opened from its own point of view."""
        self._experiment = opened.experiment if isinstance(opened, Session) else opened.key
        self._expect = opened.expect
        self._wanted = self._run.spec
        view = opened.view
        self._text = str(view.get("text", ""))
        self._view = View(
            cursor=int(view.get("cursor", len(self._text))) - 1,
            unit=int(view.get("unit", 0)),
            layer=int(view.get("layer", 0)),
            whole_loss=bool(view.get("whole_loss", self._view.whole_loss)),
        )
        self._ranges = {}
        self._retype()
        self._resort()
        self._compose()

    # --- what is open -----------------------------------------------------------------------------

    def open(self, opened: Experiment | Session) -> Frame:
        """Leave the present session for another; the old one's worker ends."""
        run = Run(opened.spec, opened if isinstance(opened, Session) else None)
        self._run.close()
        self._run, self._notice = run, None
        self._begin(opened)
        return self.frame

    def open_session(self, path: Path) -> Frame:
        """Open a session file. Raises UserError when it cannot be read; nothing changes then."""
        return self.open(load_session(path))

    def session(self) -> Session:
        """All that a session file keeps."""
        view: dict[str, Value] = {
            "text": self._text,
            "cursor": self._view.cursor + 1,
            "unit": self._view.unit,
            "layer": self._view.layer,
            "whole_loss": self._view.whole_loss,
        }
        return Session(
            experiment=self._experiment,
            spec=self._run.spec,
            state=self._run.state,
            curves=self._run.curves,
            view=view,
            expect=self._expect,
        )

    def save(self, path: Path) -> Frame:
        """Write a session file. Raises UserError when the place cannot be written."""
        self.pause()
        save_session(path, self.session())
        return self._say(Notice("notice.saved", {"name": path.name}, grave=False))

    def close(self) -> None:
        """End the worker; the workbench is of no use afterwards."""
        self._run.close()

    # --- the typed text ---------------------------------------------------------------------------

    def set_text(self, text: str, cursor: int | None = None, *, caret: int | None = None) -> Frame:
        """Type: trace `text` (its first 512 tokens) with the newest parameters, and look at a step of it.

        That is the step `cursor`, or the one where the `caret` stands (a number of characters); without
        either it follows the end. A text of more than 10,000 characters is cut and that is said.
        """
        over = len(text) - TEXT_LIMIT
        self._text = text[:TEXT_LIMIT]
        self._typed = self._run.task.typed(self._text)
        last = len(self._typed.tokens) - 1
        if caret is not None:
            cursor = self._typed.step_at(caret)
        self._view = replace(self._view, cursor=last if cursor is None else min(cursor, last))
        self._retrace()
        if over > 0:
            return self._say(Notice("notice.paste-cut", {"limit": TEXT_LIMIT, "over": over}))
        return self._compose()

    def starters(self) -> tuple[str, ...]:
        """Three beginnings for somebody facing an empty line: out of the training text, or examples."""
        if self._run.task.input != "text" or self._run.spec.text is None:
            return self._run.task.examples()
        text = self._run.spec.text.content
        sentences = (s.strip() for s in re.split(r"[.,;!?。，；！？\n]", text[:4000]))
        return tuple(dict.fromkeys(s for s in sentences if 5 <= len(s) <= 22))[:3]

    def set_cursor(self, step: int) -> Frame:
        """Look at another step (from 0)."""
        return self._look(replace(self._view, cursor=step))

    def set_unit(self, unit: int) -> Frame:
        """Choose a unit (from 0)."""
        return self._look(replace(self._view, unit=unit))

    def set_layer(self, layer: int) -> Frame:
        """Look at another layer (from 0)."""
        self._view = replace(self._view, layer=layer)
        self._retrace()
        self._resort()
        return self._compose()

    def set_whole_loss(self, whole: bool) -> Frame:
        """Take gradients of the summed loss instead of the loss at the cursor."""
        return self._look(replace(self._view, whole_loss=whole))

    def next_unit(self, places: int) -> Frame:
        """Choose the unit `places` rows further down in the order on screen."""
        colouring = self.frame.colouring
        order = list(self._order if colouring is None else colouring.order)
        place = order.index(self._view.unit) + places
        return self.set_unit(int(order[min(max(place, 0), len(order) - 1)]))

    def colour(self, view: ColourView | None) -> Frame:
        """Colour a text by the chosen unit, with the next frames too; None for no colouring."""
        self._colourist.view = view
        return self._compose()

    def resort(self) -> Frame:
        """Sort the units anew by how long they hold."""
        self._resort()
        return self._compose()

    # --- settings ---------------------------------------------------------------------------------

    def set_value(self, key: str, value: object) -> Frame:
        """Change a setting by its dotted key: at once where a run allows it, else at the next reset.

        "task.text" takes the name of a text. Raises UserError for what no setting can be.
        """
        content = named_text(str(value)) if key == "task.text" and isinstance(value, str) else value
        wanted = self._wanted.with_value(key, content)
        if key in LIVE:
            self._run.change(key, wanted.value(key))
        self._wanted = wanted
        return self._compose()

    def use_text_file(self, path: Path) -> Frame:
        """Choose a UTF-8 file to train on from the next reset on."""
        text = read_text_file(path)
        wanted = self._wanted.with_value("task.text", text)
        build(wanted)  # a text that this task cannot use is refused now, not at the reset
        self._wanted = wanted
        values = {"name": text.name, "count": len(text.content)}
        return self._say(Notice("notice.text-ready", values, actions=("reset",), grave=False))

    @property
    def pending(self) -> frozenset[str]:
        """The settings that wait for a reset."""
        now, wanted = self._run.spec.settings(), self._wanted.settings()
        changed = {k for k in now.keys() | wanted.keys() if now.get(k) != wanted.get(k)} - LIVE
        if self._run.spec.text != self._wanted.text:
            changed.add("task.text")
        return frozenset(changed)

    # --- training ---------------------------------------------------------------------------------

    def train(self) -> Frame:
        """Let the worker run; a run that has reached its budget goes on for as many steps again."""
        self._notice = None
        self._run.train(self.speed)
        self._follow_budget()
        return self._compose()

    def _follow_budget(self) -> None:
        """A run that goes on beyond its end has moved the end; the setting says so."""
        self._wanted = self._wanted.with_value("training.steps", self._run.budget)

    def pause(self) -> Frame:
        """Stop after the present step; parameters and screen then agree exactly."""
        was = self._run.status
        if self._run.pause():
            self._follow(was)
        return self._compose()

    def step(self) -> Frame:
        """One training step."""
        self._notice = None
        self._run.step()
        self._follow_budget()
        return self._compose()

    def reset(self) -> Frame:
        """Begin anew from the seed with the settings wanted; the same seed gives the same start."""
        run = Run(self._wanted, None)
        self._run.close()
        self._run, self._notice, self._ranges = run, None, {}
        self._wanted = run.spec
        self._retype()
        self._retrace()
        self._resort()
        return self._compose()

    def set_speed(self, steps: int) -> Frame:
        """Steps a screen frame: 1, 10, or 0 for as many as the worker can."""
        self.speed = steps
        self._run.set_speed(steps)
        return self._compose()

    def pull(self) -> Frame | None:
        """Take the newest the trainer has, without waiting; None when nothing is new."""
        was = self._run.status
        if not self._run.pull():
            return None
        self._follow(was)
        return self._compose()

    def act(self, action: str) -> Frame:
        """Carry out an action that a notice offers."""
        self._notice = None
        if action == "reset-with-rate":
            self.set_value("training.learning_rate", _safe_rate(self._wanted.training.optimiser))
            return self.reset()
        if action == "reset-with-clip":
            self.set_value("training.clip", SAFE_CLIP)
            return self.reset()
        if action == "reset":
            return self.reset()
        if action == "restart":
            self._run.restart()
        return self._compose()

    def dismiss(self) -> Frame:
        """Take the notice away."""
        self._notice = None
        return self._compose()

    def report(self, error: UserError) -> Frame:
        """Show what a command could not do."""
        return self._say(Notice(error.key, error.values))

    # --- inside -----------------------------------------------------------------------------------

    def _trouble(self) -> Notice:
        values: Mapping[str, object] = self._run.trouble
        if self._run.status == "stopped":
            return Notice("notice.stopped", values, "notice.stopped-safe", ("restart",))
        settings = self._wanted.training
        rate = _safe_rate(settings.optimiser)
        if settings.learning_rate > 10 * rate:
            actions: tuple[str, ...] = ("reset-with-rate", "reset")
        elif not 0 < settings.clip <= SAFE_CLIP:
            actions = ("reset-with-clip", "reset")
        else:
            actions = ("reset",)
        return Notice(str(values["key"]), {**values, "rate": rate}, actions=actions)

    def _follow(self, was: str) -> None:
        """Trace the text with the parameters just taken; say what ended the run, if something did."""
        self._retrace()
        if self._run.status != "training" and was == "training":
            self._resort()
            self._ranges = self._ranges_now(steady=False)
        if self._run.status != was and self._run.status in ("diverged", "stopped"):
            self._notice = self._trouble()

    def _retype(self) -> None:
        self._typed = self._run.task.typed(self._text)
        self._retrace()

    def _retrace(self) -> None:
        spec = self._run.spec
        self._view = self._view.within(
            len(self._typed.tokens), spec.hidden, len(layer_names(self._run.model))
        )
        self._typed_run = run_typed(self._run.model, self._run.parameters, self._typed, self._view)

    def _within(self, view: View) -> View:
        model = self._run.model
        return view.within(len(self._typed.tokens), model.spec.hidden, len(layer_names(model)))

    def _look(self, view: View) -> Frame:
        before, self._view = self._view, self._within(view)
        moved = (before.cursor, before.whole_loss) != (self._view.cursor, self._view.whole_loss)
        if moved and self._typed_run is not None:
            gradient = gradient_curve(
                self._run.model, self._run.parameters, self._typed_run.trace, self._view
            )
            self._typed_run = replace(self._typed_run, gradient=gradient)
        return self._compose()

    def _resort(self) -> None:
        self._order = holding_order(self._run.model, self._typed_run)

    def _ranges_now(self, *, steady: bool) -> Ranges:
        values = self._typed_run.values if self._typed_run is not None else None
        return ranges_of(self._run.model.quantities, values, self._ranges, steady=steady)

    def _say(self, notice: Notice) -> Frame:
        self._notice = notice
        return self._compose()

    def _compose(self) -> Frame:
        run, model = self._run, self._run.model
        self._ranges = self._ranges_now(steady=run.status == "training")
        self._serial += 1
        self.frame = Frame(
            serial=self._serial,
            experiment=self._experiment,
            spec=run.spec,
            wanted=self._wanted,
            pending=self.pending,
            parameters=model.size,
            quantities=model.quantities,
            states=model.cell.memories,
            layers=layer_names(model),
            symbols=run.task.output_symbols,
            typed=self._typed,
            view=self._view,
            order=self._order,
            ranges=self._ranges,
            typed_run=self._typed_run,
            run=self._run_view(),
            notice=self._notice,
            vocabulary=run.task.vocabulary.symbols if run.task.vocabulary is not None else (),
            channels=run.task.channels,
            output_channels=run.task.output_channels,
            input=run.task.input,
            loss=run.task.loss,
        )
        colouring = self._colourist.colour(self.frame, run.task, model, run.parameters)
        if colouring is not None:
            self.frame = replace(self.frame, colouring=colouring)
        return self.frame

    def _run_view(self) -> RunView:
        run = self._run
        curves = run.curves
        return RunView(
            status=run.status,
            step=run.step_number,
            budget=run.budget,
            steps_per_s=run.steps_per_s,
            loss=float(curves.loss[-1]) if len(curves.loss) else math.nan,
            held_out=float(curves.held_out[-1]) if len(curves.held_out) else math.nan,
            accuracy=float(curves.accuracy[-1]) if len(curves.accuracy) else math.nan,
            baseline=run.task.baseline,
            uniform=run.task.uniform,
            pass_mark=run.task.pass_mark,
            clip=self._wanted.training.clip,
            clipped=curves.clipped_steps,
            curves=curves,
        )


def _safe_rate(optimiser: str) -> float:
    """A learning rate to offer after a blow-up: adaptive optimisers want a smaller one than plain descent."""
    return SAFE_RATE_SGD if optimiser == "sgd" else SAFE_RATE
