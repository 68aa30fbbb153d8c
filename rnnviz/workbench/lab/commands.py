"""What a person can ask of the lab: commands of the workbench, each answered with a new frame."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from rnnviz.engine.probes.fixed_points import STARTS, TOLERANCE
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.lab.frame import LabFrame
from rnnviz.workbench.lab.lab import Lab
from rnnviz.workbench.lab.subject import Subject
from rnnviz.workbench.probe import layer_names
from rnnviz.workbench.reading import Reading
from rnnviz.workbench.run import Run


class LabCommands(ABC):
    """The part of a workbench that keeps a `Lab`."""

    _run: Run
    _reading: Reading

    def __init__(self) -> None:
        self._lab = Lab()

    @abstractmethod
    def _compose(self) -> Frame:
        """A frame of all that there is now."""

    def want_probes(self, keys: Iterable[str]) -> Frame:
        """Say which panels of the two views are seen; their numbers come with later frames."""
        self._lab.want(keys)
        return self._compose()

    @property
    def probes_due(self) -> bool:
        """Whether `work` has anything to do."""
        return self._lab.due

    def work(self) -> Frame | None:
        """Do one turn of some milliseconds for the panels wanted; a frame when there is something new."""
        return self._compose() if self._lab.work(steady=self._run.status == "training") else None

    def finish_probes(self) -> Frame:
        """Do all of it, a search included; takes as long as it takes."""
        self._lab.finish()
        return self._compose()

    def choose_output(self, output: int | None) -> Frame:
        """Choose the output whose saliency is shown; None for the likeliest at the cursor."""
        self._lab.choose_output(output)
        return self._compose()

    def turn_dial(self, gain: float) -> Frame:
        """Scale the recurrent weights in a preview, and nothing else. Raises UserError "error.option-…"."""
        self._lab.turn(gain)
        return self._compose()

    def refit_plane(self) -> Frame:
        """Fit the plane of the states anew."""
        self._lab.refit()
        return self._compose()

    def search_points(
        self,
        held: int | tuple[float, ...] | None = None,
        starts: int = STARTS,
        tolerance: float = TOLERANCE,
    ) -> Frame:
        """Begin a search for fixed points, the input held at a symbol's code or at numbers.

        Raises UserError as `Search.begin`.
        """
        self._look_on()
        self._lab.search(held, starts, tolerance)
        return self._compose()

    def cancel_search(self) -> Frame:
        """Leave the search."""
        self._lab.cancel()
        return self._compose()

    def _lab_frame(self) -> LabFrame | None:
        """What the lab knows of what the frame shows; None while nobody looks."""
        if self._lab.idle:
            return None
        self._look_on()
        return self._lab.frame

    def _look_on(self) -> None:
        """Let the lab see what the frame shows."""
        run, reading = self._run, self._reading
        gradient = None if reading.traced is None else reading.traced.gradient
        self._lab.look(
            Subject(
                task=run.task,
                model=run.model,
                parameters=run.parameters,
                seed=run.spec.training.seed,
                step=run.step_number,
                moves=run.moves.moves(),
                typed=reading.typed,
                layer=layer_names(run.model)[reading.view.layer],
                cursor=max(reading.view.cursor, 0),
                loss_step=None if gradient is None else gradient.loss_step,
            )
        )
