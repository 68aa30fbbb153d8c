"""What a panel is: something that renders a frame in a rectangle, and hands out the numbers it drew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from rnnviz.gui.look import Look
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.race.frame import RaceFrame

Column = np.ndarray | list[str]
AnyFrame = Frame | RaceFrame
Shown = TypeVar("Shown", Frame, RaceFrame)


@dataclass(frozen=True)
class Table:
    """The numbers behind a panel: named columns of one length, text or numbers."""

    columns: Mapping[str, Column]


class Panel(pg.GraphicsObject, Generic[Shown]):
    """A picture of a frame. `render` is idempotent; a panel keeps nothing that the frame does not hold.

    `key` names it in commands and files; its title is the message "panel.<key>". `of_kind` tells of which
    frames it is a picture: a workbench's or a race's.
    """

    key: ClassVar[str]
    of_kind: ClassVar[type[AnyFrame]] = Frame
    ground: ClassVar[str] = "bg1"
    figure_size: ClassVar[tuple[int, int]] = (832, 320)
    least_size: ClassVar[tuple[int, int]] = (1, 1)  # below it a figure shrinks as a whole, type included

    def __init__(self, look: Look, parent: QGraphicsItem | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.frame: Shown | None = None
        self.width, self.height = 1.0, 1.0

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Whether this panel has anything to show for the frame: it is of the right kind, of such a model."""
        return isinstance(frame, cls.of_kind)

    def resize(self, width: float, height: float) -> None:
        """Take a size in pixels and lay the parts out in it."""
        self.prepareGeometryChange()
        self.width, self.height = width, height
        self.arrange()

    def arrange(self) -> None:
        """Hook: lay the parts out for the present size and frame."""

    def render(self, frame: Shown) -> None:
        """Show `frame`."""
        self.frame = frame
        self.update()

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        self.look = look
        self.update()

    def table(self, frame: Shown) -> Table:
        """The numbers this panel draws of `frame`, at full precision."""
        raise NotImplementedError(type(self).__name__)

    def boundingRect(self) -> QRectF:
        """The rectangle that is painted."""
        return QRectF(0, 0, self.width, self.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint, once there is a frame."""
        if self.frame is not None:
            self.draw(painter, self.frame)

    def draw(self, painter: QPainter, frame: Shown) -> None:
        """Hook: paint what the panel draws itself, below its parts."""
