from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QSplitter
from pytestqt.qtbot import QtBot

from rnnviz.engine.cells import CELLS
from rnnviz.engine.optimisers import OPTIMISERS
from rnnviz.engine.spec import options_of
from rnnviz.gui.look import Look
from rnnviz.gui.widgets.combo import ComboField
from rnnviz.gui.widgets.fields import applies, fields, idle
from rnnviz.gui.widgets.segmented import SegmentedControl
from rnnviz.gui.widgets.settings import SettingsColumn
from rnnviz.gui.widgets.spin import NumberField
from rnnviz.tasks import TASKS, Task
from rnnviz.tasks.characters import CharacterTask
from rnnviz.training.spec import TRAINING_OPTIONS, RunSpec


def values(**changed: object) -> Mapping[str, object]:
    spec = RunSpec()
    for key, value in changed.items():
        spec = spec.with_value(key.replace("__", "."), value)
    return {**spec.settings(), "task.text": "hello"}


@pytest.fixture
def column(qtbot: QtBot, look: Look) -> SettingsColumn:
    column = SettingsColumn(look)
    qtbot.addWidget(column)
    column.set_choices("model.cell", [(key, look.text(f"cell.{key}")) for key in CELLS])
    column.set_choices("training.optimiser", [(key, key) for key in OPTIMISERS])
    column.set_choices("task.text", [("hello", "Hello, memory"), ("zh", "中文")])
    column.set_choices("task.key", [(key, key) for key in TASKS])
    column.resize(232, 704)
    column.show_values(values(), frozenset(), 2789)
    column.show()
    return column


def number(column: SettingsColumn, key: str) -> NumberField:
    control = column.rows[key].control
    assert isinstance(control, NumberField)
    return control


def test_every_setting_of_a_run_has_a_row() -> None:
    shown = {field.key for field in fields()}
    for cell in CELLS:
        assert set(values(model__cell=cell)) <= shown


def unfold(column: SettingsColumn) -> None:
    for disclosure in column.disclosures.values():
        disclosure.setChecked(True)


def test_advanced_settings_are_folded_away_until_wanted(qtbot: QtBot, column: SettingsColumn) -> None:
    options = {f"model.{option.key}": option for option in options_of("lstm")}
    options |= {f"training.{option.key}": option for option in TRAINING_OPTIONS}
    del options["training.momentum"], options["training.weight_decay"]  # Adam has neither
    for key, option in options.items():
        assert column.rows[key].isVisible() == (not option.advanced)
    disclosure = column.disclosures["model"]
    qtbot.mouseClick(disclosure, Qt.MouseButton.LeftButton)
    for key, option in options.items():
        assert column.rows[key].isVisible() == (not option.advanced or key.startswith("model."))
    qtbot.mouseClick(disclosure, Qt.MouseButton.LeftButton)
    assert not column.rows["model.dropout"].isVisible()


def test_the_keyboard_unfolds_and_goes_on_inside(qtbot: QtBot, column: SettingsColumn) -> None:
    disclosure, first = column.disclosures["model"], column.rows["model.bidirectional"].control
    column.rows["model.forget_bias"].control.setFocus()
    entry = QApplication.focusWidget()
    assert entry is not None
    qtbot.keyClick(entry, Qt.Key.Key_Tab)
    assert disclosure.hasFocus()
    qtbot.keyClick(disclosure, Qt.Key.Key_Space)
    assert disclosure.isChecked()
    qtbot.keyClick(disclosure, Qt.Key.Key_Tab)
    assert first.hasFocus()
    with qtbot.waitSignal(column.changed) as caught:
        qtbot.keyClick(first, Qt.Key.Key_Space)
    assert caught.args == ["model.bidirectional", True]


@pytest.mark.parametrize(("language", "note"), [("en", "2 set"), ("zh_CN", "已设 2 项")])
def test_a_folded_group_says_what_is_set_and_what_waits(
    column: SettingsColumn, make_look, language: str, note: str
) -> None:
    disclosure = column.disclosures["model"]
    assert disclosure.note() == ""
    usual = disclosure.grab().toImage()
    column.set_look(make_look("dark", language))
    changed = values(model__dropout=0.2, model__layers=2, model__learned_start=True)
    column.show_values(changed, {"model.dropout"})
    assert disclosure.note() == note
    assert note in disclosure.accessibleDescription()
    assert disclosure.grab().toImage() != usual
    assert column.disclosures["training"].note() == ""
    disclosure.setChecked(True)
    assert disclosure.note() == ""  # now the rows say it themselves
    column.show_values(values(model__cell="rnn"))
    assert column.disclosures["model"].isVisible()


def test_a_refusal_unfolds_what_it_is_about(column: SettingsColumn) -> None:
    column.show_error("training.clip_value", "No.")
    assert column.rows["training.clip_value"].error.isVisible()
    assert not column.disclosures["model"].isChecked()


def test_a_setting_that_another_idles_says_why(column: SettingsColumn) -> None:
    unfold(column)
    assert idle(values()) == {"model.dropout": "idle.dropout"}
    assert idle(values(model__layers=2)) == {}
    assert idle(values(model__layers=2, model__chrono=50)) == {"model.forget_bias": "idle.forget-bias-chrono"}
    assert idle(values(model__layers=2, model__nfg=True)) == {"model.forget_bias": "idle.forget-bias-nfg"}


def test_every_advanced_setting_explains_itself(column: SettingsColumn, make_look) -> None:
    for language in ("en", "zh_CN"):
        column.set_look(make_look("light", language))
        for row in column.rows.values():
            assert row.toolTip() or not row.field.advanced, row.field.key


def test_states_are_carried_only_where_a_task_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert applies("training.carry", values())
    monkeypatch.setattr(CharacterTask, "stream", Task.stream)
    assert not applies("training.carry", values())


def test_every_label_is_in_both_languages(make_look) -> None:
    for language in ("en", "zh_CN"):
        look = make_look("dark", language)
        assert all(look.text(field.label) for field in fields())


def test_values_are_shown_without_a_signal(qtbot: QtBot, column: SettingsColumn) -> None:
    with qtbot.assertNotEmitted(column.changed):
        column.show_values(values(model__hidden=64, model__cell="gru", training__learning_rate=1e-5))
    assert number(column, "model.hidden").entry.text() == "64"
    assert number(column, "training.learning_rate").entry.text() == "1e−5"
    cell = column.rows["model.cell"].control
    assert isinstance(cell, SegmentedControl)
    assert cell.value() == "gru"


def test_a_typed_setting_is_told_with_its_key(qtbot: QtBot, column: SettingsColumn) -> None:
    entry = number(column, "model.hidden").entry
    entry.selectAll()
    qtbot.keyClicks(entry, "32")
    with qtbot.waitSignal(column.changed) as caught:
        qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert caught.args == ["model.hidden", 32]


def test_a_cell_and_a_list_are_told_with_their_keys(qtbot: QtBot, column: SettingsColumn) -> None:
    cell = column.rows["model.cell"].control
    assert isinstance(cell, SegmentedControl)
    with qtbot.waitSignal(column.changed) as caught:
        qtbot.mouseClick(cell.segments()[0], Qt.MouseButton.LeftButton)
    assert caught.args == ["model.cell", "rnn"]
    optimiser = column.rows["training.optimiser"].control
    with qtbot.waitSignal(column.changed) as caught:
        qtbot.keyClick(optimiser, Qt.Key.Key_Down)
    assert caught.args[0] == "training.optimiser"


def test_settings_without_effect_are_away(column: SettingsColumn) -> None:
    assert column.rows["model.forget_bias"].isVisible()
    assert not column.rows["model.activation"].isVisible()
    column.show_values(values(model__cell="rnn", training__optimiser="sgd"))
    assert not column.rows["model.forget_bias"].isVisible()
    assert column.rows["model.activation"].isVisible()
    assert column.rows["training.momentum"].isVisible()
    assert not column.rows["training.weight_decay"].isVisible()
    activation = column.rows["model.activation"].control
    assert isinstance(activation, ComboField)
    assert activation.value() == "tanh"


def test_one_task_needs_no_choice_of_tasks(column: SettingsColumn) -> None:
    assert column.rows["task.key"].isVisible() == (len(TASKS) > 1)


@pytest.mark.parametrize(
    ("optimiser", "key"), [("sgd", "training.momentum"), ("adamw", "training.weight_decay")]
)
def test_an_optimisers_own_settings_apply_to_it_alone(optimiser: str, key: str) -> None:
    assert applies(key, values(training__optimiser=optimiser))
    assert not applies(key, values(training__optimiser="adam"))
    assert not applies("training.dropout", values())


def test_what_waits_for_a_reset_says_so(qtbot: QtBot, column: SettingsColumn) -> None:
    assert not column._pending.isVisible()
    column.show_values(values(model__hidden=32), {"model.hidden"}, 9000)
    row = column.rows["model.hidden"]
    assert row.pending
    assert row.toolTip() == "Takes effect after Reset"
    assert not column.rows["training.seed"].pending
    assert column.parameters.text() == "9,000 parameters"
    with qtbot.waitSignal(column.reset_wanted):
        qtbot.mouseClick(column._pending.button, Qt.MouseButton.LeftButton)
    column.show_values(values(model__hidden=32), frozenset(), 9000)
    assert not row.pending
    assert row.toolTip() == ""
    assert not column._pending.isVisible()


def test_a_refusal_stands_at_its_field_until_the_next_value(qtbot: QtBot, column: SettingsColumn) -> None:
    row = column.rows["model.hidden"]
    entry = number(column, "model.hidden").entry
    entry.selectAll()
    qtbot.keyClicks(entry, "10000")
    with qtbot.assertNotEmitted(column.changed):
        qtbot.keyClick(entry, Qt.Key.Key_Return)
    assert row.error.isVisible()
    assert row.error.text() == "“10000” is out of range: from 1 to 512. The old value stays."
    assert entry.text() == "16"
    qtbot.keyClick(entry, Qt.Key.Key_Up)
    assert not row.error.isVisible()


def test_the_window_can_refuse_a_value_as_well(column: SettingsColumn) -> None:
    column.show_error("task.text", "The text is too short.")
    assert column.rows["task.text"].error.text() == "The text is too short."
    column.show_error("task.text", "")
    assert not column.rows["task.text"].error.isVisible()
    with pytest.raises(KeyError):
        column.show_error("no.such", "")


def test_a_file_can_be_opened_from_the_list_of_texts(qtbot: QtBot, column: SettingsColumn) -> None:
    combo = column.rows["task.text"].control
    assert isinstance(combo, ComboField)
    with qtbot.waitSignal(column.text_file_wanted), qtbot.assertNotEmitted(column.changed):
        combo.activated.emit(combo.count() - 1)
    assert combo.value() == "hello"


def test_a_disabled_setting_gives_its_reason(column: SettingsColumn) -> None:
    column.show_values(values(), disabled={"model.layers": "Because."})
    row = column.rows["model.layers"]
    assert not row.control.isEnabled()
    assert row.toolTip() == "Because."
    column.show_values(values())
    assert row.control.isEnabled()


def test_the_language_reaches_every_word(column: SettingsColumn, make_look) -> None:
    column.show_error("model.hidden", "English")
    column.set_look(make_look("light", "zh_CN"))
    assert column.rows["model.hidden"].label.text() == "隐藏单元"
    assert column.parameters.text() == "共 2,789 个参数"
    assert column._pending.note.text() == "重置后生效"
    assert not column.rows["model.hidden"].error.isVisible()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("cell", CELLS)
def test_no_label_is_clipped(
    qtbot: QtBot, column: SettingsColumn, make_look, language: str, cell: str
) -> None:
    unfold(column)
    column.set_look(make_look("dark", language))
    column.show_values(values(model__cell=cell, training__optimiser="sgd"), {"model.hidden"}, 123_456)
    column.layout().activate()
    for row in column.rows.values():
        if row.isVisible() and row.label.isVisible():
            qtbot.waitUntil(lambda row=row: row.label.width() >= row.label.sizeHint().width())
            right = row.mapTo(column, row.rect().topRight()).x()
            assert right <= column.width() - 12  # clear of the scroll bar
    assert column._pending.note.width() >= column._pending.note.sizeHint().width()


def test_a_low_window_scrolls_and_the_fields_keep_their_place(qtbot: QtBot, column: SettingsColumn) -> None:
    field = number(column, "model.hidden")
    before = field.mapTo(column, field.rect().topRight()).x()
    column.resize(232, 300)
    area = column.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: field.mapTo(column, field.rect().topRight()).x() == before)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_fits_into_a_window_of_900(
    qtbot: QtBot, column: SettingsColumn, make_look, language: str
) -> None:
    column.set_look(make_look("dark", language))
    column.resize(232, 703)
    column.show_values(values(), frozenset(), 3437)
    area = column.findChild(QScrollArea)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)


def test_it_draws_alone_and_beside_others(column: SettingsColumn) -> None:
    assert not column.grab().isNull()
    splitter = QSplitter()
    splitter.addWidget(column)
    assert not splitter.grab().isNull()
    column.setParent(None)


def test_reduced_motion_stops_the_pill(column: SettingsColumn) -> None:
    column.set_reduced_motion(True)
    cell = column.rows["model.cell"].control
    assert isinstance(cell, SegmentedControl)
    assert not cell.animated


def stops(qtbot: QtBot, column: SettingsColumn) -> list[str]:
    """The names of what the Tab key reaches, from the first setting to the end of the column."""
    number(column, "model.hidden").setFocus()
    found: list[str] = []
    while (focus := QApplication.focusWidget()) is not None and focus.accessibleName() not in found:
        found.append(focus.accessibleName())
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    return found


def test_a_setting_that_comes_late_has_its_place_under_the_tab_key(
    qtbot: QtBot, look: Look, column: SettingsColumn
) -> None:
    early = stops(qtbot, column)
    column.show_values(values(model__cell="rnn", task__key="adding"))  # brings activation, takes forget bias
    late = stops(qtbot, column)
    activation = look.text("option.activation")
    assert activation not in early
    assert (
        late.index(look.text("option.layers")) < late.index(activation) < late.index(look.text("option.task"))
    )
    column.show_values(values())
    assert stops(qtbot, column) == early


def test_a_setting_nobody_sees_is_not_made_and_loses_no_value(column: SettingsColumn) -> None:
    hidden = column.rows["model.dropout"]
    assert not hidden.children()
    column.show_values(values(model__layers=2, model__dropout=0.25), frozenset({"model.dropout"}))
    assert not hidden.children()
    assert hidden.pending
    unfold(column)
    assert number(column, "model.dropout").value() == 0.25
