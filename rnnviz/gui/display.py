"""The shell with a workbench behind it: gives every part what is new in a frame, and the look in force."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.optimisers import OPTIMISERS
from rnnviz.files.texts import text_names
from rnnviz.gui.gallery.library import Library
from rnnviz.gui.language import Language
from rnnviz.gui.look import Look
from rnnviz.gui.preferences import Preferences
from rnnviz.gui.shell import Shell
from rnnviz.gui.tables import Columns
from rnnviz.gui.theme import load_theme, palette, stylesheet
from rnnviz.gui.turns import Turns
from rnnviz.gui.widgets.banner import Message
from rnnviz.gui.widgets.banner import Notice as BannerNotice
from rnnviz.gui.widgets.fields import idle
from rnnviz.gui.widgets.settings import SettingsColumn
from rnnviz.tasks import TASKS
from rnnviz.tasks.table import joined_names, parted_names, read_table
from rnnviz.training.spec import RunSpec
from rnnviz.workbench.frame import Frame, Notice
from rnnviz.workbench.race.lineup import Lineup, varied
from rnnviz.workbench.workbench import Workbench

FRAME_MS, STILL_MS = 17, 250  # never more than 60 frames a second


class Display(Shell):
    """Shows the newest frame; knows only the commands of its look. The clock runs while training does."""

    def __init__(self, workbench: Workbench, preferences: Preferences, language: Language) -> None:
        super().__init__(Look(load_theme(preferences.text("theme")), language.catalogue), preferences)
        self.language, self.workbench = language, workbench
        self.library = Library(preferences.data / "experiments")
        self.clock = QTimer(self)
        self.clock.setInterval(FRAME_MS)
        self.clock.setTimerType(Qt.TimerType.PreciseTimer)
        self.turns = Turns(self)
        self._shown: Frame | None = None

    def do(self, command: Callable[[], Frame | None]) -> bool:
        """Give the workbench a command and show what came of it; a refusal becomes a banner."""
        try:
            frame = command()
            done = True
        except UserError as error:
            frame, done = self.workbench.report(error), False
        if frame is not None:
            self.show_frame(frame)
        return done

    def show_frame(self, frame: Frame) -> None:
        """Give every part the newest frame, now."""
        self.turns.drop()
        for part in self._parts(frame):
            part()

    def follow_training(self) -> None:
        """Show what training has to say, part by part, so that a key never waits for a whole frame."""
        if self.turns.busy:
            return
        frame = self.workbench.pull()
        if frame is not None:
            self.turns.begin(self._parts(frame))

    def _parts(self, frame: Frame) -> tuple[Callable[[], None], ...]:
        """What it takes to show a frame, the part a reader looks at first."""
        return (
            lambda: self.centre.render_frame(frame, () if frame.steps else self.workbench.starters()),
            lambda: self.inspector.render_frame(frame),
            lambda: self.strip.render_frame(frame),
            lambda: self._show_state(frame),
        )

    def _show_state(self, frame: Frame) -> None:
        """Bring toolbar, settings, banner and clock up to the frame."""
        before, self._shown = self._shown, frame
        if before is None or (before.wanted, before.pending, before.parameters) != (
            frame.wanted,
            frame.pending,
            frame.parameters,
        ):
            self._show_settings(frame)
        if before is None or before.experiment != frame.experiment:
            self._name_experiment(frame.experiment)
        if not self.comparing:
            self.toolbar.set_running(frame.run.running)
            self.toolbar.set_reasons("", "")
        if before is None or before.notice is not frame.notice:
            self._show_notice(frame.notice)
        self.keep_clock()

    def busy(self) -> bool:
        """Whether the clock is needed."""
        return self.workbench.frame.run.running

    def keep_clock(self) -> None:
        """Let the clock run while there may be something new, and not longer."""
        wanted = self.busy()
        if wanted != self.clock.isActive():
            self.clock.start() if wanted else self.clock.stop()

    def _name_experiment(self, key: str) -> None:
        notes = self.library.notes(key, self.language.code)
        self.toolbar.set_experiment(key, notes.title if notes is not None and notes.title else key)
        self.toolbar.set_promise(notes.promise if notes is not None else "")

    def _show_settings(self, frame: Frame) -> None:
        values = self._named(self.settings, frame.wanted, dict(frame.wanted.settings()))
        reasons = {key: self.look.text(reason) for key, reason in idle(values).items()}
        self.settings.show_values(values, frame.pending, frame.parameters, reasons)

    def fill_race(self, lineup: Lineup, raced: Lineup | None) -> None:
        """Show what is chosen for a race; what the race that is there lacks of it waits for a reset."""
        column, text = self.compare.settings, self.look.text
        values = self._named(column, lineup.base.spec, dict(lineup.settings()))
        column.set_choices("race.kind", [(kind, text(f"compare.kind.{kind}")) for kind in lineup.kinds])
        names = [(key, text(f"option.{key.partition('.')[2]}")) for key in varied(lineup.base)]
        column.set_choices("race.vary", names)
        reasons = {key: text(reason) for key, reason in idle(values).items()}
        column.show_values(values, frozenset() if raced is None else lineup.unlike(raced), 0, reasons)
        column.parameters.set_message("compare.shared")

    def _named(self, column: SettingsColumn, spec: RunSpec, values: dict[str, object]) -> dict[str, object]:
        """Settings with the text by its name, which the column then offers."""
        text = spec.text
        folder = TASKS[spec.task].reads(spec.task_options)
        if text is not None and folder:
            names = [(n, self._text_name(n)) for n in text_names(folder)]
            if text.name not in text_names(folder):
                names.append((text.name, text.name))
            column.set_choices("task.text", names)
            values["task.text"] = text.name
        self._offer_columns(column, spec)
        return values

    def _offer_columns(self, column: SettingsColumn, wanted: RunSpec) -> None:
        """The columns of the table that is wanted, where one is."""
        if wanted.task != "csv" or wanted.text is None:
            return
        try:
            table = read_table(wanted.text)
        except UserError:
            return  # the reset says what is wrong with it
        found = Columns.of(table)
        chosen = str(wanted.value("task.predict"))
        several = [(chosen, chosen)] if len(parted_names(chosen)) > 1 else []
        everything = [("", self.look.text("table.all"))]
        single = [(joined_names([name]), name) for name in found.numbers]
        column.set_choices("task.predict", [*everything, *single, *several])
        none = [("", self.look.text("table.no-label"))]
        column.set_choices("task.label", [*none, *((n, n) for n in found.labels)])

    def _text_name(self, name: str) -> str:
        key = f"corpus.{name}"
        return self.look.text(key) if key in self.look.catalogue else name

    def _show_notice(self, notice: Notice | None) -> None:
        if notice is None:
            self.centre.banner.dismiss()
        elif not notice.grave and not notice.actions:
            self.toast.say(self.look.text(notice.key, **notice.values))
            self.workbench.dismiss()  # said once; another theme or language is no reason to say it again
        else:
            text = Message(notice.detail, notice.values) if notice.detail else None
            actions = tuple(Message(f"action.{action}", notice.values) for action in notice.actions)
            self.centre.banner.show_notice(BannerNotice(Message(notice.key, notice.values), text, actions))

    def _set_motion(self) -> None:
        still = self.preferences.flag("reduced-motion")
        self.clock.setInterval(STILL_MS if still else FRAME_MS)
        self.toolbar.set_reduced_motion(still)
        self.settings.set_reduced_motion(still)
        self.compare.set_reduced_motion(still)
        self.centre.switch.animated = not still

    def dress(self) -> None:
        """Put on the theme and the language in force."""
        theme = load_theme(self.preferences.text("theme"))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette(theme))
        application.setStyleSheet(stylesheet(theme))
        self.wear(Look(theme, self.language.catalogue))
        text = self.look.text
        self.setWindowTitle(text("window.title"))
        self.toolbar.set_speed(self.preferences.number("speed"))
        cells = [(key, text(f"cell.{key}")) for key in CELLS]
        for column in (self.settings, self.compare.settings):
            column.set_choices("model.cell", cells)
            column.set_choices("training.optimiser", [(k, text(f"optimiser.{k}")) for k in OPTIMISERS])
            column.set_choices("task.key", [(k, text(f"task.{k}")) for k in TASKS])
        self.compare.settings.set_choices("race.cells", cells)
        self._shown = None
        self.show_frame(self.workbench.frame)

    def toggle_theme(self) -> None:
        """Dark or light."""
        self.preferences.set("theme", "light" if self.look.theme.dark else "dark")
        self.dress()

    def toggle_motion(self) -> None:
        """Still pictures: four frames a second and no sliding, or everything as it comes."""
        self.preferences.set("reduced-motion", not self.preferences.flag("reduced-motion"))
        self._set_motion()
        still = self.preferences.flag("reduced-motion")
        self.toast.say(self.look.text("notice.motion-reduced" if still else "notice.motion-full"))

    def toggle_language(self) -> None:
        """English or Chinese."""
        self.language.set("zh_CN" if self.language.code == "en" else "en")

    def language_changed(self) -> None:
        """Speak the language that was chosen, and remember it."""
        self.preferences.set("language", self.language.code)
        self.dress()
