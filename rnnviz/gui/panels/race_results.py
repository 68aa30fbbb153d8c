"""The results of a race as a table, medians over the seeds, and what they say in sentences."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter

from rnnviz.gui import fonts, numbers
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.widgets.ink import RIGHT, write, write_elided
from rnnviz.gui.widgets.racers import draw_mark, styles
from rnnviz.gui.widgets.racewords import capital, is_share, metric_name, score, short_titles, title
from rnnviz.gui.widgets.wrap import wrapped
from rnnviz.workbench.race.frame import RaceFrame, Racer

MARGIN, TOP, HEAD, ROW, LINE, BETWEEN = 16, 38, 26, 24, 16, 4
LEAST_LABEL = 0.25  # share of the width
NAME, SIGN, INDENT, MOST_LINES = 11, 18, 6, 3  # the columns' names: size, room for the mark, gap, lines


class RaceResultsPanel(Panel[RaceFrame]):
    """One column a configuration; below it the sentences that the numbers allow."""

    key = "race-results"
    of_kind: ClassVar[type[AnyFrame]] = RaceFrame
    figure_size = (376, 380)
    least_size = (300, 240)

    def rows(self, frame: RaceFrame) -> list[tuple[str, list[str]]]:
        """The table as it is drawn: a label, and a value for every configuration."""
        text = self.look.text
        racers = frame.racers
        metric = capital(metric_name(self.look, racers[0].metric))
        found = [(text("results.score", metric=metric), [_score(r) for r in racers])]
        if any(racer.pass_mark is not None for racer in racers):
            found += [
                (text("results.passed"), [f"{r.row.passed} / {r.row.seeds}" for r in racers]),
                (text("results.steps"), [_count(r.row.steps_to_pass) for r in racers]),
                (text("results.seconds"), [_seconds(r.row.seconds_to_pass) for r in racers]),
            ]
        found.append((text("results.loss"), [_loss(racer) for racer in racers]))
        reach = max(racer.row.reach for racer in racers)
        if reach:
            found.append((text("results.gradient", k=reach), [_small(r.row.gradient) for r in racers]))
        return found

    def sentences(self, frame: RaceFrame) -> list[str]:
        """What the numbers say."""
        return [finding.words(self.look.catalogue) for finding in frame.findings]

    def height_for(self, width: float) -> float:
        """How tall the panel must be to show everything at ``width`` px."""
        if self.frame is None:
            return TOP
        said = sum(LINE * len(words) + BETWEEN for words in self._wrapped(self.frame, width))
        rows = self.rows(self.frame)
        head = self._head(self.frame, self._value_width(rows, len(self.frame.racers)))
        return TOP + head + ROW * len(rows) + 8 + said + 4

    def _wrapped(self, frame: RaceFrame, width: float) -> list[list[str]]:
        font = fonts.ui(12, 400)
        return [wrapped(sentence, width - 2 * MARGIN, font) for sentence in self.sentences(frame)]

    def draw(self, painter: QPainter, frame: RaceFrame) -> None:
        """Paint `frame`."""
        theme = self.look.theme
        key = "results.after" if frame.status == "finished" else "results.so-far"
        heading = self.look.text(key, steps=numbers.count(frame.spec.steps))
        rect = QRectF(MARGIN, 10, self.width - 2 * MARGIN - 64, 20)
        write_elided(painter, rect, heading, fonts.ui(13, 600), theme.color("ink"))
        y = self._table(painter, frame) + 8
        for words in self._wrapped(frame, self.width):
            for line in words:
                rect = QRectF(MARGIN, y, self.width - 2 * MARGIN, LINE)
                write(painter, rect, line, fonts.ui(12, 400), theme.color("ink2"))
                y += LINE
            y += BETWEEN

    def _table(self, painter: QPainter, frame: RaceFrame) -> float:
        """Names, rows and the lines between them; the y below the last row."""
        theme, rows = self.look.theme, self.rows(frame)
        wide = self._value_width(rows, len(frame.racers))
        right = self.width - MARGIN
        places = [right - wide * (len(frame.racers) - n) for n in range(len(frame.racers))]
        found = zip(places, short_titles(self.look, frame.racers), styles(frame.racers, theme), strict=True)
        for x, name, style in found:
            font, size = fonts.ui(NAME, 600), QFontMetricsF(fonts.ui(NAME, 600))
            lines = _lines(name, wide)
            for n, line in enumerate(lines):
                rect = QRectF(x + INDENT, TOP + 3 + LINE * n, wide - INDENT, LINE)
                write_elided(painter, rect, line, font, style.colour, RIGHT)
            first = x + wide - size.horizontalAdvance(lines[0])
            draw_mark(painter, QPointF(first - 9, TOP + 3 + LINE / 2), style, 7, None)
        y = TOP + self._head(frame, wide)
        for label, values in rows:
            painter.fillRect(QRectF(MARGIN, y, self.width - 2 * MARGIN, 1), theme.color("line"))
            room = QRectF(MARGIN, y, places[0] - MARGIN - 4, ROW)
            write_elided(painter, room, label, fonts.ui(12, 450), theme.color("ink2"))
            for x, value in zip(places, values, strict=True):
                write(painter, QRectF(x, y, wide, ROW), value, fonts.ui(12, 600), theme.color("ink"), RIGHT)
            y += ROW
        painter.fillRect(QRectF(MARGIN, y, self.width - 2 * MARGIN, 1), theme.color("line"))
        return y

    def _head(self, frame: RaceFrame, wide: float) -> float:
        """How tall the names are: more lines than one where that has no room for the longest."""
        names = short_titles(self.look, frame.racers)
        return HEAD + LINE * (max(len(_lines(name, wide)) for name in names) - 1)

    def _value_width(self, rows: list[tuple[str, list[str]]], count: int) -> float:
        font, label_font = fonts.ui(12, 600), fonts.ui(12, 450)
        widest = max(QFontMetricsF(font).horizontalAdvance(v) for _, values in rows for v in values) + 10
        labels = max(QFontMetricsF(label_font).horizontalAdvance(label) for label, _ in rows) + 8
        inner = self.width - 2 * MARGIN
        most = (inner - min(labels, inner * 0.45)) / count
        return max(min(most, 110.0), min(widest, inner * (1 - LEAST_LABEL) / count))

    def table(self, frame: RaceFrame) -> Table:
        """One row a configuration, medians over its seeds; NaN where there is nothing."""
        racers = frame.racers
        rows = [racer.row for racer in racers]
        marks = [math.nan if racer.pass_mark is None else racer.pass_mark.value for racer in racers]
        return Table(
            {
                "configuration": [title(self.look, racer) for racer in racers],
                "cell": [racer.cell for racer in racers],
                "parameters": np.array([row.parameters for row in rows]),
                "seeds": np.array([row.seeds for row in rows]),
                "over": np.array([row.over for row in rows]),
                "diverged": np.array([row.diverged for row in rows]),
                "passed": np.array([row.passed for row in rows]),
                "metric": [racer.metric for racer in racers],
                "score": np.array([row.score for row in rows]),
                "loss": np.array([row.loss for row in rows]),
                "steps_to_pass": np.array([_or_nan(row.steps_to_pass) for row in rows]),
                "seconds_to_pass": np.array([_or_nan(row.seconds_to_pass) for row in rows]),
                "steps_per_s": np.array([row.steps_per_s for row in rows]),
                "baseline": np.array([racer.baseline for racer in racers]),
                "pass_mark": np.array(marks),
                "gradient": np.array([row.gradient for row in rows]),
                "reach": np.array([row.reach for row in rows]),
            }
        )


def _lines(name: str, wide: float) -> list[str]:
    """A name in a column: beside its mark where it fits, else from under the mark on."""
    font = fonts.ui(NAME, 600)
    lines = wrapped(name, wide - SIGN, font)
    if len(lines) > 1:
        lines = wrapped(name, wide - INDENT, font, MOST_LINES)
    room = wide - SIGN - QFontMetricsF(font).horizontalAdvance(lines[0])
    return lines if room >= 0 else ["", *lines]


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _count(value: int | None) -> str:
    return numbers.NOTHING if value is None else numbers.count(value)


def _seconds(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:.1f}"


def _loss(racer: Racer) -> str:
    if math.isnan(racer.row.loss):
        return numbers.NOTHING
    return _plainly(racer.row.loss)


def _score(racer: Racer) -> str:
    value = racer.row.score
    return score(racer, value) if is_share(racer) or math.isnan(value) else _plainly(value)


def _plainly(loss: float) -> str:
    """A loss in as little room as columns have: 1.387, 3×10⁻⁴."""
    return numbers.loss(loss) if abs(loss) >= 0.01 else numbers.power_of_ten(loss)


def _small(value: float) -> str:
    """One figure and a power of ten: 7×10⁻⁹."""
    if math.isnan(value):
        return numbers.NOTHING
    return numbers.power_of_ten(value)
