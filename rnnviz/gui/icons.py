"""Our own icons: SVG line drawings of resources/icons, tinted when they are drawn, sharp at any scale."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from rnnviz.files.resources import resource


def pixmap(name: str, colour: QColor, size: int = 16, ratio: float = 1.0) -> QPixmap:
    """Return resources/icons/NAME.svg in one colour, size logical pixels square, at a device pixel ratio.

    Pixmaps are kept in Qt's own cache. Raises FileNotFoundError for an unknown name.
    """
    key = f"rnnviz/{name}/{colour.name(QColor.NameFormat.HexArgb)}/{size}/{ratio:.3f}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    drawn = QPixmap(QSize(size, size) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    source = resource("icons", f"{name}.svg").read_bytes()
    tinted = source.replace(b"currentColor", colour.name().encode())
    painter.setOpacity(colour.alphaF())
    QSvgRenderer(QByteArray(tinted)).render(painter, QRectF(0, 0, size, size))
    painter.end()
    QPixmapCache.insert(key, drawn)
    return drawn


def draw(painter: QPainter, name: str, corner: QPointF, colour: QColor, size: int = 16) -> None:
    """Draw an icon with its upper left corner at a whole pixel, as sharp as the painter's device."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(QPointF(round(corner.x()), round(corner.y())), pixmap(name, colour, size, ratio))


def icon(name: str, colour: QColor, size: int = 16) -> QIcon:
    """Return an icon for menus and dialogs, at the scales screens have."""
    result = QIcon()
    for ratio in (1.0, 1.5, 2.0, 3.0):
        result.addPixmap(pixmap(name, colour, size, ratio))
    return result


def application_icon() -> QIcon:
    """Return the icon of window and task bar: four gates' bars on the dark ground."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(pixmap("app", QColor("black"), size))
    return result
