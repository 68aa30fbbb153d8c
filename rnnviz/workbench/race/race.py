"""The race itself: a queue of runners, each in a process of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from typing import Self

from rnnviz.training.loop import watched_metric
from rnnviz.training.spec import build
from rnnviz.workbench.race.compose import Facts, make_frame, make_racer
from rnnviz.workbench.race.entry import Entry
from rnnviz.workbench.race.frame import RaceFrame, Racer
from rnnviz.workbench.race.guessing import guessing
from rnnviz.workbench.race.probes import Probes
from rnnviz.workbench.race.spec import RaceSpec

PERIOD_S = 0.02  # how often a race without a window looks at its runners


def spare_cores() -> int:
    """How many runners may train at once: a core is left to the screen where there is more than one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


class Race:
    """Runs a `RaceSpec`.  Belongs to one thread; every call but `close` returns soon.

    At most ``slots`` processes train at once, the others wait: first every configuration's first seed, then
    the second.  What comes out does not depend on how many there are.  ``probes`` false leaves the gradient
    against distance out.  Raises UserError as `build`.
    """

    def __init__(self, spec: RaceSpec, *, slots: int | None = None, probes: bool = True) -> None:
        self.spec = spec
        self.slots = spare_cores() if slots is None else max(1, slots)
        self._serial = 0
        self._running = False
        self._facts: list[Facts] = []
        self._lanes: list[list[Entry]] = []  # by configuration, then seed
        self._probes: list[Probes | None] = []
        for n, configuration in enumerate(spec.configurations):
            task, model = build(configuration)
            mark = task.pass_mark
            known = (model.size, task.baseline, mark, watched_metric(task), guessing(task))
            self._facts.append(Facts(spec.titles[n], configuration, *known))
            lane = [Entry(spec.run(n, seed), spec.steps, mark) for seed in spec.seeds]
            self._lanes.append(lane)
            self._probes.append(Probes(task, model, lane) if probes else None)
        self._racers: list[Racer] = [self._racer(n) for n in range(len(self._lanes))]
        self.frame: RaceFrame = self._compose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every runner in the order in which they begin: by seed, then configuration."""
        return tuple(entry for seed in zip(*self._lanes, strict=True) for entry in seed)

    @property
    def over(self) -> bool:
        """Whether every runner has come to its end."""
        return all(entry.runner.over for entry in self.entries)

    @property
    def idle(self) -> bool:
        """Whether nothing new will come until the next command: nobody trains, nothing is left to measure."""
        training = any(entry.runner.status == "training" for entry in self.entries)
        return not (self._running or training or any(p is not None and p.due for p in self._probes))

    @property
    def waits_for(self) -> list[Connection[bytes, bytes]]:
        """What to wait for with `multiprocessing.connection.wait` where there is no clock to pull by."""
        return [entry.pipe for entry in self.entries if entry.pipe is not None]

    def start(self) -> RaceFrame:
        """Let them run: those that were paused go on, others begin as soon as a core is free."""
        self._running = not self.over
        if self._running:
            for entry in self.entries:
                if entry.runner.status == "paused":
                    entry.start()
            self._fill()
        return self._changed(range(len(self._lanes)))

    def pause(self) -> RaceFrame:
        """Stop every runner after its present step; the frames that follow say when each has."""
        self._running = False
        for entry in self.entries:
            entry.pause()
        return self._changed(())

    def pull(self) -> RaceFrame | None:
        """Take what is new and let the next begin, without waiting; None when nothing has changed."""
        changed: set[int] = set()
        for n, lane in enumerate(self._lanes):
            for entry in lane:
                if entry.pull():
                    changed.add(n)
        if self._running:
            changed |= self._fill()
            self._running = not self.over
        due = next((n for n, probes in enumerate(self._probes) if probes is not None and probes.due), None)
        if due is not None:
            self._measure(due)
            changed.add(due)
        return self._changed(changed) if changed else None

    def close(self) -> None:
        """End every process and wait until it is gone.  The frame stays as it was."""
        self._running = False
        for entry in self.entries:
            entry.let_go()
        for entry in self.entries:
            entry.wait()

    def run(self, watch: Callable[[RaceFrame], bool]) -> RaceFrame:
        """Run to the end without a window, probes included; ``watch`` sees every frame, and breaks off with
        False.  The processes are then the caller's to `close`.
        """
        self.start()
        while not self.over:
            time.sleep(PERIOD_S)
            self.pull()
            if not watch(self.frame):
                return self.frame
        while self.pull() is not None and watch(self.frame):
            pass
        return self.frame

    def _measure(self, n: int) -> None:
        """One network a pull: the window must not stand still for all of them."""
        probes = self._probes[n]
        assert probes is not None  # something is due
        probes.work()

    def _fill(self) -> set[int]:
        """Begin with those that wait, as far as cores are free; which configurations have changed."""
        begun = set()
        free = self.slots - sum(entry.holds_a_core for entry in self.entries)
        for place, entry in enumerate(self.entries):
            if free > 0 and entry.runner.status == "waiting":
                entry.start()
                begun.add(place % len(self._lanes))
                free -= 1
        return begun

    def _changed(self, which: Iterable[int]) -> RaceFrame:
        for n in which:
            self._racers[n] = self._racer(n)
        self.frame = self._compose()
        return self.frame

    def _racer(self, n: int) -> Racer:
        probes = self._probes[n]
        runners = [entry.runner for entry in self._lanes[n]]
        if probes is None:
            return make_racer(self._facts[n], runners)
        return make_racer(self._facts[n], runners, probes.untrained, probes.trained, probes.why_not)

    def _compose(self) -> RaceFrame:
        self._serial += 1
        return make_frame(self._serial, self.spec, self.slots, self._racers, running=self._running)
