"""Changing a typed text by its tokens: what keys, bars, pulses and a drawn curve do to the text line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from rnnviz.tasks.base import Task, Typed
from rnnviz.tasks.drawn import NumberTask

BLANK = 48  # steps of a blank input, or fewer where the task's sequences are shorter


def with_rows(task: Task, typed: Typed, rows: Mapping[int, Sequence[float]]) -> str:
    """The text of ``typed`` with other numbers at some steps (from 0); steps it lacks are left out."""
    assert isinstance(task, NumberTask)
    text = typed.text
    for step in sorted(rows, reverse=True):
        if 0 <= step < len(typed.spans):
            start, end = typed.spans[step]
            text = f"{text[:start]}{task.write(np.array(rows[step], np.float32))}{text[end:]}"
    return text


def blank(task: Task) -> str:
    """A text of zeros to draw on."""
    assert isinstance(task, NumberTask)
    return task.written(np.zeros((min(task.length, BLANK), task.inputs), np.float32))


def curve_of(typed: Typed) -> str:
    """The first channel as one number a line: a text that the task of signals trains on."""
    assert typed.numbers is not None
    return "\n".join(f"{value:.4g}" for value in typed.numbers[:, 0, 0])
