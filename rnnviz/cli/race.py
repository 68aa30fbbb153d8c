"""`race`: let configurations compete on the same data, without a window."""

import argparse
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rnnviz.cli.interrupt import INTERRUPTED, Interrupt
from rnnviz.cli.run import BLOWN_UP, MOST_STEPS, given_settings, result_folder
from rnnviz.cli.terminal import Terminal
from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import write_bytes
from rnnviz.files.experiment import Experiment, with_settings
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.workbench.race.choose import SEEDS, race_experiments, race_planned, race_varied
from rnnviz.workbench.race.frame import RaceFrame, Racer
from rnnviz.workbench.race.race import Race
from rnnviz.workbench.race.seeds import parse_seeds
from rnnviz.workbench.race.spec import RaceSpec
from rnnviz.workbench.race.tables import curves_csv, results_csv, summaries, timings_csv

NONE = "–"


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("experiments", nargs="+", metavar="EXPERIMENT", help=say("cli.race.experiment"))
    parser.add_argument("--vary", metavar="KEY=A,B,C", help=say("cli.race.vary"))
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=say("cli.run.set"))
    parser.add_argument("--seeds", metavar="0-4", help=say("cli.race.seeds"))
    parser.add_argument("--steps", type=int, metavar="N", help=say("cli.race.steps"))
    parser.add_argument("--out", metavar="DIR", help=say("cli.race.out"))
    parser.add_argument("--json", action="store_true", help=say("cli.json"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the race, write its tables, and report every runner."""
    race = _race(arguments)
    out = None if arguments.out is None else result_folder(Path(arguments.out))
    frame, interrupted = _run(race, arguments.json, terminal)
    if out is not None:
        for name, table in (("results", results_csv), ("curves", curves_csv), ("timings", timings_csv)):
            write_bytes(out / f"{name}.csv", table(frame).encode("utf-8"))
    if arguments.json:
        for summary in summaries(frame):
            terminal.result_json(summary)
    else:
        _table(frame, terminal)
    if interrupted:
        return INTERRUPTED
    failed = [r for racer in frame.racers for r in racer.runners if r.status in ("diverged", "stopped")]
    sound = not failed or (race.expect == "blow-up" and all(r.status == "diverged" for r in failed))
    return 0 if sound else BLOWN_UP


def _race(arguments: argparse.Namespace) -> RaceSpec:
    """The race that the command line describes."""
    seeds = None if arguments.seeds is None else parse_seeds(arguments.seeds)
    steps = arguments.steps
    if steps is not None and not 1 <= steps <= MOST_STEPS:
        raise UserError("error.cli-steps", value=steps, limit=MOST_STEPS)
    settings = given_settings(arguments.set)
    opened = [_with(open_source(name), settings) for name in arguments.experiments]
    if arguments.vary is not None:
        if len(opened) > 1:
            raise UserError("error.race-vary-one")
        dotted, equals, values = arguments.vary.partition("=")
        if not equals or not dotted.strip():
            raise UserError("error.cli-vary", value=arguments.vary)
        words = [word.strip() for word in values.split(",")]
        return race_varied(opened[0], dotted.strip(), words, seeds=seeds or SEEDS, steps=steps)
    if len(opened) == 1:
        return race_planned(opened[0], seeds=seeds, steps=steps)
    return race_experiments(opened, seeds=seeds or SEEDS, steps=steps)


def _with(opened: Experiment | Session, settings: Mapping[str, object]) -> Experiment | Session:
    return replace(opened, spec=with_settings(opened.spec, settings))


def _run(spec: RaceSpec, as_json: bool, terminal: Terminal) -> tuple[RaceFrame, bool]:
    """The last frame, and whether the user broke off.  No process is left in any case."""
    with Race(spec, probes=not as_json) as race, Interrupt() as interrupt:

        def watch(frame: RaceFrame) -> bool:
            terminal.progress("race.progress", **progress_of(frame))
            return not interrupt.wanted

        race.run(watch)
        terminal.clear_progress()
        for entry in race.entries:
            if entry.blow_up is not None:
                terminal.note(entry.blow_up.key, **entry.blow_up.to_record())
            if entry.problem is not None:
                terminal.note(entry.problem.key, **entry.problem.values)
        return race.frame, interrupt.wanted


def progress_of(frame: RaceFrame) -> dict[str, object]:
    """The values of "race.progress"."""
    count = sum(len(racer.runners) for racer in frame.racers)
    return {"done": frame.done, "count": count, "share": math.floor(100 * frame.progress)}


def _table(frame: RaceFrame, terminal: Terminal) -> None:
    """One line a configuration, medians over the seeds, and what the numbers say."""
    say, language = terminal.catalogue.text, terminal.catalogue.language
    metric = frame.racers[0].metric
    columns = ("configuration", "parameters", "passed", "steps", "seconds", "loss")
    shown = say(f"metric.{metric}") if f"metric.{metric}" in terminal.catalogue else metric
    rows = [[*(say(f"race.column.{name}") for name in columns), shown]]
    rows += [[racer.title[language], *_cells(racer)] for racer in frame.racers]
    if metric == "mse":  # which is the loss
        rows = [row[:-1] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (
            text + " " * (width - _width(text)) if n == 0 else " " * (width - _width(text)) + text
            for n, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        terminal.result("  ".join((first, *others)))
    for finding in frame.findings:
        terminal.result(finding.words(terminal.catalogue))


def _cells(racer: Racer) -> Sequence[str]:
    row = racer.row
    passed = NONE if racer.pass_mark is None else f"{row.passed}/{row.seeds}"
    steps = NONE if row.steps_to_pass is None else f"{row.steps_to_pass:,}"
    seconds = NONE if row.seconds_to_pass is None else f"{row.seconds_to_pass:.1f}"
    numbers = (NONE if math.isnan(value) else f"{value:.4g}" for value in (row.loss, row.score))
    return f"{row.parameters:,}", passed, steps, seconds, *numbers


def _width(text: str) -> int:
    """Columns of a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
