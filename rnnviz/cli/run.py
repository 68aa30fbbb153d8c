"""`run`: train an experiment, or go on with a session, without a window."""

import argparse
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rnnviz.cli.experimentpage import page
from rnnviz.cli.interrupt import INTERRUPTED, Interrupt
from rnnviz.cli.terminal import Terminal
from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import make_folder, write_atomically
from rnnviz.files.experiment import Experiment, experiments, load_experiment, with_settings
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session, save_session
from rnnviz.training.curves import CurveRecorder, StepStats
from rnnviz.training.loop import BlowUp, TrainingLoop
from rnnviz.training.spec import LIVE, RunSpec
from rnnviz.workbench.summary import run_summary

MOST_STEPS = 10**9
BLOWN_UP = 1


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("experiment", metavar="EXPERIMENT", help=say("cli.run.experiment"))
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=say("cli.run.set"))
    parser.add_argument("--steps", type=int, metavar="N", help=say("cli.run.steps"))
    parser.add_argument("--seed", type=int, metavar="S", help=say("cli.run.seed"))
    parser.add_argument("--out", metavar="DIR", help=say("cli.run.out"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help=say("cli.json"))
    how.add_argument("--markdown", action="store_true", help=say("cli.run.markdown"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Train, write session and history, and report the score on held-out data.

    With --markdown: train from several seeds and print the page docs/experiments.md instead.
    """
    if arguments.markdown:
        return _print_page(arguments, terminal)
    settings = _settings(arguments)
    opened = open_source(arguments.experiment)
    if isinstance(opened, Session):
        for dotted in settings:
            if dotted not in LIVE:
                raise UserError("error.setting-needs-reset", key=dotted)
    spec = with_settings(opened.spec, settings)
    count = spec.training.steps if arguments.steps is None else arguments.steps
    if not 0 <= count <= MOST_STEPS or (arguments.steps is None and count == 0):
        raise UserError("error.cli-steps", value=count, limit=MOST_STEPS)
    out = None if arguments.out is None else result_folder(Path(arguments.out))
    run = _Run.start(opened, spec)
    run.train(count, terminal)
    if run.blow_up is not None:
        terminal.note(run.blow_up.key, **run.blow_up.to_record())
    if out is not None:
        run.write(opened, out)
    score = run.loop.evaluate()
    speed = len(run.rows) / run.seconds if run.rows else math.nan
    key = opened.key if isinstance(opened, Experiment) else opened.experiment
    loop = run.loop
    said = run_summary(
        key,
        loop.spec,
        parameters=loop.model.size,
        steps=loop.step_count,
        score=score,
        baseline=loop.task.baseline,
        pass_mark=loop.task.pass_mark,
        steps_per_s=speed,
    )
    _report(said, score, arguments.json, terminal)
    if run.interrupted:
        return INTERRUPTED
    return 0 if run.blow_up is None or opened.expect == "blow-up" else BLOWN_UP


def _print_page(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Raises UserError "error.cli-run-markdown" for other options beside it."""
    if arguments.set or any(getattr(arguments, k) is not None for k in ("steps", "seed", "out")):
        raise UserError("error.cli-run-markdown")
    every = arguments.experiment == "all"
    chosen = list(experiments()) if every else [load_experiment(arguments.experiment)]

    def follow(done: int, count: int) -> None:
        terminal.progress("run.page-progress", done=done, count=count)

    try:
        written = page(chosen, terminal.catalogue, follow)
    finally:
        terminal.clear_progress()
    terminal.result(written.rstrip("\n"))
    return 0


@dataclass
class _Run:
    """A training run under way: the loop, its curves, and one row a step for the history."""

    loop: TrainingLoop
    recorder: CurveRecorder
    rows: list[StepStats] = field(default_factory=list)
    seconds: float = 0.0
    blow_up: BlowUp | None = None
    interrupted: bool = False

    @classmethod
    def start(cls, opened: Experiment | Session, spec: RunSpec) -> "_Run":
        if isinstance(opened, Session):
            return cls(TrainingLoop(spec, opened.state), CurveRecorder(opened.curves))
        run = cls(TrainingLoop(spec), CurveRecorder())
        run.recorder.extend([run.loop.measure()])
        return run

    def train(self, count: int, terminal: Terminal) -> None:
        """``count`` steps; fewer when the run blows up or the user interrupts it."""
        began = time.perf_counter()
        with Interrupt() as interrupt:
            for done in range(count):
                if interrupt.wanted:
                    self.interrupted = True
                    break
                try:
                    row = self.loop.step()
                except BlowUp as blow_up:
                    self.blow_up = blow_up
                    break
                self.rows.append(row)
                self.recorder.extend([row])
                terminal.progress("run.progress", done=done + 1, count=count, loss=f"{row.loss:.3f}")
        self.seconds = time.perf_counter() - began
        terminal.clear_progress()

    def write(self, opened: Experiment | Session, folder: Path) -> None:
        """``session.rnnviz`` and ``history.csv``, the latter with the steps of this run alone."""
        key = opened.key if isinstance(opened, Experiment) else opened.experiment
        session = Session(
            key, self.loop.spec, self.loop.state(), self.recorder.curves(), opened.view, opened.expect
        )
        save_session(folder / "session.rnnviz", session)
        lines = ["step,loss,accuracy,grad_norm,clipped"]
        lines += [
            f"{row.step},{row.loss:.17g},{row.accuracy:.17g},{row.grad_norm:.17g},{int(row.clipped)}"
            for row in self.rows
        ]
        history = "\n".join(lines).encode() + b"\n"
        write_atomically(folder / "history.csv", lambda stream: stream.write(history))


def _settings(arguments: argparse.Namespace) -> dict[str, object]:
    """The settings of the command line by dotted key; later ones win.  Raises UserError "error.cli-set"."""
    settings = given_settings(arguments.set)
    if arguments.seed is not None:
        settings["training.seed"] = arguments.seed
    return settings


def given_settings(words: Sequence[str]) -> dict[str, object]:
    """KEY=VALUE words by dotted key; later ones win.  Raises UserError "error.cli-set"."""
    settings: dict[str, object] = {}
    for word in words:
        dotted, equals, value = word.partition("=")
        if not equals or not dotted.strip():
            raise UserError("error.cli-set", value=word)
        settings[dotted.strip()] = value.strip()
    return settings


def result_folder(path: Path) -> Path:
    """The folder for the results, there and writable before any time goes into training."""
    make_folder(path)
    if not os.access(path, os.W_OK | os.X_OK):
        raise UserError("error.write-not-allowed", path=str(path), reason=os.strerror(13))
    return path


def _report(
    summary: dict[str, object], score: Mapping[str, float], as_json: bool, terminal: Terminal
) -> None:
    if as_json:
        terminal.result_json(summary)
        return
    say = terminal.catalogue.text
    shown = {key: _short(value) if isinstance(value, float) else value for key, value in summary.items()}
    terminal.result(say("run.what", **shown))
    terminal.result(say("run.score", **shown))
    mark = summary["pass_mark"]
    if isinstance(mark, dict):
        key = "run.passed" if summary["passed"] else "run.not-passed"
        for metric, value in mark.items():
            reached = _short(score.get(metric, math.nan))
            terminal.result(say(key, metric=metric, value=_short(value), score=reached))


def _short(value: float) -> str:
    """Four digits; a dash for what does not apply."""
    return "–" if math.isnan(value) else f"{value:.4g}"
