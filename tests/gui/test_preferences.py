from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnviz.gui.preferences import SCHEMA, Preferences, default_path


def defaults(preferences: Preferences) -> bool:
    return all(preferences.get(key) == entry.default for key, entry in SCHEMA.items())


def test_the_first_start_has_defaults_that_are_possible(tmp_path: Path) -> None:
    assert defaults(Preferences(tmp_path / "window.ini"))
    assert all(entry.possible(entry.default) for entry in SCHEMA.values())


def test_what_is_set_is_there_at_the_next_start(tmp_path: Path) -> None:
    values: dict[str, object] = {
        "theme": "light",
        "language": "zh_CN",
        "experiment": '你好, "记忆"\n; [x]',
        "speed": 0,
        "reduced-motion": True,
        "columns": [232, 832, 376],
    }
    first = Preferences(tmp_path / "sub" / "window.ini")
    for key, value in values.items():
        first.set(key, value)
    first.set_blob("geometry", bytes(range(256)))
    assert first.save()
    second = Preferences(tmp_path / "sub" / "window.ini")
    assert {key: second.get(key) for key in values} == values
    assert second.blob("geometry") == bytes(range(256))
    assert second.sizes("columns") == [232, 832, 376]
    assert second.number("speed") == 0
    assert second.flag("reduced-motion")
    assert second.text("theme") == "light"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("speed", 3),
        ("speed", True),
        ("columns", [-1]),
        ("columns", ["a"]),
        ("columns", [1] * 9),
        ("reduced-motion", 1),
        ("experiment", "x" * 1001),
    ],
)
def test_impossible_values_are_refused(tmp_path: Path, key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        Preferences(tmp_path / "window.ini").set(key, value)


@pytest.mark.parametrize(
    "line",
    ["theme=pink", 'theme="\\"pink\\""', "speed=1, 10", "speed=99", "columns={}", "geometry=[[[[", "theme="],
)
def test_a_value_edited_by_hand_falls_back(tmp_path: Path, line: str) -> None:
    path = tmp_path / "window.ini"
    path.write_text(f"[General]\n{line}\n", encoding="utf-8")
    assert defaults(Preferences(path))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=400))
def test_a_damaged_file_costs_nothing_but_itself(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "window.ini"
    path.write_bytes(content)
    preferences = Preferences(path)
    for key in SCHEMA:
        assert SCHEMA[key].possible(preferences.get(key))
    preferences.set("theme", "light")
    preferences.save()
    assert preferences.get("theme") == "light"


def test_damaged_bytes_are_no_bytes(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "window.ini")
    preferences.set("geometry", "not base64!")
    assert preferences.blob("geometry") == b""


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    preferences = Preferences(tmp_path / "file" / "window.ini")
    preferences.set("theme", "light")
    assert not preferences.save()
    assert preferences.get("theme") == "light"


def test_unknown_keys_are_faults(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        Preferences(tmp_path / "window.ini").get("colour")


def test_the_file_lies_in_the_users_folder(qapp: object) -> None:
    assert default_path().name == "window.ini"
    assert default_path().is_absolute()
