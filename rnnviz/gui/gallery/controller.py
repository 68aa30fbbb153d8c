"""The gallery's commands: show it, save the open experiment as one's own, remember a run that has ended."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, Notes, plan_for
from rnnviz.gui import numbers
from rnnviz.gui.dialogs import opened
from rnnviz.gui.gallery.library import OVER
from rnnviz.gui.gallery.picker import GalleryPicker
from rnnviz.gui.gallery.saving import SaveExperiment
from rnnviz.tasks import TASKS
from rnnviz.training.spec import build
from rnnviz.workbench.frame import Frame

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow

GROUPS = {"text": "text", "words": "text", "keys": "symbols"}  # of a task's input; the others are numbers


class GalleryCommands:
    """Serves one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._status = ""

    def show_gallery(self) -> GalleryPicker:
        """Open the gallery on the experiment that is open."""
        window = self._window
        cards = window.library.cards(window.language.code)
        groups = {key: GROUPS.get(task.input, "numbers") for key, task in TASKS.items()}
        picker = GalleryPicker(window.look, cards, groups, window.workbench.frame.experiment, window)
        picker.fit_to(window)
        picker.chosen.connect(lambda source: window.open(source))
        picker.save_wanted.connect(self.save_experiment)
        picker.file_wanted.connect(window.open_file)
        return opened(picker)

    def save_experiment(self) -> SaveExperiment:
        """Ask for the words of a new experiment and write it, with settings and text as they stand."""
        window, frame = self._window, self._window.workbench.frame
        spec = frame.wanted
        cell = window.look.text(f"cell.{spec.cell}")
        task = window.look.text(f"task.{spec.task}")
        about = window.look.text(
            "experiment.about",
            cell=cell,
            units=spec.hidden,
            task=task,
            steps=numbers.count(spec.training.steps),
        )
        dialog = SaveExperiment(window.look, about, window.library.folder, self._write, window)
        dialog.saved.connect(self._saved)
        return opened(dialog)

    def _write(self, notes: Notes, path: Path | None) -> Path:
        window, bench = self._window, self._window.workbench
        spec = bench.frame.wanted
        build(spec)  # what cannot run is refused now, not when somebody opens it
        session = bench.session()
        languages = {window.language.code: notes}
        race = plan_for(spec, window.race.lineup.base.race)
        experiment = Experiment(notes.title, spec, session.view, languages, session.expect, race)
        written, _ = window.library.save(path, experiment)
        return written

    def _saved(self, path: str) -> None:
        window = self._window
        if window.workbench.frame.run.status in OVER and not window.workbench.frame.pending:
            window.library.keep_run(Path(path), window.workbench.frame)
        window.toast.say(window.look.text("notice.experiment-saved", name=Path(path).name))

    def follow(self, frame: Frame) -> None:
        """Remember the run of a person's own experiment when it ends."""
        before, self._status = self._status, frame.run.status
        if before == "training" and self._status in OVER:
            try:
                self._window.library.remember(frame)
            except UserError:
                return  # a folder that cannot be written costs the picture on the card, nothing else
