"""What the window remembers between two starts: an INI file in the platform's folder for settings.

Each entry has a default and a check. A value that is missing, damaged or out of range is the default; a file
that cannot be read is started anew; one that cannot be written costs the memory, never the session.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings, QStandardPaths

from rnnviz.files.catalogue import LANGUAGES
from rnnviz.gui.theme import THEMES


@dataclass(frozen=True)
class Entry:
    """One remembered thing: its default and what counts as a possible value."""

    default: object
    possible: Callable[[object], bool]


def _one_of(*choices: object) -> Callable[[object], bool]:
    # 1 == True in Python; a flag must not pass for a number.
    return lambda value: any(type(value) is type(choice) and value == choice for choice in choices)


def _text(limit: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and len(value) <= limit


def _flag(value: object) -> bool:
    return isinstance(value, bool)


def _sizes(value: object) -> bool:
    """Pixel widths of a splitter's parts."""
    return (
        isinstance(value, list)
        and len(value) <= 8
        and all(type(size) is int and 0 <= size <= 20_000 for size in value)
    )


LONGEST_SOURCE = 1000

SCHEMA: Mapping[str, Entry] = {
    "theme": Entry("dark", _one_of(*THEMES)),
    "language": Entry("", _one_of("", *LANGUAGES)),  # "" = as the system speaks
    "experiment": Entry("hello-memory", _text(LONGEST_SOURCE)),  # its key, or the path of a person's own
    "view": Entry("explore", _one_of("explore", "text", "compare")),
    "speed": Entry(10, _one_of(1, 10, 0)),
    "reduced-motion": Entry(False, _flag),
    "chosen-marks": Entry(True, _flag),
    "gradient-of": Entry("cursor", _one_of("cursor", "whole")),
    "strip-open": Entry(True, _flag),
    "drawer-open": Entry(False, _flag),
    "columns": Entry([], _sizes),
    "rows": Entry([], _sizes),
    "geometry": Entry("", _text(20_000)),  # base64 of QWidget.saveGeometry
    "export-folder": Entry("", _text(4_000)),
    "text-folder": Entry("", _text(4_000)),
}


def default_path() -> Path:
    """Return the file in the user's folder for settings; needs QCoreApplication's name to be set."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    return Path(folder) / "window.ini"


def default_data() -> Path:
    """Return the user's folder for data; needs QCoreApplication's name to be set."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation))


class Preferences:
    """Read and write the entries of SCHEMA; KeyError for any other key."""

    def __init__(self, path: Path, data: Path | None = None) -> None:
        """`data` is the folder for a person's own experiments; without it the one that `path` lies in."""
        self.data = path.parent if data is None else data
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        if self._settings.status() == QSettings.Status.FormatError:
            self._settings.clear()

    def get(self, key: str) -> object:
        """Return the remembered value, or the default when there is none that is possible."""
        entry = SCHEMA[key]
        stored = self._settings.value(key)
        if not isinstance(stored, str):
            return entry.default
        try:
            value: object = json.loads(stored)
        except (ValueError, RecursionError):
            return entry.default
        return value if entry.possible(value) else entry.default

    def set(self, key: str, value: object) -> None:
        """Remember a value; ValueError when it is not a possible one (a fault of the caller)."""
        if not SCHEMA[key].possible(value):
            raise ValueError(f"{key} cannot be {value!r}")
        self._settings.setValue(key, json.dumps(value))

    def text(self, key: str) -> str:
        """Return a remembered word or path."""
        return str(self.get(key))

    def flag(self, key: str) -> bool:
        """Return a remembered yes or no."""
        return bool(self.get(key))

    def number(self, key: str) -> int:
        """Return a remembered whole number."""
        value = self.get(key)
        return value if isinstance(value, int) else 0

    def sizes(self, key: str) -> list[int]:
        """Return remembered pixel sizes, empty at the first start."""
        value = self.get(key)
        return [int(size) for size in value] if isinstance(value, list) else []

    def blob(self, key: str) -> bytes:
        """Return remembered bytes, empty when there are none or they are damaged."""
        try:
            return base64.b64decode(self.text(key), validate=True)
        except (binascii.Error, ValueError):
            return b""

    def set_blob(self, key: str, value: bytes) -> None:
        """Remember bytes, such as a window's geometry."""
        self.set(key, base64.b64encode(value).decode("ascii"))

    def save(self) -> bool:
        """Write to disk now; whether that worked."""
        self._settings.sync()
        return self._settings.status() == QSettings.Status.NoError
