"""A program that measures a real window from inside its process."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from rnnviz.gui.bench.paints import first_sights, most_in_a_second, run_for
from rnnviz.gui.bench.stage import TEXT, Stage, stage_spec, staged
from rnnviz.workbench.bench.children import request, run_program, tell

MOST_FPS = 60
HEADLESS = "rnnviz.workbench.bench.headless"


def main() -> None:
    """Asked for numbers of keys, repaints, pairs, seconds and minutes, find the window's figures."""
    asked = request()
    spec = stage_spec(asked["hidden"])
    with staged(spec) as stage:
        measure(stage, asked)


def measure(stage: Stage, asked: Mapping[str, Any]) -> None:
    """All figures that one window can give, told one by one."""
    tell(note="window/key_to_paint_p95_ms")
    rng = np.random.default_rng(0)
    paused = keys_to_paint(stage, asked["keys"], rng)
    stage.train()
    training = keys_to_paint(stage, asked["keys"], rng)
    tell(figures={"window/key_to_paint_p95_ms": 1e3 * max(_p95(paused), _p95(training))})
    tell(note=f"  {1e3 * _p95(paused):.1f} ms paused, {1e3 * _p95(training):.1f} ms while training")
    tell(note="window/fps_training")
    rate, most = frames_per_s(stage, asked["seconds"])
    tell(figures={"window/fps_training": rate})
    if most > MOST_FPS:
        tell(note=f"  {most} > {MOST_FPS}")
    stage.pause()
    tell(note="window/repaint_cpu_ms")
    tell(figures={"window/repaint_cpu_ms": 1e3 * float(np.median(repaints(stage, asked["repaints"])))})
    tell(note="window/training_share")
    tell(figures={"window/training_share": training_share(stage, asked["pairs"], asked["seconds"])})
    memory = resident_mb()
    if memory is not None:
        tell(figures={"window/rss_mb": memory})
    if asked["minutes"]:
        tell(note="window/rss_growth_percent")
        tell(figures=rss_growth(stage, asked["minutes"]))


def keys_to_paint(stage: Stage, count: int, rng: np.random.Generator) -> list[float]:
    """Seconds from a key to the end of the paint that shows it, for ``count`` keys at uneven intervals.

    Typing a letter and taking it back alternate, so the text keeps its length. A key is due at its time
    whether the event loop is free or not.
    """
    found = []
    for number in range(count):
        pause_s = float(rng.integers(30, 90)) / 1e3
        due = perf_counter() + pause_s
        run_for(pause_s)
        due = min(due, perf_counter())
        text = stage.press("\b" if number % 2 == 0 else TEXT[number % len(TEXT)])
        found.append(stage.paint_of(text) - due)
    return found


def frames_per_s(stage: Stage, seconds: float) -> tuple[float, int]:
    """New frames painted a second while training, and the most in any one second."""
    run_for(1.0)
    start = len(stage.watch.paints)
    run_for(seconds)
    times = [paint.ended for paint in first_sights(stage.watch.paints[start:])]
    rate = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 1 else 0.0
    return rate, most_in_a_second(times)


def repaints(stage: Stage, count: int) -> list[float]:
    """CPU seconds to show a wholly different frame and paint every pixel of the window."""
    window, workbench = stage.window, stage.window.workbench
    frames = [workbench.set_text(text) for text in (TEXT.swapcase(), TEXT)]
    found = []
    for number in range(count):
        began = process_time()
        frame = frames[number % 2]
        window.show_frame(frame)
        window.update()
        stage.paint_of(frame.typed.text)
        found.append(process_time() - began)
    window.show_frame(workbench.frame)
    return found


def training_share(stage: Stage, pairs: int, seconds: float) -> float:
    """Steps a second beside the redrawing window over those with nobody watching; median of the pairs."""
    spec = stage.window.workbench.run.spec.to_json()
    shares = []
    for _ in range(pairs):
        stage.train()
        run_for(1.0)
        began, first = stage.progress()
        run_for(seconds)
        ended, last = stage.progress()
        stage.pause()
        alone = run_program(HEADLESS, {"spec": spec, "seconds": seconds}, lambda line: None)
        beside = (last - first) / (ended - began)
        tell(note=f"  {beside:.1f} / {alone['steps_per_s']:.1f}")
        shares.append(beside / alone["steps_per_s"])
    return float(np.median(shares))


def rss_growth(stage: Stage, minutes: float) -> dict[str, float]:
    """Growth in percent of the memory of window and worker, from minute 2 to ``minutes``, while training."""
    stage.train()
    worker = stage.window.workbench.run.worker
    samples: list[tuple[float, float]] = []
    began = perf_counter()
    while (minute := (perf_counter() - began) / 60) < minutes:
        run_for(2.0)
        stage.watch.paints.clear()  # 300 records a second would be the growth that is found
        parts = [resident_mb(), resident_mb(worker)]
        if minute >= 2.0:
            samples.append((minute, sum(part or 0.0 for part in parts)))
    stage.pause()
    early = np.median([mb for minute, mb in samples if minute < 2.5])
    late = np.median([mb for minute, mb in samples if minute >= minutes - 0.5])
    return {"window/rss_growth_percent": float(100.0 * (late / early - 1.0))}


def resident_mb(process: int | None = None) -> float | None:
    """Resident memory in MB of a process, this one by default; None where the system does not say."""
    if sys.platform != "linux":
        return None
    status = Path("/proc", "self" if process is None else str(process), "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6


def _p95(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95))


if __name__ == "__main__":
    main()
