"""The commands that draw check their arguments and hand them on; what they draw is tested with the window."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What `rnnviz.gui.commands` was given, in place of the real one."""
    given: dict[str, Any] = {}
    package, module = ModuleType("rnnviz.gui"), ModuleType("rnnviz.gui.commands")
    panels = ModuleType("rnnviz.gui.panels")
    panels.PANELS = {"gates": object, "states": object}  # type: ignore[attr-defined]

    def record(name: str, result: object) -> None:
        def function(*arguments: object, **options: object) -> object:
            given[name] = (arguments, options)
            return result

        setattr(module, name, function)

    record("export", 0)
    record("screenshot", 0)
    record("bench", {"window/rss_mb": 123.456, "typing/lstm/H64_us": float("nan")})
    package.commands = module  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "rnnviz.gui", package)
    monkeypatch.setitem(sys.modules, "rnnviz.gui.commands", module)
    monkeypatch.setitem(sys.modules, "rnnviz.gui.panels", panels)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    return given


def test_export(rnnviz: Any, handed: dict[str, Any]) -> None:
    words = ("export", "a.rnnviz", "--view", "gates", "--out", "a.SVG", "--text", "hi", "--size", "183x120mm")
    assert rnnviz(*words, "--lang", "zh_CN").status == 0
    arguments, options = handed["export"]
    assert arguments == ("a.rnnviz", "gates", Path("a.SVG"))
    assert options.pop("watch")
    assert options == {"text": "hi", "size_mm": (183.0, 120.0), "theme": "light", "language": "zh_CN"}


def test_export_of_all_takes_a_folder(rnnviz: Any, handed: dict[str, Any]) -> None:
    assert rnnviz("export", "a.rnnviz", "--view", "all", "--out", "folder").status == 0
    assert handed["export"][1]["size_mm"] is None


def test_screenshot(rnnviz: Any, handed: dict[str, Any]) -> None:
    assert rnnviz("screenshot", "hello-memory", "--out", "a.png").status == 0
    assert handed["screenshot"] == (
        ("hello-memory", Path("a.png")),
        {
            "text": None,
            "steps": None,
            "size": (1440, 900),
            "theme": "dark",
            "language": "en",
            "view": "explore",
        },
    )


def test_bench(rnnviz: Any, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def bench_numbers(what: str, **_: object) -> dict[str, float]:
        asked.append(what)
        return {"engine/trace_cost": 1.02}

    monkeypatch.setattr("rnnviz.cli.drawing.bench_numbers", bench_numbers)
    done = rnnviz("bench", "window", "--json", "--minutes", "10")
    assert handed["bench"][1]["minutes"] == 10.0
    assert done.out == '{"window/rss_mb": 123.456, "typing/lstm/H64_us": null}\n'
    assert asked == []
    out = rnnviz("bench").out
    assert asked == ["all"]
    assert "1.02" in out
    assert "123.5" in out


def test_bench_without_the_window_loads_no_qt(
    rnnviz: Any, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnviz.cli.drawing.bench_numbers", lambda what, note: {what: 1.0})
    assert rnnviz("bench", "typing", "--json").out == '{"typing": 1.0}\n'
    assert handed == {}


def test_bench_writes_a_page_with_keystrokes(
    rnnviz: Any, handed: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    figures = {"all": {"engine/lstm/25x1x32/ms": 0.25, "typing/lstm/H100_us": 16.0}}
    monkeypatch.setattr("rnnviz.cli.drawing.bench_numbers", lambda what, note: figures[what])
    page = tmp_path / "speed.md"
    assert rnnviz("bench", "engine", "--out", str(page)).status == 0
    text = page.read_text(encoding="utf-8")
    assert "| 25, 1, 32 | 0.250 |" in text
    assert "| LSTM | 16.0 |" in text
    assert handed == {}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["bench", "window", "--out", "speed.md"], "bench engine"),
        (["bench", "engine", "--out", "nowhere/speed.md"], "nowhere"),
        (["export", "a", "--view", "gates", "--out", "a.gif"], ".svg"),
        (["export", "a", "--view", "gates", "--out", "a"], ".svg"),
        (["export", "a", "--view", "wonders", "--out", "a.svg"], "gates, states, all"),
        (["export", "a", "--view", "spectrum", "--out", "a.svg"], "not part of this version"),
        (["export", "a", "--view", "gates", "--out", "a.svg", "--size", "1x1mm"], "183x120mm"),
        (["export", "a", "--view", "gates", "--out", "a.svg", "--size", "big"], "big"),
        (["screenshot", "a", "--out", "a.jpg"], ".png"),
        (["screenshot", "a", "--out", "a.png", "--size", "99999x900"], "1440x900"),
        (["screenshot", "a", "--out", "a.png", "--steps", "-2"], "-2"),
        (["screenshot", "a", "--out", "a.png", "--theme", "pink"], "pink"),
        (["screenshot", "a", "--out", "a.png", "--view", "dynamics"], "dynamics"),
        (["bench", "window", "--minutes", "nan"], "nan"),
        (["bench", "window", "--minutes", "1"], "3"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_drawn(
    rnnviz: Any, handed: dict[str, Any], words: list[str], named: str
) -> None:
    done = rnnviz(*words)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert named in done.err
    assert handed == {}
