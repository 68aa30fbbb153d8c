"""`bench window`: lead the programs that measure, one after the other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.workbench.bench.children import environment, run_program

INSIDE = "rnnviz.gui.bench.inside"
OURS = (sys.executable, "-m", "rnnviz.cli.start")
# -P: without it Python would look for PySide6's modules beside the file first.
BARE = (sys.executable, "-P", str(Path(__file__).with_name("bare.py")))


@dataclass(frozen=True)
class Effort:
    """How much is measured: ``keys`` paused and as many while training, ``pairs`` of runs, ``starts``.

    ``minutes`` above 2 adds the growth of memory from minute 2 to then.
    """

    hidden: int = 64
    keys: int = 200
    repaints: int = 60
    seconds: float = 4.0
    pairs: int = 5
    starts: int = 5
    minutes: float = 0.0


def bench_window(*, note: Callable[[str], None], effort: Effort) -> dict[str, float]:
    """All ``window/…`` figures."""
    figures = start_figures(effort.starts, note)
    return run_program(INSIDE, asdict(effort), note) | figures


def start_figures(count: int, note: Callable[[str], None]) -> dict[str, float]:
    """``start_s``, and ``start_vs_bare``: medians of ``count`` turns after one that warms the disk.

    Both programs find their modules compiled, as every start after the first does, also where this process
    was told to write no bytecode.
    """
    note("window/start_s")
    with TemporaryDirectory() as compiled:
        settings = environment() | {"PYTHONPYCACHEPREFIX": compiled}
        settings.pop("PYTHONDONTWRITEBYTECODE", None)
        turns = [[seconds_to_ready(program, settings) for program in (OURS, BARE)] for _ in range(count + 1)]
    ours, bare = np.median(np.array(turns[1:]), axis=0)
    return {"window/start_s": float(ours), "window/start_vs_bare": float(ours / bare)}


def seconds_to_ready(command: Sequence[str], settings: Mapping[str, str]) -> float:
    """Wall seconds until a fresh process in an environment of these ``settings`` says "ready".

    Raises UserError "error.bench-failed".
    """
    began = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=settings, encoding="utf-8") as child:
        assert child.stdout is not None  # a pipe, as asked for
        said = child.stdout.readline().strip()
        taken = perf_counter() - began
        child.stdout.read()
    if child.returncode or said != "ready":
        raise UserError("error.bench-failed", program=" ".join(command[1:]), code=child.returncode)
    return taken
