"""The page on which the network writes, and the commands that let it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.gui import fonts
from rnnviz.gui.canvas import Canvas
from rnnviz.gui.look import Look
from rnnviz.gui.panels.colours import SIDE
from rnnviz.gui.panels.written import WrittenPanel
from rnnviz.gui.widgets.controls import Button, Kind
from rnnviz.gui.widgets.entry import Entry
from rnnviz.gui.widgets.hintbar import CHIP
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.spin import NumberField, NumberSpec
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.writer import WriteSettings

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow

GO = Kind("pri", "", "prit", "", height=28, padding=12, weight=600)
TICK_MS, SLICE_S = 25, 0.006  # a slice of writing a tick leaves the window its time
AGAIN_TICKS = 40  # a finished text stands for a second before training makes a newer one


class WrittenCanvas(Canvas):
    """Scrolls a text that does not fit."""

    panel: WrittenPanel

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll."""
        self.panel.scroll(-3 if event.angleDelta().y() > 0 else 3)
        event.accept()


class WritePage(QWidget):
    """`wanted` asks to write with the settings shown, `ended` to stop, `taken` to type what was written.

    The button `take` stands where the page's owner has room for it.
    """

    wanted = Signal()
    ended = Signal()
    taken = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._running = False
        usual = WriteSettings()
        self.panel = WrittenPanel(look)
        self.canvas = WrittenCanvas(self.panel)
        self.temperature = NumberField(look, "written.temperature", NumberSpec(0, 10, 0.1, whole=False), 68)
        self.seed = NumberField(look, "written.seed", NumberSpec(0, 2**32 - 1, 1, grouped=False), 62)
        self.length = NumberField(look, "written.length", NumberSpec(1, 4000, 50), 74)
        self.temperature.set_value(usual.temperature)
        self.length.set_value(usual.length)
        self.stop = Entry(look, "written.stop", 24)
        self.stop.setFixedSize(46, 28)
        self.go = Button(look, "written.go", "play", GO)
        self.take = Button(look, "written.take", "", CHIP)
        self.labels: list[Text] = []
        row = QHBoxLayout()
        row.setContentsMargins(SIDE, 2, SIDE, 2)
        row.setSpacing(6)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("written.temperature", self.temperature),
            ("written.seed", self.seed),
            ("written.length", self.length),
            ("written.stop", self.stop),
        )
        for key, field in fields:
            label = Text(look, key, fonts.ui(12), "ink2")
            label.setBuddy(field)
            self.labels.append(label)
            row.addWidget(label)
            row.addWidget(field)
            row.addSpacing(4)
        row.addStretch(1)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.canvas, 1)
        self.setFocusProxy(self.go)
        self.go.clicked.connect(lambda: self.ended.emit() if self._running else self.wanted.emit())
        self.take.clicked.connect(self.taken)
        for changing in (self.temperature, self.seed, self.length):
            changing.changed.connect(lambda _: self.wanted.emit())
        self.stop.editingFinished.connect(self._stop_given)
        self._stop = ""

    def _stop_given(self) -> None:
        if self.stop.text() != self._stop:
            self._stop = self.stop.text()
            self.wanted.emit()

    def settings(self) -> WriteSettings:
        """The settings as shown; a line break is written \\n."""
        stop = self.stop.text().replace("\\n", "\n")
        length, seed = int(self.length.value()), int(self.seed.value())
        return WriteSettings(float(self.temperature.value()), seed, length, stop)

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        for part in (self.temperature, self.seed, self.length):
            part.set_look(look)
        for label in self.labels:
            label.set_look(look)
        for button in (self.go, self.take):
            button.set_look(look)
        self.stop.set_look(look)
        self.canvas.set_look(look)

    def render_frame(self, frame: Frame) -> None:
        """Show `frame`."""
        written = frame.written
        self._running = written is not None and written.running
        self.go.set_content(
            "written.end" if self._running else "written.go", "pause" if self._running else "play"
        )
        self.take.setEnabled(written is not None and bool(written.tokens))
        self.canvas.render_frame(frame)


class WriteCommands:
    """Serves one window: writes a slice at a time while the page is seen."""

    def __init__(self, window: MainWindow, page: WritePage) -> None:
        self._window, self._page = window, page
        self._rest = 0
        self._wanted = False
        self._clock = QTimer(window)
        self._clock.setInterval(TICK_MS)
        self._clock.timeout.connect(self._tick)
        page.wanted.connect(self.write_on)
        page.ended.connect(self.stop_writing)
        page.taken.connect(self._take)

    def write_on(self) -> None:
        """Let the network go on from the typed text; show the page where it does."""
        self._rest, self._wanted = 0, True
        self._window.do(lambda: self._window.workbench.write(self._page.settings()))
        self._clock.start()

    def stop_writing(self) -> None:
        """Leave the text as it stands."""
        self._wanted = False
        self._clock.stop()
        self._window.do(lambda: self._window.workbench.write(None))

    def follow(self) -> None:
        """Training goes on: what was written before may be written anew."""
        if self._wanted and self._page.isVisible() and not self._clock.isActive():
            self._clock.start()

    def _tick(self) -> None:
        """Write a slice; a text that newer parameters would write otherwise is begun anew after a while."""
        bench = self._window.workbench
        if not self._page.isVisible():
            return
        if bench.write_more(SLICE_S):
            self._rest = 0
            self._page.render_frame(bench.frame)
            return
        self._rest += 1
        written, trained = bench.frame.written, bench.frame.run.step
        if written is None or not len(written.steps) or written.steps[-1] == trained:
            if not bench.frame.run.running:
                self._clock.stop()
        elif self._rest >= AGAIN_TICKS:
            self.write_on()

    def _take(self) -> None:
        """Type what was written behind the prompt."""
        bench = self._window.workbench
        written = bench.frame.written
        if written is not None:
            task = bench.run.task
            blank = "" if joined_closely(task.output_symbols) else " "
            prompt = bench.frame.typed.text
            self._window.centre.text.write(prompt + blank * bool(prompt) + blank.join(written.tokens))


def joined_closely(symbols: tuple[str, ...]) -> bool:
    """Whether tokens stand side by side in a text, as letters do."""
    return bool(symbols) and all(len(symbol) == 1 for symbol in symbols)
