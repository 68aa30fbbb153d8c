"""Keep Qt's offscreen platform quiet: it complains of every window with a smallest size."""

from __future__ import annotations

import sys

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler

COMPLAINT = "This plugin does not support propagateSizeHints()"


def quieten_offscreen() -> None:
    """Leave that one complaint out; whatever else Qt says still goes to stderr."""
    qInstallMessageHandler(_say)


def _say(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    if message != COMPLAINT:
        print(message, file=sys.stderr)
