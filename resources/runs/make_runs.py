"""Train bundled experiments and write what the gallery shows of each: KEY.run.json beside this script.

    python resources/runs/make_runs.py [KEY…]

Without keys all of them are trained anew, each with its own seed and budget; the same machine writes the
same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnnviz.files.experiment import experiment_keys, load_experiment
from rnnviz.files.finished import ENDING, finished_run, save_finished
from rnnviz.training.curves import CurveRecorder
from rnnviz.training.loop import BlowUp, TrainingLoop

HERE = Path(__file__).parent


def train(key: str) -> None:
    """Train one experiment to the end of its budget, or until it blows up, and write its record."""
    loop = TrainingLoop(load_experiment(key).spec)
    recorder, blew_up = CurveRecorder(), False
    recorder.extend([loop.measure()])
    while not loop.finished and not blew_up:
        try:
            recorder.extend([loop.step()])
        except BlowUp:
            blew_up = True
    task = loop.task
    run = finished_run(
        loop.spec,
        recorder.curves(),
        task.baseline,
        {} if blew_up else loop.evaluate(),
        task.pass_mark,
        steps=loop.step_count + blew_up,
        blew_up=blew_up,
    )
    save_finished(HERE / f"{key}{ENDING}", run)
    print(key, run.steps, dict(run.score), run.passed)


if __name__ == "__main__":
    for name in sys.argv[1:] or experiment_keys():
        train(name)
