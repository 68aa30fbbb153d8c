"""The race's commands: choose who competes, train, pause, reset; and the frames that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING

from rnnviz.engine.errors import UserError
from rnnviz.files.experiment import Experiment
from rnnviz.files.session import Session
from rnnviz.gui import dialogs
from rnnviz.gui.compare.about import base_of, example_of, title_of, words_of
from rnnviz.gui.compare.header import Example
from rnnviz.gui.compare.page import ComparePage
from rnnviz.gui.panels import PANELS
from rnnviz.gui.turns import Turns
from rnnviz.gui.widgets.banner import Message
from rnnviz.gui.widgets.banner import Notice as BannerNotice
from rnnviz.workbench.race.frame import RaceFrame, RaceView
from rnnviz.workbench.race.lineup import Lineup
from rnnviz.workbench.race.race import Race

if TYPE_CHECKING:
    from rnnviz.gui.window import MainWindow


class RaceCommands:
    """Serves one window. There is a race from the moment when the view is first looked at."""

    def __init__(self, window: MainWindow, page: ComparePage, opened: Experiment | Session) -> None:
        self._window, self._page = window, page
        self._turns = Turns(window)
        self._race: Race | None = None
        self._raced: Lineup | None = None  # of the race that is there
        self._ending: list[Thread] = []
        self._view = RaceView()
        self._example = Example()
        self.frame: RaceFrame | None = None
        self.begin(opened)
        page.settings.changed.connect(self.set_value)
        page.settings.reset_wanted.connect(self.reset)
        page.settings.text_file_wanted.connect(window.open_file)
        page.centre.trained_chosen.connect(lambda trained: self._look_at(trained=trained))
        page.centre.state_chosen.connect(lambda state: self._look_at(state=state))
        page.centre.hint.acted.connect(lambda _: self.toggle())
        page.centre.copy_wanted.connect(lambda: dialogs.copy_numbers(window, "race-results"))
        page.centre.save_wanted.connect(lambda: dialogs.export(window, "race-results"))
        page.centre.banner.closed.connect(page.centre.banner.dismiss)

    @property
    def busy(self) -> bool:
        """Whether there is, or soon will be, something new."""
        return self._race is not None and not self._race.idle

    @property
    def suggested(self) -> bool:
        """Whether the experiment that is open is made for comparing."""
        return self.lineup.base.race is not None

    @property
    def shown(self) -> bool:
        """Whether a race is on screen."""
        return self._window.comparing and self.frame is not None

    def frame_of(self, key: str) -> RaceFrame | None:
        """The frame of which a panel is a picture, None for a panel that shows no race."""
        return self.frame if PANELS[key].of_kind is RaceFrame else None

    @property
    def running(self) -> bool:
        """Whether the race trains."""
        return self._race is not None and self._race.frame.running

    # --- commands ---------------------------------------------------------------------------------

    def begin(self, opened: Experiment | Session) -> None:
        """Take up another experiment; the old race ends."""
        self._drop()
        self.lineup = Lineup.of(base_of(opened))
        self._touched = False
        if self._window.comparing:
            self.enter()

    def enter(self) -> None:
        """The view is looked at: show the race there is, or make one of what the window has open."""
        if not self._touched and (self.frame is None or self.frame.status == "ready"):
            wanted = self._window.workbench.frame.wanted
            base = self.lineup.base
            if self._race is None or base.spec != wanted:
                self.lineup = replace(self.lineup, base=replace(base, spec=wanted))
                self._make()
        self.show()

    def show_explore(self) -> None:
        """The maps of one run."""
        self._window.show_view("explore")

    def show_compare(self) -> None:
        """The race."""
        self._window.show_view("compare")

    def toggle(self) -> None:
        """Train or pause."""
        race = self._race
        if race is None or race.over:
            return
        if race.frame.running:
            self._take(race.pause())
        else:
            if self._window.workbench.frame.run.running:
                self._window.do(self._window.workbench.pause)
            self._take(race.start())

    def pause(self) -> None:
        """Pause, because something else is to train."""
        if self.running and self._race is not None:
            self._take(self._race.pause())

    def reset(self) -> None:
        """Begin anew, with the settings wanted."""
        self._make()
        self.show()

    def set_value(self, key: str, value: object) -> None:
        """Change a setting; a value that cannot be is explained at its field."""
        window, settings = self._window, self._page.settings
        try:
            self.lineup = self.lineup.with_value(key, value)
        except UserError as error:
            self._show_settings()
            settings.show_error(key, window.look.text(error.key, **error.values))
            return
        self._touched = True
        if self.frame is None or self.frame.status == "ready":
            self._make()
        self.show()

    def run(self, steps: int, pause: Callable[[], None]) -> None:
        """Race for ``steps`` steps (0: not at all) and measure all gradients, then show it: no window needed.

        ``pause`` waits a little for something new.
        """
        if steps:
            self.set_value("training.steps", steps)
            self.toggle()
        while self._race is not None and not self._race.idle:
            frame = self._race.pull()
            if frame is None:
                pause()
            else:
                self.frame = replace(frame, view=self._view)
        self.show()

    def close(self) -> None:
        """End every process and wait until it is gone."""
        self._drop()
        for thread in self._ending:
            thread.join()

    # --- frames -----------------------------------------------------------------------------------

    def follow(self) -> None:
        """Show what the race has to say, part by part."""
        if self._race is None or self._turns.busy:
            return
        frame = self._race.pull()
        if frame is not None:
            self._take(frame)
        else:
            self._window.keep_clock()

    def show(self) -> None:
        """Show the newest frame at once, with the look in force."""
        self._turns.drop()
        self._show_settings()
        if self.frame is not None:
            for part in self._parts(self.frame):
                part()
            self._show_head(self.frame)

    def _take(self, frame: RaceFrame) -> None:
        self.frame = replace(frame, view=self._view)
        self._turns.begin(self._parts(self.frame))

    def _parts(self, frame: RaceFrame) -> tuple[Callable[[], None], ...]:
        page = self._page
        return (
            lambda: self._show_state(frame),
            *page.centre.parts(frame),
            lambda: page.strip.score.render_frame(frame),
            lambda: page.strip.numbers.render_frame(frame),
        )

    def _show_state(self, frame: RaceFrame) -> None:
        window = self._window
        if window.comparing:
            window.toolbar.set_running(frame.running)
            over = frame.status == "finished"
            window.toolbar.set_reasons("compare.reason.over" if over else "", "compare.reason.whole")
        window.keep_clock()

    def _show_head(self, frame: RaceFrame) -> None:
        look, base = self._window.look, self.lineup.base
        words = words_of(look, base, frame.spec)
        self._page.centre.header.tell(title_of(look, base), words, self._example)

    def _show_settings(self) -> None:
        self._window.fill_race(self.lineup, self._raced if self.frame is not None else None)

    def _look_at(self, **changes: object) -> None:
        self._view = replace(self._view, **changes)  # type: ignore[arg-type]  # what the switches offer
        if self.frame is not None:
            self.frame = replace(self.frame, view=self._view)
            self.show()

    # --- the race ---------------------------------------------------------------------------------

    def _make(self) -> None:
        """A race of what is chosen; what cannot be is said in a banner, and the old race stays."""
        banner = self._page.centre.banner
        try:
            race = Race(self.lineup.spec())
            example = example_of(race.spec.configurations[0])
        except UserError as error:
            banner.show_notice(BannerNotice(Message(error.key, dict(error.values)), None, ()))
            return
        banner.dismiss()
        self._drop()
        self._race, self._raced, self._example = race, self.lineup, example
        self.frame = replace(race.frame, view=self._view)

    def _drop(self) -> None:
        """Let the race go beside: its processes take a moment to end."""
        self._turns.drop()
        race, self._race, self.frame = self._race, None, None
        self._ending = [thread for thread in self._ending if thread.is_alive()]
        if race is not None:
            self._ending.append(Thread(target=race.close, daemon=True))
            self._ending[-1].start()
