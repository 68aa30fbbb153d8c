"""The one mapping from time steps to pixels that everything drawn over time shares."""

from __future__ import annotations

from dataclasses import dataclass

WIDEST = 48
NARROWEST = 6
TILES_FROM = 12


@dataclass(frozen=True)
class Columns:
    """Steps `first` … `first + shown - 1` stand at `left + k * width`, all in whole pixels.

    `count` is the number of steps there are; more than `shown` scroll sideways.
    """

    left: int
    width: int
    first: int
    shown: int
    count: int

    @property
    def right(self) -> int:
        """The pixel after the last visible column."""
        return self.left + self.width * self.shown

    @property
    def tiled(self) -> bool:
        """Whether a column is wide enough to hold a token on a tile."""
        return self.width >= TILES_FROM

    def x(self, step: int) -> int:
        """Left edge of a step, also of one scrolled out of sight."""
        return self.left + (step - self.first) * self.width

    def centre(self, step: int) -> float:
        """Middle of a step's column."""
        return self.x(step) + self.width / 2

    def step_at(self, x: float) -> int | None:
        """The visible step under `x`, None outside the columns."""
        step = self.first + int((x - self.left) // self.width)
        return step if self.left <= x < self.right and step < self.count else None

    def visible(self) -> range:
        """The steps in sight."""
        return range(self.first, self.first + self.shown)


def fit_columns(left: int, room: int, count: int, cursor: int, first: int = 0, wanted: int = 0) -> Columns:
    """Columns for `count` steps in `room` pixels that keep `cursor` in sight.

    `wanted` is a width the reader asked for (0: as wide as fits, 6 to 48 px); `first` is where the view
    stood before, kept as far as it can be.
    """
    fitting = max(NARROWEST, min(WIDEST, room // max(count, 1)))
    width = min(max(wanted, NARROWEST), WIDEST) if wanted else fitting
    shown = max(1, min(count, room // width))
    first = min(max(first, cursor - shown + 1), cursor)
    return Columns(left, width, min(max(first, 0), max(count - shown, 0)), shown, count)
