"""The loss over training: each batch, the held-out data, the trivial baseline and the pass mark."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

from rnnviz.gui import fonts, numbers
from rnnviz.gui.panels.curve import CurvePanel, finite
from rnnviz.gui.panels.panel import Table
from rnnviz.gui.widgets.ink import write
from rnnviz.gui.widgets.logaxis import log10
from rnnviz.workbench.frame import Frame

_KEYS = {
    (False, True): "loss.hint",
    (False, False): "loss.hint-empty",
    (True, True): "loss.hint-error",
    (True, False): "loss.hint-error-empty",
}


class LossPanel(CurvePanel):
    """Nats per token, or squared errors, on a log axis."""

    key = "loss"
    brief = False  # the numbers of the run stand in the title where their own column is folded away

    def render(self, frame: Frame) -> None:
        """Show `frame`; may be called any number of times."""
        super().render(frame)
        curves, run = frame.run.curves, frame.run
        marks = [run.baseline, run.uniform, _loss_mark(frame)]
        measured = [] if curves is None else [log10(curves.loss), log10(curves.held_out)]
        self.scale(frame, finite(log10(np.array(marks)), *measured))

    def legend_left(self) -> float:
        """Where the legend begins."""
        return self.width - 16 - 190

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint `frame`."""
        theme, run = self.look.theme, frame.run
        begun = run.curves is not None and len(run.curves.step) > 0
        hint = self.look.text(_KEYS[frame.loss == "mse", begun])
        if self.brief and begun:
            hint = self._numbers(frame)
        self.draw_frame(painter, self.look.text("loss.title"), hint)
        self._legend(painter)
        if run.curves is not None:
            self.line(painter, run.curves.step, log10(run.curves.loss), "ink3", 1.0, smooth=False)
            self.line(painter, run.curves.held_out_step, log10(run.curves.held_out), "ink", 1.8, smooth=True)
        self.line_across(
            painter,
            run.baseline,
            theme.color("ink2"),
            [1.5, 1.5],
            self.look.text("loss.baseline" if frame.input == "text" else "loss.baseline-task"),
            0.42,
            above=True,
        )
        mark = _loss_mark(frame)
        if mark == mark:
            name = self.look.text("loss.pass-mark" if frame.input == "text" else "loss.pass-mark-task")
            self.line_across(painter, mark, theme.color("ok"), [4, 3], name, 0.78)

    def _numbers(self, frame: Frame) -> str:
        run = frame.run
        unit = self.look.text("unit.squares" if frame.loss == "mse" else "unit.nats")
        loss, step = f"{numbers.loss(run.held_out)} {unit}", numbers.count(run.step)
        if run.running and run.steps_per_s == run.steps_per_s:
            return self.look.text("loss.numbers", loss=loss, step=step, rate=numbers.rate(run.steps_per_s))
        return self.look.text("loss.numbers-still", loss=loss, step=step)

    def _legend(self, painter: QPainter) -> None:
        theme = self.look.theme
        x = self.width - 16.0
        for key, token, wide in (("loss.held-out", "ink", 1.8), ("loss.train", "ink3", 1.0)):
            label = self.look.text(key)
            painter.setFont(fonts.ui(11, 400))
            x -= painter.fontMetrics().horizontalAdvance(label)
            write(painter, QRectF(x, 5, 120, 18), label, fonts.ui(11, 400), theme.color("ink2"))
            painter.setPen(QPen(theme.color(token), wide))
            painter.drawLine(QPointF(x - 26, 14), QPointF(x - 8, 14))
            x -= 42

    def table(self, frame: Frame) -> Table:
        """One row a recorded step; the held-out loss stands at the steps where it was measured, else NaN."""
        curves, run = frame.run.curves, frame.run
        if curves is None:
            empty = np.zeros(0)
            return Table(
                {"step": empty, "train": empty, "held_out": empty, "baseline": empty, "pass_mark": empty}
            )
        steps = np.union1d(curves.step, curves.held_out_step)
        nan = np.full(len(steps), np.nan)
        train, held_out = nan.copy(), nan.copy()
        train[np.searchsorted(steps, curves.step)] = curves.loss
        held_out[np.searchsorted(steps, curves.held_out_step)] = curves.held_out
        mark = _loss_mark(frame)
        return Table(
            {"step": steps, "train": train, "held_out": held_out, "baseline": nan + 0, "pass_mark": nan + 0}
            | {"baseline": np.full(len(steps), run.baseline), "pass_mark": np.full(len(steps), mark)}
        )


def _loss_mark(frame: Frame) -> float:
    """The loss that passes; NaN where another score is judged."""
    mark = frame.run.pass_mark
    return mark.value if mark is not None and mark.metric in ("loss", "mse") else float("nan")
