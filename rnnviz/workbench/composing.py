"""A frame out of the parts of a workbench."""

from __future__ import annotations

from typing import TypedDict, Unpack

from rnnviz.training.spec import RunSpec
from rnnviz.workbench.frame import Frame, Notice
from rnnviz.workbench.lab.frame import LabFrame
from rnnviz.workbench.probe import layer_names
from rnnviz.workbench.reading import Reading
from rnnviz.workbench.run import Run
from rnnviz.workbench.writer import Written


class Said(TypedDict):
    """What neither the run nor the reading knows."""

    serial: int
    experiment: str
    wanted: RunSpec
    pending: frozenset[str]
    notice: Notice | None
    lab: LabFrame | None
    written: Written | None


def composed(run: Run, reading: Reading, **said: Unpack[Said]) -> Frame:
    """All that a panel may draw of a run and a reading."""
    model, task = run.model, run.task
    return Frame(
        spec=run.spec,
        parameters=model.size,
        quantities=model.quantities,
        states=model.cell.memories,
        layers=layer_names(model),
        symbols=task.output_symbols,
        typed=reading.typed,
        view=reading.view,
        order=reading.order,
        ranges=reading.ranges,
        typed_run=reading.traced,
        free=reading.free,
        run=run.view(said["wanted"].training.clip),
        vocabulary=task.vocabulary.symbols if task.vocabulary is not None else (),
        channels=task.channels,
        output_channels=task.output_channels,
        input=task.input,
        loss=task.loss,
        **said,
    )
