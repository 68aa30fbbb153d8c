"""The workbench: every command a person can give, each answered with a new frame."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files.experiment import Experiment, with_fitting_text
from rnnviz.files.session import Session, load_session, save_session
from rnnviz.files.texts import named_text, read_text_file
from rnnviz.tasks import Task
from rnnviz.training.spec import LIVE, build
from rnnviz.workbench.colouring import Colourist, ColourView
from rnnviz.workbench.composing import composed
from rnnviz.workbench.frame import Frame, Notice, View
from rnnviz.workbench.lab.commands import LabCommands
from rnnviz.workbench.reading import Reading
from rnnviz.workbench.run import Run
from rnnviz.workbench.trouble import SAFE_CLIP, safe_rate, trouble
from rnnviz.workbench.writer import Writer, WriteSettings

TEXT_LIMIT = 10_000


class Workbench(LabCommands):
    """One open session: a model and its training run, a typed text and a place in it.

    Not for several threads. Every command returns the new frame; one that cannot be carried out raises
    UserError and leaves everything as it was.
    """

    frame: Frame

    def __init__(self, opened: Experiment | Session) -> None:
        super().__init__()
        self.speed = 10
        self._serial = 0
        self._notice: Notice | None = None
        self._reading = Reading()
        self._colourist = Colourist()
        self._writer = Writer()
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
        self._reading.begin(self._run, opened.view)
        self._compose()

    # --- what is open -----------------------------------------------------------------------------

    def open(self, opened: Experiment | Session) -> Frame:
        """Leave the present session for another; the old one's worker ends."""
        run = Run(opened.spec, opened if isinstance(opened, Session) else None)
        self._run.close()
        self._run, self._notice = run, None
        self._writer.forget()
        self._begin(opened)
        return self.frame

    def open_session(self, path: Path) -> Frame:
        """Open a session file. Raises UserError when it cannot be read; nothing changes then."""
        return self.open(load_session(path))

    def session(self) -> Session:
        """All that a session file keeps."""
        at = self._reading.view
        view: dict[str, Value] = {
            "text": self._reading.text,
            "cursor": at.cursor + 1,
            "unit": at.unit,
            "layer": at.layer,
            "whole_loss": at.whole_loss,
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
        self._reading.type(self._run, text[:TEXT_LIMIT], cursor, caret)
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
        return self._look(replace(self._reading.view, cursor=step))

    def set_unit(self, unit: int) -> Frame:
        """Choose a unit (from 0)."""
        return self._look(replace(self._reading.view, unit=unit))

    def set_layer(self, layer: int) -> Frame:
        """Look at another layer (from 0)."""
        self._reading.view = replace(self._reading.view, layer=layer)
        self._reading.trace(self._run)
        self._reading.sort(self._run)
        return self._compose()

    def set_whole_loss(self, whole: bool) -> Frame:
        """Take gradients of the summed loss instead of the loss at the cursor."""
        return self._look(replace(self._reading.view, whole_loss=whole))

    def next_unit(self, places: int) -> Frame:
        """Choose the unit `places` rows further down in the order on screen."""
        colouring = self.frame.colouring
        order = list(self._reading.order if colouring is None else colouring.order)
        place = order.index(self._reading.view.unit) + places
        return self.set_unit(int(order[min(max(place, 0), len(order) - 1)]))

    def colour(self, view: ColourView | None) -> Frame:
        """Colour a text by the chosen unit, with the next frames too; None for no colouring."""
        self._colourist.view = view
        return self._compose()

    def write(self, settings: WriteSettings | None) -> Frame:
        """Let the network write on from the typed text, see `write_more`; None ends it."""
        if settings is None:
            self._writer.end()
        else:
            self._writer.begin(self._run, self._reading.text, settings)
        return self._compose()

    def write_more(self, seconds: float) -> bool:
        """Write for about so long with the newest parameters; whether the frame has anything new."""
        if self._writer.written is None or not self._writer.more(self._run, seconds):
            return False
        self.frame = replace(self.frame, written=self._writer.written)
        return True

    def resort(self) -> Frame:
        """Sort the units anew by how long they hold."""
        self._reading.sort(self._run)
        return self._compose()

    # --- settings ---------------------------------------------------------------------------------

    def set_value(self, key: str, value: object) -> Frame:
        """Change a setting by its dotted key: at once where a run allows it, else at the next reset.

        "task.text" takes the name of a text. Raises UserError for what no setting can be.
        """
        content = named_text(str(value)) if key == "task.text" and isinstance(value, str) else value
        wanted = self._wanted.with_value(key, content)
        if key.startswith("task.") and key != "task.text":
            wanted = with_fitting_text(wanted, self._wanted)
        if key in LIVE:
            self._run.change(key, wanted.value(key))
        self._wanted = wanted
        return self._compose()

    def use_text_file(self, path: Path) -> Frame:
        """Choose a UTF-8 file to train on from the next reset on."""
        text = read_text_file(path)
        values = {"name": text.name, "count": len(text.content)}
        notice = Notice("notice.text-ready", values, actions=("reset",), grave=False)
        return self.want({"task.text": text}, notice)

    def want(self, values: Mapping[str, object], notice: Notice) -> Frame:
        """Change several settings at once, from the next reset on, and say so; "task.text" takes a `Text`."""
        wanted = self._wanted.with_values(values.items())
        build(wanted)  # what this task cannot use is refused now, not at the reset
        self._wanted = wanted
        return self._say(notice)

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
        run, before = Run(self._wanted, None), self._run.task
        self._run.close()
        self._run, self._notice = run, None
        self._writer.forget()
        self._wanted = run.spec
        self._reading.reread(run)
        if self.frame.steps and _reads_otherwise(before, run.task):
            self._reading.type(run, run.task.examples()[0], None, None)
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
            self.set_value("training.learning_rate", safe_rate(self._wanted.training.optimiser))
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
        return trouble(self._run, self._wanted.training)

    def _follow(self, was: str) -> None:
        """Trace the text with the parameters just taken; say what ended the run, if something did."""
        run, reading = self._run, self._reading
        reading.trace(run)
        if run.status != "training" and was == "training":
            reading.sort(run)
            reading.colour(run, steady=False)
        if run.status != was and run.status in ("diverged", "stopped"):
            self._notice = self._trouble()

    def _look(self, view: View) -> Frame:
        self._reading.look(self._run, view)
        return self._compose()

    def _say(self, notice: Notice) -> Frame:
        self._notice = notice
        return self._compose()

    def _compose(self) -> Frame:
        run, reading = self._run, self._reading
        reading.colour(run, steady=run.status == "training")
        self._serial += 1
        self.frame = composed(
            run,
            reading,
            serial=self._serial,
            experiment=self._experiment,
            wanted=self._wanted,
            pending=self.pending,
            notice=self._notice,
            lab=self._lab_frame(),
            written=self._writer.written,
        )
        colouring = self._colourist.colour(self.frame, run.task, run.model, run.parameters)
        if colouring is not None:
            self.frame = replace(self.frame, colouring=colouring)
        return self.frame


def _reads_otherwise(before: Task, after: Task) -> bool:
    """Whether what was typed for one task means nothing to another."""
    if before.key != after.key or before.channels != after.channels:
        return True
    return after.input != "text" and before.vocabulary != after.vocabulary
