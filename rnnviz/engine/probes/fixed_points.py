"""Fixed and slow points: where a network with its input held comes to rest, and whether it stays there.

q(s) = ½ ‖F(s) - s‖² is made small from many starts at once by damped Newton steps (Levenberg, Marquardt).
They end in points of every kind, saddles too, where simply running the network finds the stable ones alone.
A fixed point is stable if every eigenvalue of ∂F has a modulus below 1.  A slow point is a minimum of q above
zero: nothing rests there, but everything lingers.  After Sussillo and Barak 2013.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.autonomous import Autonomous
from rnnviz.engine.probes.descend import descend
from rnnviz.engine.probes.jacobian import Complexes, eigenvalues
from rnnviz.engine.probes.numbers import Floats, Ints, at_once, norms, sealed

Array = NDArray[Any]
Kind = Literal["stable", "saddle", "unstable", "slow"]

TOLERANCE = 1e-8
SLOW = 0.05  # of a state's length, a step
STARTS = 256
SETTLING = 64  # steps that half of the starts are run for, towards what is stable
SHUFFLED_STEPS, SHUFFLED = 64, 16
SAME = 1e-5  # points nearer than this, relative to their length, are one
MOST_POINTS = 64
TURN = 2**17  # numbers in the Jacobians of a turn: some hundredths of a second
MOST_TOGETHER = 128


@dataclass(frozen=True, eq=False)
class FixedPoints:
    """N points, stable ones first, then by how many directions are unstable; arrays are read-only.

    ``points`` (N, D) are joint states, ``states`` names their parts "layer0/h" … of H each.  ``speed`` (N,)
    is ‖F(s) - s‖; ``eigenvalues`` (N, D) are those of ∂F, largest modulus first; ``found`` (N,) counts the
    starts that ended there.  ``starts`` were made in all.
    """

    points: Floats
    speed: Floats
    eigenvalues: Complexes
    found: Ints
    states: tuple[str, ...]
    starts: int
    tolerance: float

    def __post_init__(self) -> None:
        sealed(self.points, self.speed, self.eigenvalues, self.found)

    def __len__(self) -> int:
        return len(self.points)

    @property
    def unstable(self) -> Ints:
        """How many directions grow at each point, (N,)."""
        return np.asarray((np.abs(self.eigenvalues) >= 1.0).sum(axis=1), np.int64)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """ "stable", "saddle" where some directions grow, "unstable" where all do, or "slow"."""
        wide = self.points.shape[1]
        return tuple(
            "slow" if v >= self.tolerance else "stable" if n == 0 else "unstable" if n == wide else "saddle"
            for v, n in zip(self.speed, self.unstable, strict=True)
        )

    @property
    def steps(self) -> Floats:
        """The time constant (N,): steps to come a factor e nearer to a stable point, or to leave another."""
        with np.errstate(divide="ignore"):
            return 1.0 / np.abs(np.log(np.abs(self.eigenvalues[:, 0])))

    def part(self, state: str) -> Floats:
        """ "layer0/h" … of each point, (N, H)."""
        wide = self.points.shape[1] // len(self.states)
        place = self.states.index(state) * wide
        return self.points[:, place : place + wide]

    def columns(self) -> dict[str, Array | list[str]]:
        """As a table: a row a point, its state in the last columns."""
        wide = self.points.shape[1] // len(self.states)
        known: dict[str, Array | list[str]] = {
            "point": np.arange(len(self)) + 1,
            "kind": list(self.kinds),
            "speed": self.speed,
            "modulus": np.abs(self.eigenvalues[:, 0]),
            "unstable": self.unstable,
            "steps": self.steps,
            "found": self.found,
        }
        names = [f"{state}[{unit}]" for state in self.states for unit in range(wide)]
        return {**known, **{name: self.points[:, n] for n, name in enumerate(names)}}


def fixed_points_in_turns(
    model: Model,
    parameters: Parameters,
    held: Array,
    text: Array,
    *,
    starts: int = STARTS,
    tolerance: float = TOLERANCE,
    seed: int = 0,
) -> Generator[float, None, FixedPoints]:
    """Search with the input ``held``, a code () or numbers (I,), from round about the states of a ``text``.

    The text is x (T, 1) or (T, 1, I).  Yields the share that is done; who wants no more does not go on.
    Raises UserError "error.fixed-points-directions" for a network of two directions.
    """
    field = Autonomous(model, parameters, held)
    begun = _starts(field, text, starts, np.random.default_rng(seed))
    settled = begun[1::2]
    for _ in range(SETTLING):
        settled = field.step(settled)
        yield 0.0
    sound = np.isfinite(settled).all(axis=1)
    begun[1::2][sound] = settled[sound]
    together = int(np.clip(TURN // field.size**2, 4, MOST_TOGETHER))
    ends: list[Floats] = []
    for place in range(0, starts, together):
        part = begun[place : place + together]
        turns = descend(field, part)
        while True:
            try:
                yield (place + next(turns) * len(part)) / starts
            except StopIteration as end:
                points, rest = end.value
                ends.append(points[rest])
                break
    return _sorted(field, np.concatenate(ends), starts, tolerance)


fixed_points = at_once(fixed_points_in_turns)
"""The same at once."""


def _starts(field: Autonomous, text: Array, count: int, rng: np.random.Generator) -> Floats:
    """Between states that are visited in the text or in others of the same tokens, and a little off."""
    known = field.start()[None]
    if len(text):
        shuffled = text[rng.integers(0, len(text), (SHUFFLED_STEPS, SHUFFLED)), 0]
        known = np.vstack([known, field.visited(text), field.visited(shuffled)])
        known = known[np.isfinite(known).all(axis=1)]
    one, two = known[rng.integers(0, len(known), (2, count))]
    noise = rng.standard_normal((count, field.size)) * (0.3 * known.std(axis=0) + 0.05)
    begun: Floats = one + rng.random((count, 1)) * (two - one) + noise
    begun[0] = known[0]
    return begun


def _sorted(field: Autonomous, ends: Floats, starts: int, tolerance: float) -> FixedPoints:
    """Each point once, those that move too fast left out."""
    speed = norms(field.step(ends) - ends) if len(ends) else np.zeros(0)
    length = 1.0 + norms(ends)
    kept = np.flatnonzero(speed < np.maximum(tolerance, SLOW * length))
    kept = kept[np.argsort(speed[kept], kind="stable")]
    chosen: list[int] = []
    found: list[int] = []
    for n in kept:
        same = [k for k, m in enumerate(chosen) if _same(ends[n] - ends[m], length[n], speed[m] < tolerance)]
        if same:
            found[same[0]] += 1
        elif len(chosen) < MOST_POINTS:
            chosen.append(int(n))
            found.append(1)
    points = ends[chosen]
    values = eigenvalues(field.slopes(points)) if chosen else np.zeros((0, field.size), np.complex128)
    growing = (np.abs(values) >= 1.0).sum(axis=1)
    slow = speed[chosen] >= tolerance
    order = np.lexsort((-np.array(found), growing, slow)) if chosen else np.zeros(0, np.intp)
    return FixedPoints(
        points[order],
        speed[chosen][order],
        values[order],
        np.array(found, np.int64)[order],
        field.parts,
        starts,
        tolerance,
    )


def _same(apart: Floats, length: float, fixed: bool) -> bool:
    """Slow points are less sharply drawn than fixed ones."""
    return bool(np.linalg.norm(apart) < (SAME if fixed else 1e3 * SAME) * length)
