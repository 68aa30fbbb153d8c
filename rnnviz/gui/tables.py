"""From a person's own table to a network that trains on it: what is due, next rows or labels?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment, Notes
from rnnviz.files.texts import read_text_file
from rnnviz.gui import fonts, numbers
from rnnviz.gui.dialogs import opened
from rnnviz.gui.look import Look
from rnnviz.gui.panels.panel import Table as Shown
from rnnviz.gui.tablepage import TableModel
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.controls import primary_button, secondary_button
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.tasks.base import Text as Corpus
from rnnviz.tasks.table import Table, as_number, joined_names, read_table
from rnnviz.training.spec import RunSpec, build

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow

ENDINGS = (".csv", ".tsv")
SEEN, MOST_LABELS, WIDE = 6, 64, 620
LENGTH, WINDOWS = 32, 8  # steps of a training sequence, fewer where a table has not so many windows of them
SETTINGS = {"model.hidden": 24, "training.learning_rate": 0.01, "training.steps": 1500, "training.batch": 16}


@dataclass(frozen=True)
class Columns:
    """The columns of a table by what they can be used for."""

    numbers: tuple[str, ...]
    labels: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> Columns:
        """Numbers can be predicted; a column of few different words, or whole numbers, can be the label."""
        wordy = {name for name in table.columns if table.is_words(name)}
        few = {}
        for place, name in enumerate(table.columns):
            found = {row[place] for row in table.rows}
            whole = all((value := as_number(cell)) is not None and value == int(value) for cell in found)
            few[name] = 2 <= len(found) <= MOST_LABELS and (name in wordy or (whole and len(found) <= 10))
        labels = sorted((name for name in table.columns if few[name]), key=lambda name: name not in wordy)
        return cls(tuple(n for n in table.columns if n not in wordy), tuple(labels))


class TableDialog(QDialog):
    """Shows the first rows, asks what is due, and calls `begin` with the task's options.

    A refusal is said here and the dialog stays.
    """

    def __init__(
        self, look: Look, table: Table, begin: Callable[[dict[str, str]], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.look, self._table, self._begin = look, table, begin
        self._columns = Columns.of(table)
        text = look.text
        self.setWindowTitle(text("table.title", name=table.name))
        self.kind = SegmentedControl(look, "table.kind")
        kinds = [("rows", text("table.next-row"))] if self._columns.numbers else []
        kinds += [("label", text("table.label"))] if self._columns.labels else []
        self.kind.set_choices(kinds)
        self.predicted = self._checks()
        self.label = ComboField(look, "table.label", wide=260, tall=32)
        self.label.set_choices([(name, name) for name in self._columns.labels])
        if self._columns.labels:
            self.label.set_value(self._columns.labels[0])
        self.pages = QStackedWidget()
        self.error = Text(look, "", fonts.ui(12), "warn", wrap=True)
        self.error.hide()
        self.cancel = secondary_button(look, "export.cancel")
        self.train = primary_button(look, "toolbar.train", "play")
        self._lay_out()
        self.kind.chosen.connect(self._turn)
        self.predicted.itemChanged.connect(lambda _: self._turn(self.kind.value()))
        self.cancel.clicked.connect(self.reject)
        self.train.clicked.connect(self.begin)
        self.train.setDefault(True)
        if kinds:
            self.kind.set_value(kinds[0][0])
        self._turn(self.kind.value())
        self.predicted.setFocus()
        self.resize(WIDE, 480)

    def _checks(self) -> QListWidget:
        found = QListWidget()
        found.setFont(fonts.ui(13))
        found.setStyleSheet("QListWidget::item { padding: 3px 4px; }")
        found.setAccessibleName(self.look.text("table.predicted"))
        for name in self._columns.numbers:
            item = QListWidgetItem(name)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsSelectable
            )
            item.setCheckState(Qt.CheckState.Checked)
            found.addItem(item)
        return found

    def _lay_out(self) -> None:
        look, rows = self.look, self._table.rows[:SEEN]
        preview = QTableView()
        columns = {name: [row[k] for row in rows] for k, name in enumerate(self._table.columns)}
        self._model = TableModel(Shown(dict(columns)))
        preview.setModel(self._model)
        preview.setFont(fonts.mono(11))
        preview.verticalHeader().hide()
        preview.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        preview.setTabKeyNavigation(False)
        preview.setAccessibleName(look.text("table.preview"))
        preview.verticalHeader().setDefaultSectionSize(23)
        preview.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        preview.setFixedHeight(28 + 23 * min(SEEN, len(rows)) + 10)
        preview.resizeColumnsToContents()
        chosen = QWidget()
        row = QHBoxLayout(chosen)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label)
        row.addStretch(1)
        row.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.pages.addWidget(self.predicted)
        self.pages.addWidget(chosen)
        size = Text(look, "", fonts.ui(12), "ink3")
        size.set_message(
            "table.size", rows=numbers.count(len(self._table.rows)), columns=len(self._table.columns)
        )
        self.about = Text(look, "", fonts.ui(12), "ink2", wrap=True)
        question = QHBoxLayout()
        question.setSpacing(12)
        question.addWidget(Text(look, "table.kind", fonts.ui(13, 600)))
        question.addWidget(self.kind)
        question.addStretch(1)
        feet = QHBoxLayout()
        feet.setSpacing(8)
        feet.addStretch(1)
        feet.addWidget(self.cancel)
        feet.addWidget(self.train)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        title = Text(look, "", fonts.ui(17, 600))
        title.set_message("table.title", name=self._table.name)
        for widget in (title, size, preview):
            column.addWidget(widget)
        column.addLayout(question)
        column.addWidget(self.about)
        column.addWidget(self.pages, 1)
        column.addWidget(self.error)
        column.addLayout(feet)

    def _turn(self, kind: object) -> None:
        self.pages.setCurrentIndex(1 if kind == "label" else 0)
        self.about.set_message("table.about-label" if kind == "label" else "table.about-rows")
        self.train.setEnabled(kind == "label" or bool(self.checked()))

    def checked(self) -> list[str]:
        """The columns to predict."""
        items = (self.predicted.item(k) for k in range(self.predicted.count()))
        return [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]

    def options(self) -> dict[str, str]:
        """What is due, as the task wants it said."""
        if self.kind.value() == "label":
            return {"label": str(self.label.value())}
        checked = self.checked()
        return {"predict": "" if checked == list(self._columns.numbers) else joined_names(checked)}

    def begin(self) -> None:
        """Begin, or say why not."""
        try:
            self._begin(self.options())
        except UserError as error:
            self.error.set_message(error.key, **error.values)
            self.error.show()
            return
        self.accept()


class TableCommands:
    """Serves one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window

    def ask(self, path: Path) -> None:
        """`open_table` for somebody who has no use for the dialog. Raises UserError as it does."""
        self.open_table(path)

    def open_table(self, path: Path) -> TableDialog:
        """Ask what to learn from a table, and train on it. Raises UserError for a file that holds none."""
        corpus = read_text_file(path)
        table = read_table(corpus)
        window = self._window

        def begin(options: dict[str, str]) -> None:
            experiment = table_experiment(corpus, table, options)
            if window.do(lambda: window.workbench.open(experiment)):
                window.race.begin(experiment)
                window.toggle_training()

        return opened(TableDialog(window.look, table, begin, window))


def table_experiment(corpus: Corpus, table: Table, options: dict[str, str]) -> Experiment:
    """An experiment on a table with settings that do for most. Raises UserError for what cannot be learnt."""
    length = max(2, min(LENGTH, len(table.rows) // WINDOWS))
    wanted = {"task.key": "csv", "task.text": corpus, "task.length": length, **SETTINGS}
    spec = RunSpec().with_values(
        [*wanted.items(), *((f"task.{key}", value) for key, value in options.items())]
    )
    task, _ = build(spec)
    name = Path(corpus.name)
    notes = Notes(name.name)
    return Experiment(name.stem, spec, {"text": task.examples()[0]}, {"en": notes, "zh_CN": notes})
