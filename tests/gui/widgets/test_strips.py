"""The strips on the time axis by what they write and mark; their pixels are tested with the centre."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainter, QPicture

from rnnviz.gui.widgets import ink
from rnnviz.gui.widgets.columns import fit_columns
from rnnviz.gui.widgets.cursor import CursorColumn
from rnnviz.gui.widgets.gradientstrip import GradientStrip
from rnnviz.gui.widgets.predictions import PredictionStrip, true_symbol
from rnnviz.gui.widgets.strip import Strip
from rnnviz.gui.widgets.tokens import TokenStrip
from rnnviz.workbench.frame import Frame

Draw = Callable[..., list[str]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Gives what a strip writes of a frame, 800 pixels wide."""

    def draw(strip: Strip, frame: Frame, height: int = 120) -> list[str]:
        found: list[str] = []

        def note(painter: QPainter, place: QPointF, text: str, font: QFont) -> None:
            found.append(text)

        strip.place(0, 800, height, fit_columns(142, 600, frame.steps, frame.view.cursor))
        strip.render(frame)
        picture = QPicture()
        painter = ink.OutlinePainter(picture)
        with monkeypatch.context() as patch:
            patch.setattr(ink, "_fill_text", note)
            strip.draw(painter, frame)
        painter.end()
        return found

    return draw


def test_tokens_are_written_in_order_and_steps_counted_from_one(written: Draw, look, make_frame) -> None:
    texts = written(TokenStrip(look), make_frame("hello\tgate.", change=lambda b: b.set_cursor(6)))
    assert "".join(texts).replace("␣", " ").endswith("hello⇥gate.")
    for step in ("1", "5", "7"):
        assert step in texts
    assert "2" not in texts
    assert "0" not in texts


def test_the_last_and_the_chosen_step_are_numbered_without_a_clash(written: Draw, look, make_frame) -> None:
    texts = written(TokenStrip(look), make_frame("hello memory " * 4, change=lambda b: b.set_cursor(50)))
    assert "51" in texts
    assert "50" not in texts
    assert "52" not in texts


def test_an_empty_line_has_ghosts_and_no_letters(written: Draw, look, make_frame) -> None:
    texts = written(TokenStrip(look), make_frame(""))
    assert look.text("tokens.title") in texts


def test_the_three_likeliest_stand_below_each_token(written: Draw, look, make_frame) -> None:
    frame = make_frame("hello")
    texts = written(PredictionStrip(look), frame)
    best = [frame.symbols[k] for k in frame.typed_run.top.ravel()]
    shown = [t for t in texts if len(t) == 1]
    assert len(shown) == 15
    for wanted, found in zip(best, shown, strict=True):
        assert found in (wanted, "␣", "·")


def test_the_true_token_is_known_where_the_text_goes_on(make_frame) -> None:
    frame = make_frame("hello memory")
    for step in range(11):
        assert frame.symbols[true_symbol(frame, step)] == "hello memory"[step + 1]
    assert frame.symbols[true_symbol(frame, 11)] == "."  # so the training text always goes on
    assert true_symbol(make_frame("xyz"), 2) == -1
    assert true_symbol(make_frame("heßlo"), 1) == -1
    assert true_symbol(make_frame(""), 0) == -1


def test_the_gradient_says_whose_loss_it_is(look, make_frame) -> None:
    strip = GradientStrip(look)
    at = make_frame(change=lambda b: b.set_cursor(4))
    assert strip.subtitle(at) == look.text("gradients.of-step", step=5)
    whole = make_frame(change=lambda b: b.set_whole_loss(True))
    assert strip.subtitle(whole) == look.text("gradients.of-whole")


def test_steps_without_effect_are_named_where_there_is_room(written: Draw, look, make_frame) -> None:
    note = look.text("gradients.later")

    def noted(cursor: int) -> bool:
        frame = make_frame("hello memory, hello gate", change=lambda b: b.set_cursor(cursor))
        return " ".join(written(GradientStrip(look), frame)).find(note) >= 0

    assert noted(3)
    assert not noted(22)


def test_no_gradient_is_explained(written: Draw, look, make_frame) -> None:
    assert look.text("gradients.none") in written(GradientStrip(look), make_frame("h"))
    assert look.text("gradients.none") not in written(GradientStrip(look), make_frame("he"))


@pytest.mark.parametrize("text", ["", "h", "ßß"])
def test_that_explanation_stays_off_the_titles(monkeypatch: pytest.MonkeyPatch, look, make_frame, text: str):
    places: dict[str, float] = {}

    def note(painter: QPainter, place: QPointF, text: str, font: QFont) -> None:
        places[text] = place.x()

    frame, strip = make_frame(text), GradientStrip(look)
    strip.place(0, 800, 120, fit_columns(142, 600, frame.steps, 0))
    strip.render(frame)
    picture = QPicture()
    painter = ink.OutlinePainter(picture)
    monkeypatch.setattr(ink, "_fill_text", note)
    strip.draw(painter, frame)
    painter.end()
    assert places[look.text("gradients.none")] > 142


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_gradient_has_a_legend_for_each_state(written: Draw, look, make_frame, cell: str) -> None:
    frame = make_frame(cell=cell)
    texts = written(GradientStrip(look), frame)
    assert texts.count("‖∂") == len(frame.states)


def test_the_cursor_hovers_only_when_told(look, make_frame) -> None:
    cursor = CursorColumn(look)
    assert cursor.least_height(make_frame()) == 0
    cursor.hover(3)
    assert cursor.hovered == 3
    cursor.hover(None)
    assert cursor.hovered is None


def test_a_strip_without_a_frame_paints_nothing(look) -> None:
    picture = QPicture()
    painter = QPainter(picture)
    for kind in (TokenStrip, PredictionStrip, GradientStrip, CursorColumn):
        kind(look).paint(painter, None)
    painter.end()
    assert picture.boundingRect().isEmpty()
