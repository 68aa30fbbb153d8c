"""The page docs/experiments.md: every experiment trained from several seeds, and what came of it."""

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from math import isfinite
from multiprocessing import get_context

import numpy as np

from rnnviz.engine.options import Value
from rnnviz.files.catalogue import Catalogue
from rnnviz.files.experiment import Experiment
from rnnviz.training.child import ONE_THREAD
from rnnviz.training.loop import BlowUp, TrainingLoop
from rnnviz.training.spec import RunSpec, build

SEEDS = (0, 1, 2, 3, 4)
NONE = "–"
# What definitions say the trivial predictor scores, by task; our own baseline stands beside it.
FORMULAS: Mapping[str, str] = {
    "recall": "ln 4",
    "france": "ln 8",
    "echo": "ln V",
    "copy": "S ln K / (T + 2S)",
    "adding": "1/6",
    "flip-flop": "1 − Σ (1−p)ᵗ / T",
    "parity": "ln 2",
    "signals": "2 sin²(δ/2)",
}


@dataclass(frozen=True)
class Trial:
    """One run: its seed, its score on all held-out data, and when it first passed; None if it never did.

    ``seconds`` are those of the processor, so that a busy machine does not count.
    """

    seed: int
    score: Mapping[str, float]
    passed: bool | None
    passed_at: int | None
    steps: int
    seconds: float
    blew_up: bool


def trial(record: Mapping[str, object]) -> Trial:
    """Train what `RunSpec.to_json` wrote to the end of its budget, on one thread."""
    loop = TrainingLoop(RunSpec.from_json(record))
    began, blew_up = time.process_time(), False
    loop.measure()
    while not loop.finished and not blew_up:
        try:
            loop.step()
        except BlowUp:
            blew_up = True
    seconds = time.process_time() - began
    score = {} if blew_up else loop.evaluate()
    mark = loop.task.pass_mark
    passed = None if mark is None else mark.passed(score)
    seed, steps = loop.spec.training.seed, loop.step_count + blew_up
    return Trial(seed, score, passed, None if blew_up else loop.passed_at, steps, seconds, blew_up)


def run_trials(specs: Sequence[RunSpec], follow: Callable[[int, int], None]) -> list[Trial]:
    """A trial of each, as many at once as there are processors; ``follow`` hears how many are done."""
    os.environ |= dict.fromkeys(ONE_THREAD, "1")  # the children read it when they load NumPy
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        waiting = [pool.submit(trial, spec.to_json()) for spec in specs]
        for done, _ in enumerate(as_completed(waiting), 1):
            follow(done, len(specs))
        return [one.result() for one in waiting]


def page(
    experiments: Sequence[Experiment],
    catalogue: Catalogue,
    follow: Callable[[int, int], None] = lambda *_: None,
) -> str:
    """The whole page as Markdown, after training for minutes; ends with a newline."""
    contests = [contest for experiment in experiments for contest in contests_of(experiment)]
    trials = iter(run_trials([run for contest in contests for run in contest.runs], follow))
    results = {contest: [next(trials) for _ in contest.runs] for contest in contests}
    say = catalogue.text
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} × CPU"
    versions = f"Python {platform.python_version()}, NumPy {np.__version__}"
    lines = [f"# {say('experimentpage.title')}", "", say("experimentpage.intro"), ""]
    lines += [say("experimentpage.machine", machine=machine, versions=versions), ""]
    lines += [*_overview({c: r for c, r in results.items() if not c.settings}, catalogue), ""]
    for contest, runs in results.items():
        lines += [*_section(contest, runs, catalogue), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


@dataclass(frozen=True, eq=False)
class Contest:
    """One experiment, or one configuration of its race, from every seed."""

    experiment: Experiment
    settings: tuple[tuple[str, Value], ...] = ()

    @property
    def runs(self) -> tuple[RunSpec, ...]:
        """The runs, one a seed."""
        spec = self.experiment.spec.with_values(self.settings)
        return tuple(spec.with_value("training.seed", seed) for seed in SEEDS)


def contests_of(experiment: Experiment) -> Iterator[Contest]:
    """The experiment itself, then every other configuration of its race."""
    yield Contest(experiment)
    plan = experiment.race
    for settings in () if plan is None else plan.settings:
        if experiment.spec.with_values(settings.items()) != experiment.spec:
            yield Contest(experiment, tuple(settings.items()))


def _overview(results: Mapping[Contest, Sequence[Trial]], catalogue: Catalogue) -> Iterator[str]:
    heads = ("experiment", "passed", "steps", "seconds", "metric", "score", "mark", "baseline")
    yield from _head([catalogue.text(f"experimentpage.{head}") for head in heads])
    for contest, trials in results.items():
        experiment = contest.experiment
        task, _ = build(experiment.spec)
        mark, passed = task.pass_mark, [t.passed_at for t in trials if t.passed_at is not None]
        count = sum(bool(t.passed) for t in trials)
        metric = NONE if mark is None else mark.metric
        cells = [
            f"[{experiment.key}](#{experiment.key})",
            catalogue.text(f"experimentpage.{experiment.expect}")
            if experiment.expect
            else f"{count} / {len(trials)}",
            f"{statistics.median(passed):,.0f}" if passed else NONE,
            f"{statistics.median(t.seconds for t in trials):.1f}",
            metric,
            _short(statistics.median([t.score.get(metric, np.nan) for t in trials])),
            NONE if mark is None else f"{'≥' if mark.above else '<'} {_short(mark.value)}",
            _short(task.baseline),
        ]
        yield _row(cells)


def _section(contest: Contest, trials: Sequence[Trial], catalogue: Catalogue) -> Iterator[str]:
    say, experiment = catalogue.text, contest.experiment
    if contest.settings:
        yield "**" + ", ".join(f"`{key} = {_word(value)}`" for key, value in contest.settings) + "**"
    else:
        spec = experiment.spec
        yield f"## {experiment.key}"
        yield ""
        yield f"{experiment.notes[catalogue.language].promise}"
        yield ""
        yield ", ".join(f"`{key} = {_word(value)}`" for key, value in _chosen(spec))
        yield from _known(experiment, trials, catalogue)
    yield ""
    metrics = list(dict.fromkeys(key for one in trials for key in one.score))
    heads = [say(f"experimentpage.{head}") for head in ("seed", "pass", "steps", "sequences", "seconds")]
    yield from _head([*heads, *metrics])
    batch = experiment.spec.training.batch
    for one in trials:
        said = (
            "blew-up" if one.blew_up else "no-mark" if one.passed is None else "yes" if one.passed else "no"
        )
        at = NONE if one.passed_at is None else f"{one.passed_at:,}"
        seen = NONE if one.passed_at is None else f"{one.passed_at * batch:,}"
        verdict = say(f"experimentpage.{said}", step=one.steps)
        yield _row(
            [
                str(one.seed),
                verdict,
                at,
                seen,
                f"{one.seconds:.1f}",
                *(_short(one.score.get(m, np.nan)) for m in metrics),
            ]
        )


def _known(experiment: Experiment, trials: Sequence[Trial], catalogue: Catalogue) -> Iterator[str]:
    """What definitions and publications say, where they say anything."""
    task, model = build(experiment.spec)
    yield ""
    formula = FORMULAS.get(experiment.spec.task, "")
    yield catalogue.text(
        "experimentpage.size",
        parameters=f"{model.size:,}",
        length=task.length,
        baseline=f"{formula} = {_short(task.baseline)}" if formula else _short(task.baseline),
    )
    key = f"experimentpage.known.{experiment.key}"
    if key in catalogue:
        passed = [t.passed_at for t in trials if t.passed_at is not None]
        seen = statistics.median(passed) * experiment.spec.training.batch if passed else np.nan
        loss = statistics.median([t.score.get("loss", np.nan) for t in trials])
        largest = statistics.median([t.score.get("largest", np.nan) for t in trials])
        yield ""
        yield catalogue.text(
            key,
            sequences=f"{seen:,.0f}" if isfinite(seen) else NONE,
            loss=_short(loss),
            largest=f"{largest:g}",
        )


def _chosen(spec: RunSpec) -> Iterator[tuple[str, Value]]:
    """The settings that say what kind of run it is."""
    yield "cell", spec.cell
    yield "hidden", spec.hidden
    yield from spec.cell_options.items()
    yield "task", spec.task
    yield from spec.task_options.items()
    for key in ("optimiser", "learning_rate", "clip", "batch", "steps", "schedule"):
        yield key, getattr(spec.training, key)


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _head(names: Sequence[str]) -> Iterator[str]:
    yield _row(names)
    yield _row(["---"] * len(names))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(value: float) -> str:
    return f"{value:.4g}" if isfinite(value) else NONE
