"""What the tests of the race share: small races, and waiting for them without sleeping."""

from collections.abc import Callable, Iterator
from multiprocessing import connection
from time import monotonic

import pytest

from rnnviz.tasks import Text
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.race.frame import RaceFrame
from rnnviz.workbench.race.race import Race
from rnnviz.workbench.race.spec import RaceSpec

TEXT = Text("story", "the gate keeps a little, the gate drops a little. hello world, hello memory. " * 20)
DEADLINE_S = 60.0  # a busy machine may take its time; nothing waits this long when all is well

MakeSpec = Callable[..., RaceSpec]
MakeRace = Callable[..., Race]
Until = Callable[[Race, Callable[[RaceFrame], bool]], RaceFrame]


@pytest.fixture
def make_spec() -> MakeSpec:
    """Makes a race of small cells; settings by dotted key, some by configuration in ``each``."""

    def make(
        cells: tuple[str, ...] = ("rnn", "lstm"),
        seeds: tuple[int, ...] = (0, 1),
        steps: int = 40,
        each: tuple[dict[str, object], ...] = (),
        **settings: object,
    ) -> RaceSpec:
        runs = []
        for n, cell in enumerate(cells):
            spec = RunSpec(cell=cell, hidden=6, task_options={"length": 12}, text=TEXT)
            base = {"training.batch": 4, "training.steps": steps, "training.evaluate_every": 10}
            own = each[n] if each else {}
            runs.append(spec.with_values([*base.items(), *settings.items(), *own.items()]))
        titles = tuple({"en": cell, "zh_CN": cell} for cell in cells)
        return RaceSpec(tuple(runs), titles, seeds, steps, ("small",) * len(runs))

    return make


@pytest.fixture
def make_race() -> Iterator[MakeRace]:
    """Makes races that are closed in the end."""
    made: list[Race] = []

    def make(spec: RaceSpec, **options: object) -> Race:
        made.append(Race(spec, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for race in made:
        race.close()


@pytest.fixture
def until() -> Until:
    """Pulls as a window does until a frame is as wanted."""

    def wait(race: Race, wanted: Callable[[RaceFrame], bool]) -> RaceFrame:
        end = monotonic() + DEADLINE_S
        while not wanted(race.frame):
            assert monotonic() < end, f"did not happen within {DEADLINE_S} s; {race.frame.status}"
            connection.wait(race.waits_for, 0.02)
            race.pull()
        return race.frame

    return wait
