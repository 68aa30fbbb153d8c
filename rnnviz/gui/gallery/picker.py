"""The gallery window: a filter line over a grid of cards, all of it from the keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from rnnviz.gui import fonts
from rnnviz.gui.gallery.cardpaint import paint_card, result_line
from rnnviz.gui.gallery.library import Card
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.controls import secondary_button
from rnnviz.gui.widgets.entry import Entry
from rnnviz.gui.widgets.labels import Text
from rnnviz.gui.widgets.segmented import SegmentedControl

Index = QModelIndex | QPersistentModelIndex

CARD_TALL, GAP = 152, 12
WIDEST_CARD = 352
GROUPS = ("all", "text", "symbols", "numbers", "own")
MOVES = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)


class CardModel(QAbstractListModel):
    """The cards that pass the filter."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look, self.cards = look, list[Card]()

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Hold other cards."""
        self.beginResetModel()
        self.cards = list(cards)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Number of cards."""
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A card's title, and for screen readers all that stands on it."""
        card = self.cards[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.promise or None
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return ". ".join(
                part for part in (card.title, card.promise, result_line(card, self.look)) if part
            )
        return None


class CardDelegate(QStyledItemDelegate):
    """Draws the cards; each fills its place in the grid but for the gap."""

    def __init__(self, view: QListView, model: CardModel) -> None:
        super().__init__(view)
        self._view, self._model = view, model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one card."""
        rect, state = option.rect, option.state
        paint_card(
            painter,
            rect.adjusted(0, 0, -GAP, -GAP),
            self._model.cards[index.row()],
            self._model.look,
            chosen=index.row() == self._view.currentIndex().row(),
            hover=bool(state & QStyle.StateFlag.State_MouseOver),
        )

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the place of a card in the grid."""
        return self._view.gridSize()


class GalleryPicker(QDialog):
    """`chosen` carries the source of a card; `save_wanted` and `file_wanted` are wishes."""

    chosen = Signal(str)
    save_wanted = Signal()
    file_wanted = Signal()

    def __init__(
        self,
        look: Look,
        cards: Sequence[Card],
        groups: dict[str, str],
        now: str,
        parent: QWidget | None = None,
    ) -> None:
        """`groups` maps a task's key to one of GROUPS; `now` is the key of the experiment that is open."""
        super().__init__(parent)
        self.look, self._cards, self._groups = look, tuple(cards), groups
        self.setWindowTitle(look.text("gallery.title"))
        self.filter = Entry(look, "gallery.filter", prompt=True)
        self.groups = SegmentedControl(look, "gallery.groups", tall=32)
        self.model = CardModel(look)
        self.view = QListView()
        self.nothing = Text(look, "gallery.nothing", fonts.ui(13), "ink3")
        self.save = secondary_button(look, "gallery.save")
        self.open_file = secondary_button(look, "gallery.open-file")
        self.keys = Text(look, "gallery.keys", fonts.ui(11), "ink3")
        self._dress_view()
        self._lay_out()
        present = {self._group(card) for card in cards}
        shown = [g for g in GROUPS if g == "all" or g in present]
        self.groups.set_choices([(g, look.text(f"gallery.group-{g}")) for g in shown])
        self.groups.set_value("all")
        self.filter.textChanged.connect(self._sift)
        self.groups.chosen.connect(self._sift)
        self.view.clicked.connect(lambda index: self._take(index.row()))
        self.save.clicked.connect(lambda: self._leave(self.save_wanted))
        self.open_file.clicked.connect(lambda: self._leave(self.file_wanted))
        self.filter.installEventFilter(self)
        self._sift()
        self.choose(now)
        self.filter.setFocus()

    def _leave(self, wish: SignalInstance) -> None:
        self.accept()
        wish.emit()

    def _dress_view(self) -> None:
        view = self.view
        view.setModel(self.model)
        view.setItemDelegate(CardDelegate(view, self.model))
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setUniformItemSizes(True)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setFrameShape(QListView.Shape.NoFrame)
        view.setMouseTracking(True)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAccessibleName(self.look.text("gallery.title"))
        view.setStyleSheet(f"QListView {{ background: {self.look.theme.color('bg1').name()}; }}")
        view.viewport().installEventFilter(self)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text(self.look, "gallery.title", fonts.ui(17, 600)))
        head.addWidget(self.filter, 1)
        head.addWidget(self.groups)
        feet = QHBoxLayout()
        feet.setSpacing(8)
        feet.setContentsMargins(0, 0, GAP, 0)
        feet.addWidget(self.save)
        feet.addWidget(self.open_file)
        feet.addStretch(1)
        feet.addWidget(self.keys)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20 - GAP, 16)
        column.setSpacing(14)
        head.setContentsMargins(0, 0, GAP, 0)
        column.addLayout(head)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self.nothing, 1)
        column.addWidget(self.view, 1)
        column.addLayout(feet)

    # --- choosing ---------------------------------------------------------------------------------

    def _group(self, card: Card) -> str:
        return "own" if card.own else self._groups.get(card.task, "symbols")

    def _sift(self, *_: object) -> None:
        """Keep the cards that have every word of the filter in title, promise, task, cell or key."""
        words, group = self.filter.text().casefold().split(), self.groups.value()
        kept = [
            card
            for card in self._cards
            if group in ("all", self._group(card)) and all(word in self._words(card) for word in words)
        ]
        before = self.current()
        self.model.show_cards(kept)
        self.nothing.setVisible(not kept)
        self.view.setVisible(bool(kept))
        self.choose(before.key if before is not None else "")

    def _words(self, card: Card) -> str:
        cell = self.look.text(f"cell.{card.cell}") if card.cell else ""
        task = self.look.text(f"task.{card.task}") if card.task else ""
        return f"{card.title} {card.promise} {card.key} {card.task} {task} {card.cell} {cell}".casefold()

    def current(self) -> Card | None:
        """The card that Enter would open."""
        row = self.view.currentIndex().row()
        return self.model.cards[row] if 0 <= row < len(self.model.cards) else None

    def choose(self, key: str) -> None:
        """Put the ring on the card with this key, or on the first."""
        rows = [row for row, card in enumerate(self.model.cards) if card.key == key]
        self._go(rows[0] if rows else 0)

    def _go(self, row: int) -> None:
        if self.model.cards:
            index = self.model.index(min(max(row, 0), len(self.model.cards) - 1))
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)
            self.view.viewport().update()

    def _take(self, row: int) -> None:
        if 0 <= row < len(self.model.cards):
            source = self.model.cards[row].source
            self.accept()
            self.chosen.emit(source)

    # --- keys and sizes ---------------------------------------------------------------------------

    def across(self) -> int:
        """Cards in a row."""
        return max(1, self.view.viewport().width() // max(1, self.view.gridSize().width()))

    def _move(self, key: int) -> None:
        rows = max(1, self.view.viewport().height() // CARD_TALL)
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self.across(),
            Qt.Key.Key_Down: self.across(),
            Qt.Key.Key_PageUp: -self.across() * rows,
            Qt.Key.Key_PageDown: self.across() * rows,
        }
        row, step = self.view.currentIndex().row(), steps[Qt.Key(key)]
        if 0 <= row + step < len(self.model.cards) or abs(step) > self.across():
            self._go(row + step)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The filter line hands arrows and Enter to the cards; Esc empties it before it closes all."""
        if watched is self.view.viewport() and event.type() == QEvent.Type.Resize:
            self._fit()
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in MOVES:
                self._move(key)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(self.view.currentIndex().row())
                return True
            if key == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        """As many equal cards in a row as fit, none wider than is comfortable."""
        room = self.view.viewport().width()
        across = max(1, -(-room // (WIDEST_CARD + GAP)))
        self.view.setGridSize(QSize(room // across, CARD_TALL + GAP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the cards to the new width."""
        super().resizeEvent(event)
        self._fit()
        self.keys.setVisible(self.width() > 760)

    def fit_to(self, window: QWidget) -> None:
        """Take most of the window that it belongs to."""
        self.resize(min(1120, window.width() - 80), min(780, window.height() - 70))
