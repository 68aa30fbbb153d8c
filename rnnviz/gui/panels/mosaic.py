"""A panel that is made of other panels."""

from __future__ import annotations

from PySide6.QtCore import QRectF

from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import Panel, Shown


class Mosaic(Panel[Shown]):
    """Gives frame, look and place on to its `parts`; `places` says where each of them stands."""

    parts: tuple[Panel[Shown], ...] = ()

    def places(self) -> tuple[QRectF, ...]:
        """Where each part stands for the present size and frame, in px."""
        raise NotImplementedError(type(self).__name__)

    def arrange(self) -> None:
        """Lay the parts out."""
        for part, place in zip(self.parts, self.places(), strict=True):
            part.setPos(place.topLeft())
            part.resize(place.width(), place.height())

    def render(self, frame: Shown) -> None:
        """Show `frame` in every part."""
        self.frame = frame  # by itself: mypy takes the frame of `super` for another kind
        self.arrange()
        for part in self.parts:
            part.render(frame)
        self.update()

    def set_look(self, look: Look) -> None:
        """Draw in another theme or language from now on."""
        super().set_look(look)
        for part in self.parts:
            part.set_look(look)
