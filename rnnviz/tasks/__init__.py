"""What a network is trained on: batches, the score, and the marks by which the score is judged.

A task hands out integer codes or numbers and nothing else: it knows no model, no optimiser and no screen, so
that every cell can meet every task.  It also says what the trivial predictor scores (``baseline``) and what a
network must reach (``pass_mark``); both are measured on exactly the tokens that the network is scored on,
because a mark from another split or another unit compares nothing.  Batches come from a generator that the
caller owns: the same seed gives the same batches to every runner.  A new task is one file and one line in
`TASKS`. Refused: data loaders with threads of their own (a toy batch takes microseconds), start tokens (the
first step shown would not be the user's first character), and downloads.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.engine.errors import UserError
from rnnviz.tasks.adding import AddingTask
from rnnviz.tasks.base import Batch, PassMark, Stream, Task, Text, Typed
from rnnviz.tasks.brackets import BracketsTask
from rnnviz.tasks.characters import CharacterTask
from rnnviz.tasks.columns import ColumnsTask
from rnnviz.tasks.copying import CopyTask
from rnnviz.tasks.counting import CountingTask
from rnnviz.tasks.echo import EchoTask
from rnnviz.tasks.flip_flop import FlipFlopTask
from rnnviz.tasks.france import FranceTask
from rnnviz.tasks.parity import ParityTask
from rnnviz.tasks.reber import ReberTask
from rnnviz.tasks.recall import RecallTask
from rnnviz.tasks.signals import SignalTask
from rnnviz.tasks.temporal_order import TemporalOrderTask
from rnnviz.tasks.vocabulary import Vocabulary

__all__ = ["TASKS", "Batch", "PassMark", "Stream", "Task", "Text", "Typed", "Vocabulary", "make_task"]

TASKS: Mapping[str, type[Task]] = MappingProxyType(
    {
        task.key: task
        for task in (
            CharacterTask,
            FranceTask,
            RecallTask,
            EchoTask,
            CopyTask,
            AddingTask,
            TemporalOrderTask,
            ReberTask,
            CountingTask,
            BracketsTask,
            FlipFlopTask,
            ParityTask,
            SignalTask,
            ColumnsTask,
        )
    }
)


def make_task(key: str, options: Mapping[str, object], text: Text | None) -> Task:
    """The task registered under ``key``.

    Raises UserError "error.task-unknown", "error.setting-unknown" for an option the task lacks, an
    "error.option-…" for a value out of range, "error.text-missing" where a text is needed, or whatever the
    task finds wrong with the text.
    """
    if key not in TASKS:
        raise UserError("error.task-unknown", key=key, allowed=", ".join(TASKS))
    return TASKS[key](options, text)
