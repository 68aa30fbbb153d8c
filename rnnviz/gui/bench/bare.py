"""A program that opens the barest window of our libraries, one plot, and says when it is painted.

Run by its path, so that it loads nothing of ours: the start of our window is held against this one.
"""

import sys

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, QTimer, qInstallMessageHandler
from PySide6.QtWidgets import QApplication, QMainWindow


class Bare(QMainWindow):
    """One PlotWidget in a window."""

    def __init__(self) -> None:
        super().__init__()
        plot = pg.PlotWidget()
        plot.plot([0.0, 1.0, 0.5, 2.0])
        self.setCentralWidget(plot)
        self.resize(1440, 900)
        plot.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say so when the first painting is over, and end."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._ready)
        return False

    def _ready(self) -> None:
        print("ready", flush=True)
        QApplication.exit()


if __name__ == "__main__":
    qInstallMessageHandler(lambda *_: None)  # the offscreen platform complains of size hints
    application = QApplication(sys.argv)
    window = Bare()
    window.show()
    sys.exit(application.exec())
