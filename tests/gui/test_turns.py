"""A job in pieces: each has a turn of its own, and a newer job takes the older one's place."""

from pytestqt.qtbot import QtBot

from rnnviz.gui.turns import Turns


def test_pieces_are_done_in_order_and_not_at_once(qtbot: QtBot) -> None:
    turns, done = Turns(), list[int]()
    turns.begin([lambda n=n: done.append(n) for n in range(3)])
    assert done == []
    assert turns.busy
    qtbot.waitUntil(lambda: done == [0, 1, 2])
    assert not turns.busy


def test_other_events_come_between_two_pieces(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    other = Turns()
    turns.begin([lambda: done.append("a"), lambda: done.append("b"), lambda: done.append("c")])
    other.begin([lambda: done.append("key")])
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done.index("key") < done.index("c")


def test_a_newer_job_takes_the_place_of_the_older(qtbot: QtBot) -> None:
    turns, done = Turns(), list[str]()
    turns.begin(
        [
            lambda: done.append("old"),
            lambda: turns.begin([lambda: done.append("new")]),
            lambda: done.append("never"),
        ]
    )
    qtbot.waitUntil(lambda: "new" in done)
    assert done == ["old", "new"]


def test_a_dropped_job_is_not_done(qtbot: QtBot) -> None:
    turns, done, after = Turns(), list[int](), list[int]()
    turns.begin([lambda: done.append(1)])
    turns.drop()
    assert not turns.busy
    other = Turns()
    other.begin([lambda: after.append(1)])
    qtbot.waitUntil(lambda: after == [1])
    assert done == []
