"""What must be true before Qt is loaded, because Qt answers with an abort instead of a sentence."""

import ctypes
import gc
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rnnviz.engine.errors import UserError

# Debian's and Ubuntu's package of each library that Qt's window plugins need and that a bare system may lack.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}


def check_window(environment: Mapping[str, str]) -> None:
    """Refuse to start a window that Qt could not open; only Linux needs this.

    Raises UserError "error.no-display" or "error.missing-libraries" with libraries, packages and command.
    """
    if sys.platform != "linux":
        return
    platforms = _platforms(environment)
    if not platforms:
        raise UserError("error.no-display")
    refusal: UserError | None = None
    for platform in platforms:
        missing = missing_libraries(_plugin(platform))
        if missing:
            refusal = refusal or _lacking(missing)
        elif platform == "xcb" and not _display_answers():
            refusal = refusal or UserError("error.display-dead", display=environment.get("DISPLAY", ""))
        else:
            return
    if refusal is not None:
        raise refusal


@contextmanager
def uncollected() -> Iterator[None]:
    """Load modules without rounds of the garbage collector, which find nothing: a twentieth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def check_drawing() -> None:
    """The same for the commands that draw without a screen.  Raises UserError "error.missing-libraries"."""
    if sys.platform == "linux":
        missing = missing_libraries(_plugin("offscreen"))
        if missing:
            raise _lacking(missing)


def missing_libraries(plugin: Path | None) -> list[str]:
    """The libraries that the dynamic loader does not find for ``plugin``, by name, without loading any.

    Empty where that cannot be asked: no plugin, or a system without ldd.
    """
    if plugin is None or not plugin.exists():
        return []
    try:
        answer = subprocess.run(
            ["ldd", str(plugin)], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    lines = [line for line in answer.splitlines() if "not found" in line and "=>" in line]
    return sorted({line.split("=>")[0].strip() for line in lines})


def _lacking(libraries: list[str]) -> UserError:
    """The sentence that names libraries, their packages, and the command that installs them."""
    packages = sorted({PACKAGES.get(library, library) for library in libraries})
    administrator = "" if os.geteuid() == 0 else "sudo "
    return UserError(
        "error.missing-libraries",
        libraries=", ".join(libraries),
        packages=" ".join(packages),
        command=f"{administrator}apt-get install {' '.join(packages)}",
    )


def _platforms(environment: Mapping[str, str]) -> list[str]:
    """The window systems Qt may use here, in its order of preference; empty without any display."""
    chosen = environment.get("QT_QPA_PLATFORM", "")
    if chosen:
        return [name.split(":")[0] for name in chosen.split(";") if name]
    platforms = []
    if environment.get("WAYLAND_DISPLAY"):
        platforms.append("wayland")
    if environment.get("DISPLAY"):
        platforms.append("xcb")
    return platforms


def _plugin(platform: str) -> Path | None:
    """The file of Qt's plugin for a window system; None where PySide6 is not a wheel with its own plugins."""
    found = importlib.util.find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    plugin = folder / "Qt" / "plugins" / "platforms" / f"libq{platform}.so"
    return plugin if plugin.exists() else None


def _display_answers() -> bool:
    """Whether the X server that DISPLAY names takes connections; True where that cannot be asked."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    broken = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    return not broken
