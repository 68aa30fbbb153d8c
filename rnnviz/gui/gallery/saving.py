"""The words of a new experiment, and where it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Notes
from rnnviz.files.library import file_key
from rnnviz.gui import fonts
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import link_button, primary_button, secondary_button
from rnnviz.gui.widgets.entry import Entry
from rnnviz.gui.widgets.labels import Text

LONGEST_TITLE, LONGEST_PROMISE = 80, 160
WIDE = 520


class SaveExperiment(QDialog):
    """Calls `write` with the words and a path (None: our own folder), which may raise UserError.

    `saved` carries the path once the file stands; a refusal is said here and the dialog stays.
    """

    saved = Signal(str)

    def __init__(
        self,
        look: Look,
        about: str,
        folder: Path,
        write: Callable[[Notes, Path | None], Path],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.look, self._folder, self._write = look, folder, write
        text = look.text
        self.setWindowTitle(text("experiment.save"))
        self.title = Entry(look, "experiment.title", LONGEST_TITLE)
        self.promise = Entry(look, "experiment.promise", LONGEST_PROMISE)
        self.place = Text(look, "", fonts.ui(11), "ink3", wrap=True)
        self.error = Text(look, "", fonts.ui(12), "warn", wrap=True)
        self.error.hide()
        self.elsewhere = link_button(look, "experiment.elsewhere")
        self.cancel = secondary_button(look, "export.cancel")
        self.save = primary_button(look, "experiment.write")
        self._lay_out(about)
        self.title.textChanged.connect(self._changed)
        self.elsewhere.clicked.connect(self.ask)
        self.cancel.clicked.connect(self.reject)
        self.save.clicked.connect(lambda: self.write(None))
        self.save.setDefault(True)
        self._changed()
        self.resize(WIDE, self.sizeHint().height())

    def _lay_out(self, about: str) -> None:
        what = Text(self.look, "", fonts.ui(12), "ink2", wrap=True)
        what.setText(about)
        for words in (what, self.place, self.error):
            words.setFixedWidth(WIDE - 40)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(10)
        for row, (key, entry) in enumerate(
            (("experiment.title", self.title), ("experiment.promise", self.promise))
        ):
            label = Text(self.look, key, fonts.ui(12), "ink2")
            label.setBuddy(entry)
            grid.addWidget(label, row, 0)
            grid.addWidget(entry, row, 1)
        feet = QHBoxLayout()
        feet.setSpacing(8)
        feet.addWidget(self.elsewhere)
        feet.addStretch(1)
        feet.addWidget(self.cancel)
        feet.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetMinimumSize)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(Text(self.look, "experiment.save", fonts.ui(17, 600)))
        column.addWidget(what)
        column.addLayout(grid)
        column.addWidget(self.place)
        column.addWidget(self.error)
        column.addSpacing(4)
        column.addLayout(feet)

    def notes(self) -> Notes:
        """The words as they stand."""
        return Notes(self.title.text().strip(), self.promise.text().strip())

    def _changed(self) -> None:
        self.save.setEnabled(bool(self.notes().title))
        self.elsewhere.setEnabled(bool(self.notes().title))
        self.place.set_message("experiment.place", folder=str(self._folder))

    def ask(self) -> None:
        """Ask for a place of one's own, and write there."""
        name = str(Path.home() / f"{file_key(self.title.text())}.toml")
        kinds = f"{self.look.text('files.experiment')} (*.toml)"
        chosen, _ = QFileDialog.getSaveFileName(self, self.look.text("experiment.save"), name, kinds)
        if chosen:
            path = Path(chosen)
            self.write(path if path.suffix.lower() == ".toml" else path.with_name(path.name + ".toml"))

    def write(self, path: Path | None) -> bool:
        """Write the file; whether it stands."""
        try:
            written = self._write(self.notes(), path)
        except UserError as error:
            self.error.set_message(error.key, **error.values)
            self.error.show()
            return False
        self.saved.emit(str(written))
        self.accept()
        return True
