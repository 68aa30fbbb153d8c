"""Figures: any panel written to a file or the clipboard, in a look and a size of its own.

A figure is the panel's class built anew, so it can be light and Chinese while the window is dark and English.
Text in SVG is written as shapes: a file opened elsewhere needs none of our fonts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF, QSize, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator

from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import write_bytes
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS, AnyFrame, Panel, Table
from rnnviz.gui.widgets.ink import OutlinePainter
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.frame import RaceFrame

LOGICAL_DPI = 96.0
MM_PER_INCH = 25.4
SMALLEST_MM, LARGEST_MM = 10.0, 1000.0
DPIS = (150, 300, 600)


@dataclass(frozen=True)
class Size:
    """Width and height in millimetres; type keeps its size, so a larger figure shows more, not bigger."""

    width: float
    height: float

    def __post_init__(self) -> None:
        for value in (self.width, self.height):
            if not SMALLEST_MM <= value <= LARGEST_MM:
                raise UserError("error.figure-size", value=f"{value:g}", low=SMALLEST_MM, high=LARGEST_MM)

    @property
    def pixels(self) -> tuple[int, int]:
        """Logical pixels at 96 dpi."""
        return round(self.width / MM_PER_INCH * LOGICAL_DPI), round(self.height / MM_PER_INCH * LOGICAL_DPI)


def natural_size(key: str) -> Size:
    """The size a panel suggests for itself."""
    width, height = PANELS[key].figure_size
    return Size(round(width / LOGICAL_DPI * MM_PER_INCH, 1), round(height / LOGICAL_DPI * MM_PER_INCH, 1))


@dataclass(frozen=True)
class Figure:
    """One panel of one frame, ready to be written."""

    key: str
    frame: AnyFrame
    look: Look
    size: Size

    def __post_init__(self) -> None:
        if self.key not in PANELS:
            raise UserError("error.view-unknown", view=self.key, allowed=", ".join((*PANELS, "all")))
        if not PANELS[self.key].applies(self.frame):
            raise _not_here(self.key, self.frame)

    @property
    def _ground(self) -> QColor:
        return self.look.theme.color(PANELS[self.key].ground)

    def paint(self, painter: QPainter) -> None:
        """Paint the figure in logical pixels from the painter's origin.

        Where it is smaller than its panel can be read at, the panel is drawn larger and shrunk as a whole.
        """
        width, height = self.size.pixels
        scene = pg.GraphicsScene()
        panel: Panel[Any] = PANELS[self.key](self.look)
        least_width, least_height = panel.least_size
        shrink = max(least_width / width, least_height / height, 1.0)
        scene.addItem(panel)
        panel.resize(round(width * shrink), round(height * shrink))
        panel.render(self.frame)
        painter.fillRect(QRectF(0, 0, width + 1, height + 1), self._ground)
        scene.prepareForPaint()  # a view of pyqtgraph takes its ranges only now
        drawn = QRectF(0, 0, round(width * shrink), round(height * shrink))
        scene.render(painter, QRectF(0, 0, width, height), drawn)
        scene.removeItem(panel)

    def image(self, dpi: int = 300) -> QImage:
        """The figure in pixels at `dpi`."""
        width, height = (round(side / MM_PER_INCH * dpi) for side in (self.size.width, self.size.height))
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(self._ground)  # the panel has whole logical pixels, so a sliver may remain
        image.setDevicePixelRatio(dpi / LOGICAL_DPI)
        image.setDotsPerMeterX(round(dpi / 0.0254))
        image.setDotsPerMeterY(round(dpi / 0.0254))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        self.paint(painter)
        painter.end()
        return image

    def png(self, dpi: int = 300) -> bytes:
        """A PNG file."""
        return _into_buffer(lambda buffer: self.image(dpi).save(buffer, "PNG"))  # type: ignore[call-overload]

    def svg(self) -> bytes:
        """An SVG file, vector but for the maps."""
        width, height = self.size.pixels

        def write(buffer: QBuffer) -> None:
            generator = QSvgGenerator()
            generator.setOutputDevice(buffer)
            generator.setSize(QSize(width, height))
            generator.setViewBox(QRectF(0, 0, width, height))
            generator.setResolution(round(LOGICAL_DPI))
            generator.setTitle(self.look.text(f"panel.{self.key}"))
            painter = OutlinePainter(generator)
            self.paint(painter)
            painter.end()

        return _into_buffer(write)

    def pdf(self) -> bytes:
        """A PDF file of one page of the figure's size."""

        def write(buffer: QBuffer) -> None:
            writer = QPdfWriter(buffer)
            writer.setPageSize(
                QPageSize(QSizeF(self.size.width, self.size.height), QPageSize.Unit.Millimeter)
            )
            writer.setPageMargins(QMarginsF(0, 0, 0, 0))
            writer.setResolution(round(LOGICAL_DPI))
            writer.setTitle(self.look.text(f"panel.{self.key}"))
            painter = QPainter(writer)
            self.paint(painter)
            painter.end()

        return _into_buffer(write)

    def csv(self) -> bytes:
        """The numbers the panel draws, at full precision."""
        return table_csv(PANELS[self.key](self.look).table(self.frame))

    def write(self, path: Path, dpi: int = 300) -> None:
        """Write the file that the ending of `path` asks for.

        Raises UserError for another ending, or where the place cannot be written; an older file then stays.
        """
        kinds: dict[str, Callable[[], bytes]] = {
            ".png": lambda: self.png(dpi),
            ".svg": self.svg,
            ".pdf": self.pdf,
            ".csv": self.csv,
        }
        make = kinds.get(path.suffix.lower())
        if make is None:
            raise UserError("error.figure-ending", name=path.name, allowed=" ".join(kinds))
        write_bytes(path, make())


def table_csv(table: Table) -> bytes:
    """Comma-separated values; numbers as %.17g, which reads back to the same bits."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table.columns)
    columns = [[_cell(v) for v in values] for values in table.columns.values()]
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8", "replace")  # half an emoji is no character


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    return f"{float(value):.17g}"  # type: ignore[arg-type]


def _not_here(key: str, frame: AnyFrame) -> UserError:
    if isinstance(frame, PANELS[key].of_kind) and isinstance(frame, Frame):
        return UserError("error.view-not-here", view=key, cell=frame.spec.cell, task=frame.spec.task)
    of_race = isinstance(frame, RaceFrame)
    return UserError("error.view-not-of-race" if of_race else "error.view-of-race", view=key)


def _into_buffer(write: Callable[[QBuffer], object]) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write(buffer)
    buffer.close()
    return bytes(data.data())
