"""The export dialog: which panel, which kind of file, how large, in which look; with a true preview."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMargins, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.gui import fonts
from rnnviz.gui.figure import (
    DPIS,
    LARGEST_MM,
    LOGICAL_DPI,
    MM_PER_INCH,
    SMALLEST_MM,
    Figure,
    Size,
    natural_size,
)
from rnnviz.gui.look import Look
from rnnviz.gui.panels import PANELS, AnyFrame
from rnnviz.gui.theme import THEMES, load_theme
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.controls import link_button, primary_button, secondary_button
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.spin import NumberField, NumberSpec

FORMATS = ("png", "svg", "pdf", "csv")
PREVIEW_WAIT_MS = 60


class Preview(QWidget):
    """The figure as it will be, scaled to fit."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.image = QImage()
        self.setMinimumSize(520, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture in the middle."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.theme.color("bg2"))
        if self.image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self.image.size().scaled(
            self.size().shrunkBy(QMargins(12, 12, 12, 12)), Qt.AspectRatioMode.KeepAspectRatio
        )
        rect = QRectF(0, 0, size.width(), size.height())
        rect.moveCenter(QRectF(self.rect()).center())
        painter.drawImage(rect, self.image)
        painter.setPen(self.look.theme.color("line2"))
        painter.drawRect(rect)


class ExportDialog(QDialog):
    """Makes a Figure; `written` carries the path when a file stands there."""

    written = Signal(str)
    copied = Signal()

    def __init__(
        self, look: Look, frame: AnyFrame, key: str, folder: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look, self.frame, self.folder = look, frame, folder
        text = look.text
        self.setWindowTitle(text("export.title"))
        self.preview = Preview(look)
        self.panels = ComboField(look, "export.panel", wide=300, tall=30)
        self.panels.set_choices([(k, text(f"panel.{k}")) for k, p in PANELS.items() if p.applies(frame)])
        self.panels.set_value(key)
        self.format = self._choice("export.format", [(f, f.upper()) for f in FORMATS], "png")
        self.dpi = self._choice("export.scale", [(d, text("export.dpi", dpi=d)) for d in DPIS], 300)
        self.theme = self._choice("export.theme", [(t, text(f"theme.{t}")) for t in THEMES], look.theme.name)
        languages = [(code, text(f"language.{code}")) for code in LANGUAGES]
        self.language = self._choice("export.language", languages, look.catalogue.language)
        size = natural_size(key)
        self.wide = NumberField(look, "export.width", NumberSpec(SMALLEST_MM, LARGEST_MM, 1), 110, 30)
        self.high = NumberField(look, "export.height", NumberSpec(SMALLEST_MM, LARGEST_MM, 1), 110, 30)
        self.wide.set_value(size.width)
        self.high.set_value(size.height)
        self.facts = Text(look, "", fonts.ui(12, 600))
        self.error = Text(look, "", fonts.ui(12), "warn", wrap=True)
        self.error.hide()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(PREVIEW_WAIT_MS)
        self._later.timeout.connect(self.refresh)
        self._lay_out()
        self.panels.chosen.connect(self._panel_chosen)
        for control in (self.format, self.dpi, self.theme, self.language):
            control.chosen.connect(lambda _: self._later.start())
        for field in (self.wide, self.high):
            field.changed.connect(lambda _: self._later.start())
        self.refresh()

    def _choice(self, name: str, choices: Sequence[tuple[object, str]], value: object) -> SegmentedControl:
        control = SegmentedControl(self.look, name)
        control.set_choices(choices)
        control.set_value(value)
        return control

    def _lay_out(self) -> None:
        look = self.look
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        size = QHBoxLayout()
        size.setSpacing(8)
        for widget in (self.wide, Text(look, "export.times", fonts.ui(12), "ink3"), self.high):
            size.addWidget(widget)
        size.addWidget(Text(look, "export.mm", fonts.ui(12), "ink3"))
        size.addStretch(1)
        rows: list[tuple[str, QWidget | QHBoxLayout]] = [
            ("export.panel", self.panels),
            ("export.format", self.format),
            ("export.size", size),
            ("export.scale", self.dpi),
            ("export.theme", self.theme),
            ("export.language", self.language),
        ]
        for row, (key, control) in enumerate(rows):
            grid.addWidget(Text(look, key, fonts.ui(12), "ink2"), row, 0)
            if isinstance(control, QWidget):
                grid.addWidget(control, row, 1)
            else:
                grid.addLayout(control, row, 1)
        self.copy = link_button(look, "export.copy")
        self.cancel = secondary_button(look, "export.cancel")
        self.save = primary_button(look, "export.save")
        self.copy.clicked.connect(self.copy_now)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(self.ask_and_write)
        self.save.setDefault(True)
        feet = QHBoxLayout()
        feet.setSpacing(8)
        feet.addWidget(self.copy)
        feet.addStretch(1)
        feet.addWidget(self.cancel)
        feet.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.preview, 1)
        column.addWidget(self.facts)
        column.addLayout(grid)
        column.addWidget(self.error)
        column.addLayout(feet)

    def figure(self) -> Figure:
        """The figure as chosen. Raises UserError for a size out of range."""
        look = Look(load_theme(str(self.theme.value())), Catalogue(str(self.language.value())))
        size = Size(float(self.wide.value()), float(self.high.value()))
        return Figure(str(self.panels.value()), self.frame, look, size)

    def refresh(self) -> None:
        """Draw the preview again and say what the file will measure."""
        figure = self.figure()
        ratio = min(self.devicePixelRatioF() * 1.0, 2.0)
        self.preview.image = figure.image(round(LOGICAL_DPI * max(ratio, 1.0)))
        dpi = int(str(self.dpi.value()))
        raster = self.format.value() == "png"
        values = {
            "width": f"{figure.size.width:g}",
            "height": f"{figure.size.height:g}",
            "across": f"{round(figure.size.width / MM_PER_INCH * dpi):,}",
            "down": f"{round(figure.size.height / MM_PER_INCH * dpi):,}",
            "dpi": dpi,
        }
        kind = (
            "export.facts"
            if raster
            else "export.facts-table"
            if self.format.value() == "csv"
            else "export.facts-vector"
        )
        self.facts.set_message(kind, **values)
        self.dpi.setEnabled(raster)
        self.preview.update()

    def _panel_chosen(self, key: object) -> None:
        size = natural_size(str(key))
        self.wide.set_value(size.width)
        self.high.set_value(size.height)
        self.refresh()

    def copy_now(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setImage(self.figure().image(int(str(self.dpi.value()))))
        self.copied.emit()

    def ask_and_write(self) -> None:
        """Ask where, write, and close; a refusal is said here and the dialog stays."""
        ending, key = str(self.format.value()), str(self.panels.value())
        name = str(Path(self.folder) / f"rnnviz-{key}.{ending}")
        kinds = f"{ending.upper()} (*.{ending})"
        chosen, _ = QFileDialog.getSaveFileName(self, self.look.text("export.title"), name, kinds)
        if chosen:
            path = Path(chosen)
            self.write(path if path.suffix else path.with_suffix(f".{ending}"))

    def write(self, path: Path) -> bool:
        """Write the file; whether it stands."""
        try:
            self.figure().write(path, int(str(self.dpi.value())))
        except UserError as error:
            self.error.set_message(error.key, **error.values)
            self.error.show()
            return False
        self.folder = str(path.parent)
        self.written.emit(str(path))
        self.accept()
        return True
