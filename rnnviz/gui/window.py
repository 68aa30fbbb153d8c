"""The main window: puts the parts in place and passes what a person does on to the workbench."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.gui import dialogs, keys
from rnnviz.gui.compare.controller import RaceCommands
from rnnviz.gui.display import Display
from rnnviz.gui.gallery.controller import GalleryCommands
from rnnviz.gui.inputs import InputCommands
from rnnviz.gui.language import Language
from rnnviz.gui.panels import AnyFrame
from rnnviz.gui.preferences import LONGEST_SOURCE, Preferences
from rnnviz.gui.tables import ENDINGS, TableCommands
from rnnviz.gui.writing import WriteCommands
from rnnviz.workbench.frame import Frame
from rnnviz.workbench.workbench import TEXT_LIMIT, Workbench


class MainWindow(Display):
    """One workbench on one screen."""

    def __init__(self, opened: Experiment | Session, preferences: Preferences, language: Language) -> None:
        super().__init__(Workbench(opened), preferences, language)
        self.clock.timeout.connect(self._tick)
        self.gallery = GalleryCommands(self)
        self.race = RaceCommands(self, self.compare, opened)
        self.inputs = InputCommands(self)
        self.tables = TableCommands(self)
        self.writing = WriteCommands(self, self.centre.colours.page)
        self._connect()
        keys.bind(self, self._commands())
        self.setAcceptDrops(True)
        self.workbench.set_speed(preferences.number("speed"))
        self.workbench.set_whole_loss(preferences.text("gradient-of") == "whole")
        self.dress()
        self._set_motion()
        self.remember()
        self.centre.text.setFocus()
        view = "compare" if self.race.suggested else self.preferences.text("view")
        if view != "explore":
            self.show_view(view)

    # --- building ---------------------------------------------------------------------------------

    def _connect(self) -> None:
        bar, bench = self.toolbar, self.workbench
        bar.gallery.connect(self.gallery.show_gallery)
        bar.train_toggled.connect(self.toggle_training)
        bar.step.connect(self.one_step)
        bar.reset.connect(self.reset)
        bar.speed_chosen.connect(self.set_speed)
        bar.view_chosen.connect(self.show_view)
        bar.export.connect(self.export)
        bar.theme_toggled.connect(self.toggle_theme)
        bar.language_chosen.connect(self.language.set)
        bar.help.connect(self.show_help)
        self.language.changed.connect(self.language_changed)
        self.settings.changed.connect(self.set_value)
        self.settings.reset_wanted.connect(self.reset)
        self.settings.text_file_wanted.connect(self.open_file)
        self.centre.text.edited.connect(self._typed)
        self.centre.text.overflowed.connect(self._overflowed)
        self.centre.text.line.cursorPositionChanged.connect(self._caret_moved)
        self.centre.canvas.cursor_moved.connect(lambda step: self.do(lambda: bench.set_cursor(step)))
        self.centre.canvas.unit_chosen.connect(lambda unit: self.do(lambda: bench.set_unit(unit)))
        colours = self.centre.colours
        colours.canvas.cursor_moved.connect(lambda step: self.do(lambda: bench.set_cursor(step)))
        colours.canvas.unit_chosen.connect(lambda unit: self.do(lambda: bench.set_unit(unit)))
        colours.wanted.connect(lambda view: self.do(lambda: bench.colour(view)))
        self.centre.whole_loss_chosen.connect(self.set_whole_loss)
        self.centre.hint.acted.connect(self._hint_acted)
        self.centre.hint.started.connect(self.start_text)
        self.centre.banner.acted.connect(self._banner_acted)
        self.centre.banner.closed.connect(lambda: self.do(bench.dismiss))
        self.inspector.unit_chosen.connect(lambda unit: self.do(lambda: bench.set_unit(unit)))
        self.inspector.layer_chosen.connect(lambda layer: self.do(lambda: bench.set_layer(layer)))
        for canvas in self.canvases():
            canvas.menu_wanted.connect(self._panel_menu)

    def _commands(self) -> dict[str, Callable[[], object]]:
        move = self._move
        special: dict[str, Callable[[], object]] = {
            "step_left": lambda: move(-1),
            "step_right": lambda: move(1),
            "steps_left": lambda: move(-5),
            "steps_right": lambda: move(5),
            "first_step": lambda: move(-TEXT_LIMIT),
            "last_step": lambda: move(TEXT_LIMIT),
            "unit_up": lambda: self.do(lambda: self.workbench.next_unit(-1)),
            "unit_down": lambda: self.do(lambda: self.workbench.next_unit(1)),
        }
        for name in {shortcut.name for shortcut in keys.SHORTCUTS} - special.keys():
            owner = next(owner for owner in (self, *self.controllers()) if hasattr(owner, name))
            special[name] = getattr(owner, name)
        return special

    def controllers(self) -> tuple[object, ...]:
        """Who has the commands that are not the window's own."""
        return (self.gallery, self.inputs, self.writing, self.race)

    def busy(self) -> bool:
        """Whether the clock is needed."""
        return super().busy() or self.race.busy

    def _tick(self) -> None:
        self.follow_training()
        self.race.follow()
        self.gallery.follow(self.workbench.frame)
        self.writing.follow()

    # --- commands ---------------------------------------------------------------------------------

    def open(self, source: str) -> bool:
        """Open an experiment by its key, a session or an experiment file; a refusal leaves all as it was."""

        def carry_out() -> Frame:
            opened = open_source(source, trained=True)
            frame = self.workbench.open(opened)
            self.race.begin(opened)
            own = source.lower().endswith(".toml")
            self.preferences.set("experiment", (source if own else frame.experiment)[:LONGEST_SOURCE])
            return frame

        done = self.do(carry_out)
        if done and self.race.suggested:
            self.show_view("compare")
        return done

    def open_path(self, path: Path) -> bool:
        """Open what a file holds: a session, an experiment, a table, or else a text to train on."""
        if path.suffix.lower() in (".rnnviz", ".toml"):
            return self.open(str(path))
        if path.suffix.lower() in ENDINGS:
            return self.do(lambda: self.tables.ask(path))
        return self.do(lambda: self.workbench.use_text_file(path))

    def toggle_training(self) -> None:
        """Train or pause: the race where it is shown, else the run; the other one pauses."""
        bench = self.workbench
        if self.comparing:
            self.race.toggle()
        elif bench.frame.run.running:
            self.do(bench.pause)
        else:
            self.race.pause()
            self.do(bench.train)

    def one_step(self) -> None:
        """One training step; a race has none."""
        if self.comparing:
            self.toast.say(self.look.text("compare.reason.whole"))
            return
        self.do(self.workbench.step)
        self.clock.start()

    def reset(self) -> None:
        """Begin anew from the seed, with the settings wanted."""
        if self.comparing:
            self.race.reset()
        else:
            self.do(self.workbench.reset)

    def set_speed(self, steps: int) -> None:
        """Steps a frame; 0 for as many as possible."""
        self.preferences.set("speed", steps)
        self.toolbar.set_speed(steps)
        self.do(lambda: self.workbench.set_speed(steps))

    def set_value(self, key: str, value: object) -> None:
        """Change a setting; a value that cannot be is explained at its field."""
        try:
            frame = self.workbench.set_value(key, value)
        except UserError as error:
            self.settings.show_error(key, self.look.text(error.key, **error.values))
            return
        self.show_frame(frame)

    def resort(self) -> None:
        """Sort the units anew by how long they hold."""
        self.do(self.workbench.resort)

    def show_view(self, view: str) -> None:
        """Show one of the toolbar's views; cursor, unit and text stay."""
        is_text = view == "text"
        self.preferences.set("view", view)
        self.toolbar.set_view(view)
        self.turn_to(view == "compare")
        if self.comparing:
            self.race.enter()
            self.compare.centre.cards.setFocus()
            return
        self.centre.show_text(is_text)
        self.do(lambda: self.workbench.colour(self.centre.colours.view if is_text else None))
        (self.centre.colours if is_text else self.centre.canvas).setFocus()

    def show_writing(self) -> None:
        """The page on which the network goes on from the typed text, writing."""
        self.show_view("text")
        self.centre.colours.show_writing(True)
        self.centre.colours.setFocus()
        self.writing.write_on()

    def toggle_text(self) -> None:
        """The text coloured by a unit, or the maps again."""
        self.show_view("text" if self.toolbar.views.value() == "explore" else "explore")

    def set_whole_loss(self, whole: bool) -> None:
        """Gradients of the whole loss, or of the loss at the cursor."""
        self.preferences.set("gradient-of", "whole" if whole else "cursor")
        self.do(lambda: self.workbench.set_whole_loss(whole))

    def fit_columns(self) -> None:
        """Columns as wide as the text allows again."""
        self.centre.panel.fit()

    def toggle_whole_loss(self) -> None:
        """The other of the two."""
        self.set_whole_loss(not self.workbench.frame.view.whole_loss)

    def start_text(self, text: str) -> None:
        """Type a whole text at once."""
        self.centre.text.line.setText(text)
        self.centre.text.setFocus()

    def focus_text(self) -> None:
        """Bring the keyboard to the text line."""
        self.centre.text.setFocus()
        self.centre.text.line.selectAll()

    def leave_text(self) -> None:
        """Bring the keyboard to the maps, where single letters are commands."""
        self.centre.canvas.setFocus()

    def frame_of(self, key: str) -> AnyFrame:
        """The frame of which a panel is a picture."""
        return self.race.frame_of(key) or self.workbench.frame

    def export(self) -> None:
        """Write a panel to a file, in a look and a size of its own."""
        dialogs.export(self, "race" if self.race.shown else "overview")

    def copy_picture(self) -> None:
        """Put the centre on the clipboard as a picture."""
        dialogs.copy_picture(self, "race" if self.race.shown else "explore")

    def show_numbers(self) -> None:
        """All numbers of the centre as a table."""
        dialogs.number_page(self, "race-results" if self.race.shown else "explore")

    def open_file(self) -> None:
        """Ask for a file and open it."""
        path = dialogs.ask_open(self)
        if path is not None:
            self.open_path(path)

    def save_session(self) -> None:
        """Ask for a place and write the session there."""
        path = dialogs.ask_save(self)
        if path is not None:
            self.do(lambda: self.workbench.save(path))

    def show_help(self) -> None:
        """Keys and story."""
        dialogs.help_page(self)

    def _panel_menu(self, key: str, place: QPoint) -> None:
        dialogs.panel_menu(self, key, place)

    def _move(self, steps: int) -> None:
        self.do(lambda: self.workbench.set_cursor(max(0, self.workbench.frame.view.cursor + steps)))

    def _typed(self, text: str) -> None:
        caret = self.centre.text.caret
        if self.clock.isActive():
            self.clock.start()  # the next training frame keeps out of the way of this key
        self.do(lambda: self.workbench.set_text(text, caret=caret))

    def _caret_moved(self, before: int, after: int) -> None:
        frame, caret = self.workbench.frame, self.centre.text.caret
        step = frame.typed.step_at(caret)
        if self.centre.text.line.text() == frame.typed.text and caret > 0 and frame.view.cursor != step:
            self.do(lambda: self.workbench.set_cursor(step))

    def _overflowed(self) -> None:
        self.toast.say(self.look.text("text.overflow", limit=f"{TEXT_LIMIT:,}"))

    def _hint_acted(self, action: str) -> None:
        if action == "train":
            self.toggle_training()
        else:
            known = set(self.workbench.frame.vocabulary)
            self.start_text("".join(s for s in self.workbench.frame.typed.text if s in known))

    def _banner_acted(self, message: str) -> None:
        action = message.removeprefix("action.")
        self.do(lambda: self.workbench.act(action))

    # --- look, size, memory -----------------------------------------------------------------------

    def dress(self) -> None:
        """Put on the theme and the language in force."""
        super().dress()
        self.race.show()

    def event(self, event: QEvent) -> bool:
        """Leave the control that has the keyboard its own keys; the commands of the window come second."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and keys.belongs_to(self.focusWidget(), event)
        ):
            event.accept()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.open_path(Path(paths[0]))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout and end the worker."""
        self.clock.stop()
        self.turns.drop()
        self.keep_layout()
        self.race.close()
        self.workbench.close()
        self.language.release()
        super().closeEvent(event)
