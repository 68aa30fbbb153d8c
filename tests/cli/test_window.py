"""What stands in the way of a window is said in a sentence, before Qt is loaded."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnviz.cli import window
from rnnviz.cli.window import PACKAGES, check_drawing, check_window, missing_libraries
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue

ROOT = Path(__file__).parent.parent.parent


def refusal(environment: dict[str, str]) -> UserError:
    with pytest.raises(UserError) as caught:
        check_window(environment)
    return caught.value


def pretend_ldd(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    done = subprocess.CompletedProcess(["ldd"], 0, answer, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)


LACKING = """\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-icccm.so.4 => not found
\tlibxcb-keysyms.so.1 => not found
\tlibxcb-icccm.so.4 => not found
\tlibX11.so.6 => /lib/x86_64-linux-gnu/libX11.so.6 (0x00007f)
"""


def test_no_display_points_at_the_commands() -> None:
    error = refusal({})
    assert error.key == "error.no-display"
    for language in LANGUAGES:
        assert "rnnviz --help" in Catalogue(language).error(error)


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_missing_libraries_are_named_with_their_packages(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_ldd(monkeypatch, LACKING)
    error = refusal(environment)
    assert error.key == "error.missing-libraries"
    assert error.values["packages"] == "libxcb-icccm4 libxcb-keysyms1"
    assert str(error.values["command"]).endswith("apt-get install libxcb-icccm4 libxcb-keysyms1")
    with pytest.raises(UserError, match=r"error\.missing-libraries"):
        check_drawing()


def test_a_dead_display_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":731")
    error = refusal({"DISPLAY": ":731"})
    assert (error.key, error.values) == ("error.display-dead", {"display": ":731"})


def test_a_platform_of_the_users_choice_needs_no_display() -> None:
    check_window({"QT_QPA_PLATFORM": "offscreen"})
    check_window({"QT_QPA_PLATFORM": "offscreen:enable_fonts"})
    check_drawing()


def test_one_window_system_that_works_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "missing_libraries", lambda plugin: ["x"] if "wayland" in str(plugin) else [])
    monkeypatch.setattr(window, "_display_answers", lambda: True)
    check_window({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"})


def test_without_ldd_or_plugin_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert missing_libraries(None) == []
    assert missing_libraries(tmp_path / "absent.so") == []

    def absent(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(subprocess, "run", absent)
    assert missing_libraries(Path(sys.executable)) == []


def test_every_library_of_the_plugins_has_a_package_or_is_qts_or_everywhere() -> None:
    """A new Qt that needs another library must not leave us without a name for it."""
    plugins = [window._plugin(name) for name in ("xcb", "wayland", "offscreen")]
    everywhere = ("libQt6", "libicu", "libc.", "libm.", "libgcc", "libstdc", "libpthread", "libdl", "librt")
    for plugin in plugins:
        assert plugin is not None
        needed = subprocess.run(
            ["ldd", str(plugin)], capture_output=True, text=True, check=True
        ).stdout.splitlines()
        direct = {line.split()[0] for line in needed if line.strip().startswith("libxcb")}
        assert {name for name in direct if name not in PACKAGES and not name.startswith(everywhere)} == set()


def test_the_program_says_it_and_exits_without_loading_qt() -> None:
    environment = {
        k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    }
    for language, word in (("en", "display"), ("zh_CN", "显示器")):
        done = subprocess.run(
            [sys.executable, str(ROOT / "main.py"), "--lang", language],
            capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
            env={**environment, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        assert (done.returncode, done.stdout) == (2, "")
        assert word in done.stderr
        assert len(done.stderr.splitlines()) == 1
