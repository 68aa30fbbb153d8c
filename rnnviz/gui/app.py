"""Start the window."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import pyqtgraph as pg
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QApplication

from rnnviz.engine.errors import UserError
from rnnviz.files.opening import open_source
from rnnviz.gui import fonts
from rnnviz.gui.icons import application_icon
from rnnviz.gui.language import Language
from rnnviz.gui.preferences import Preferences, default_data, default_path
from rnnviz.gui.window import MainWindow

FIRST = "hello-memory"


def make_application() -> QApplication:
    """The one QApplication with our name, style, fonts and icon."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("rnnviz")
    application.setOrganizationName("rnnviz")
    application.setStyle("Fusion")
    fonts.load_fonts()
    application.setFont(fonts.ui(12))
    application.setWindowIcon(application_icon())
    pg.setConfigOptions(imageAxisOrder="row-major", antialias=False)
    return application


def chosen_language(preferences: Preferences, asked: str | None) -> str:
    """What was asked for, else what was chosen before, else what the system speaks."""
    if asked:
        return asked
    return preferences.text("language") or (
        "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"
    )


def make_window(
    source: str | None = None, language: str | None = None, preferences: Preferences | None = None
) -> MainWindow:
    """The window on `source` (an experiment's key or a file), else on what was open last.

    Raises UserError for a source that cannot be opened; a remembered one that cannot is passed over.
    """
    kept = preferences if preferences is not None else Preferences(default_path(), default_data())
    speaks = Language(chosen_language(kept, language))
    if source is not None:
        return MainWindow(open_source(source, trained=True), kept, speaks)
    try:
        opened = open_source(kept.text("experiment"), trained=True)
    except UserError:
        opened = open_source(FIRST, trained=True)
    return MainWindow(opened, kept, speaks)


def settle() -> None:
    """Take all that the start has made out of the garbage collector's rounds.

    A full round over it lasts 40 ms and may fall between any key and its picture; what a session makes later
    is little, and a round over that lasts 1 ms.
    """
    gc.freeze()


def main(argv: Sequence[str] = (), language: str | None = None) -> int:
    """Open the window and run until it is closed; a file among `argv` is opened in it."""
    application = make_application()
    window = make_window(None, language)
    window.show()
    for name in argv[:1]:
        window.open_path(Path(name))
    settle()
    signal.signal(signal.SIGINT, lambda *_: window.close())
    # Python looks at signals between two of its own instructions only; a slow timer gives it some.
    pulse = QTimer()
    pulse.timeout.connect(lambda: None)
    pulse.start(250)
    try:
        return application.exec()
    finally:
        gc.unfreeze()
