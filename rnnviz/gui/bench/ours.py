"""Our window up to the moment a person can use it: the trained example is painted, and typing arrives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from rnnviz.gui.app import FIRST, make_application, make_window
from rnnviz.gui.bench.stage import Stage
from rnnviz.gui.offscreen import quieten_offscreen
from rnnviz.gui.preferences import Preferences


def until_usable() -> bool:
    """Open the window as a first start does, say "ready" when it is, and close it; whether typing arrived."""
    make_application()
    quieten_offscreen()
    with TemporaryDirectory() as folder:
        window = make_window(FIRST, "en", Preferences(Path(folder) / "window.ini"))
        try:
            stage = Stage(window)
            window.show()
            if not stage.ready():
                return False
            before = window.workbench.frame.typed.text
            arrived = stage.watch.paints[-1].text == before and stage.press("a") != before
            if arrived:
                print("ready", flush=True)
            return arrived
        finally:
            window.close()
