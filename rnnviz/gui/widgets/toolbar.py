"""The bar along the top: experiment, training, speed, export, language, theme."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from rnnviz.gui import fonts, icons
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import Button, icon_button, primary_button, tool_button
from rnnviz.gui.widgets.experimentbutton import ExperimentButton
from rnnviz.gui.widgets.ink import CENTRE, write_elided
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.viewswitch import ViewSwitch
from rnnviz.gui.widgets.wrap import wrapped

TALL = 48
LEAST_PROMISE, PROMISE_LINE = 160, 15
COMPACT_BELOW, LEAST = 1200, 960
SPEEDS = (1, 10, 0)  # training steps a frame; 0 = as fast as it goes
VIEWS = ("explore", "text", "compare")
LANGUAGE_LABELS = (("zh_CN", "中"), ("en", "EN"))


class Brand(QWidget):
    """The logo and the program's name."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the room the design gives it."""
        return QSize(88, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw logo and name."""
        painter = QPainter(self)
        ink = self.look.theme.color("ink")
        icons.draw(painter, "logo", QPointF(0, 8), ink)
        painter.setFont(fonts.ui(16, 600))
        painter.setPen(ink)
        painter.drawText(QRectF(26, 0, 62, 31), Qt.AlignmentFlag.AlignVCenter, "rnnviz")


class Promise(QWidget):
    """What the open experiment shows, in a line or two, where there is room for it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look, self._text, self._quiet = look, "", False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def say(self, text: str) -> None:
        """Say something else (already in the user's language)."""
        self._text = text
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.update()

    def set_quiet(self, quiet: bool) -> None:
        """Write nothing where it stands elsewhere already; the room stays."""
        self._quiet = quiet
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write what fits; nothing where that is only a word."""
        if self.width() < LEAST_PROMISE or self._quiet:
            return
        painter, font = QPainter(self), fonts.ui(11)
        lines = wrapped(self._text, self.width(), font, 2)
        y = (self.height() - PROMISE_LINE * len(lines)) / 2
        for n, line in enumerate(lines):
            rect = QRectF(0, y + PROMISE_LINE * n, self.width(), PROMISE_LINE)
            write_elided(painter, rect, line, font, self.look.theme.color("ink3"), CENTRE)


class Toolbar(QWidget):
    """Signals what a person wants; shows what the window tells it. Below 1200 px it goes compact."""

    gallery = Signal()
    train_toggled = Signal()
    step = Signal()
    reset = Signal()
    speed_chosen = Signal(int)
    view_chosen = Signal(str)
    export = Signal()
    theme_toggled = Signal()
    language_chosen = Signal(str)
    help = Signal()
    drawer_toggled = Signal()
    compact_changed = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._running = False
        self._compact = False
        self.brand = Brand(look)
        self.drawer = icon_button(look, "toolbar.drawer", "drawer")
        self.experiments = ExperimentButton(look)
        self.train = primary_button(look, "toolbar.train", "play")
        self.train.keep_room_for("toolbar.train", "toolbar.pause")
        self.step_button = tool_button(look, "toolbar.step", "step")
        self.reset_button = tool_button(look, "toolbar.reset", "reset")
        self.speed = SegmentedControl(look, "toolbar.speed")
        self.views = ViewSwitch(look)
        self.promise = Promise(look)
        self.export_button = tool_button(look, "toolbar.export", "export")
        self.languages = SegmentedControl(look, "toolbar.language", text_size=12, padding=9)
        self.theme_button = icon_button(look, "toolbar.theme", "sun")
        self.help_button = icon_button(look, "toolbar.help", "help")
        self._lay_out()
        self._connect()
        self.drawer.hide()
        self.setFixedHeight(TALL)
        self.set_look(look)
        self.set_speed(10)
        self.set_view(VIEWS[0])

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 14, 1)
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # see minimumSizeHint
        row.setSpacing(0)
        parts: tuple[tuple[QWidget, int], ...] = (
            (self.brand, 16),
            (self.drawer, 8),
            (self.experiments, 16),
            (self.train, 8),
            (self.step_button, 4),
            (self.reset_button, 16),
            (self.speed, 16),
            (self.views, 0),
        )
        for widget, gap in parts:
            row.addWidget(widget)
            row.addSpacing(gap)
        row.addSpacing(12)
        row.addWidget(self.promise, 1)
        row.addSpacing(8)
        for widget, gap in (
            (self.export_button, 12),
            (self.languages, 8),
            (self.theme_button, 0),
            (self.help_button, 0),
        ):
            row.addWidget(widget)
            row.addSpacing(gap)

    def _connect(self) -> None:
        self.experiments.clicked.connect(self.gallery)
        self.train.clicked.connect(self.train_toggled)
        self.step_button.clicked.connect(self.step)
        self.reset_button.clicked.connect(self.reset)
        self.speed.chosen.connect(self._speed_chosen)
        self.views.chosen.connect(self.view_chosen)
        self.export_button.clicked.connect(self.export)
        self.theme_button.clicked.connect(self.theme_toggled)
        self.languages.chosen.connect(self._language_chosen)
        self.help_button.clicked.connect(self.help)
        self.drawer.clicked.connect(self.drawer_toggled)

    def _speed_chosen(self, speed: object) -> None:
        self.speed_chosen.emit(speed)

    def _language_chosen(self, code: object) -> None:
        self.language_chosen.emit(str(code))

    def _buttons(self) -> tuple[Button, ...]:
        return (
            self.drawer,
            self.train,
            self.step_button,
            self.reset_button,
            self.export_button,
            self.theme_button,
            self.help_button,
        )

    def set_look(self, look: Look) -> None:
        """Wear another theme or language."""
        self.look = look
        self.brand.look = look
        self.promise.look = look
        self.experiments.set_look(look)
        for button in self._buttons():
            button.set_look(look)
        for control in (self.speed, self.languages, self.views):
            control.set_look(look)
        self.views.set_choices([(view, look.text(f"view.{view}")) for view in VIEWS])
        self.speed.set_choices(
            [(speed, look.text(f"toolbar.speed-{speed}")) for speed in SPEEDS],
            [look.text(f"toolbar.speed-{speed}.tip") for speed in SPEEDS],
        )
        self.languages.set_choices(LANGUAGE_LABELS)
        for segment, (code, _) in zip(self.languages.segments(), LANGUAGE_LABELS, strict=True):
            segment.setAccessibleName(look.text(f"language.{code}"))
            segment.setToolTip(look.text(f"language.{code}"))
        self.languages.set_value(look.catalogue.language)
        # The icon shows where the button leads: the sun while it is dark.
        self.theme_button.set_content(
            "toolbar.theme-light" if look.theme.dark else "toolbar.theme-dark",
            "sun" if look.theme.dark else "moon",
        )
        self.update()

    def set_experiment(self, key: str, title: str) -> None:
        """Show which experiment is open; given again on a language switch."""
        self.experiments.show_experiment(key, title)

    def set_promise(self, text: str) -> None:
        """Say in one line what the open experiment shows; given again on a language switch."""
        self.promise.say(text)

    def set_running(self, running: bool) -> None:
        """Show Pause while training runs, Train otherwise."""
        self._running = running
        if running:
            self.train.set_content("toolbar.pause", "pause")
        else:
            self.train.set_content("toolbar.train", "play")

    def set_reasons(self, train: str, single: str) -> None:
        """Disable Train, or Step and the speed, each with a reason (a key); "" enables them."""
        self.train.set_reason(train)
        self.step_button.set_reason(single)
        self.speed.setEnabled(not single)
        self.speed.setToolTip(self.look.text(single) if single else "")

    def set_speed(self, speed: int) -> None:
        """Show the speed: 1 or 10 steps a frame, 0 for the fastest."""
        self.speed.set_value(speed)

    def set_view(self, view: str) -> None:
        """Show which of VIEWS is open."""
        self.views.set_value(view)

    def set_drawer_open(self, is_open: bool) -> None:
        """Tell screen readers and the tooltip what the drawer button does next."""
        self.drawer.set_content("toolbar.drawer-close" if is_open else "toolbar.drawer")

    def set_reduced_motion(self, reduced: bool) -> None:
        """Let pills jump instead of slide."""
        self.speed.animated = self.languages.animated = self.views.segments.animated = not reduced

    def minimumSizeHint(self) -> QSize:
        """Return what the compact bar needs: the wide one must not keep a window from growing narrow."""
        return QSize(LEAST, TALL)

    @property
    def compact(self) -> bool:
        """Whether the bar is narrow: icons instead of words, settings behind the drawer button."""
        return self._compact

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose words or icons by the width."""
        super().resizeEvent(event)
        compact = self.width() < COMPACT_BELOW
        if compact != self._compact:
            self._compact = compact
            for button in (self.step_button, self.reset_button, self.export_button):
                button.set_compact(compact)
            self.drawer.setVisible(compact)
            self.views.set_compact(compact)
            self.compact_changed.emit(compact)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line below."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.theme.color("bg1"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, self.look.theme.color("line"))
