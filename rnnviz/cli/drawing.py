"""The commands that draw: they check their arguments here and are carried out by `rnnviz.gui.commands`."""

import argparse
import os
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

from rnnviz.cli.race import progress_of
from rnnviz.cli.run import MOST_STEPS
from rnnviz.cli.terminal import Terminal
from rnnviz.cli.window import check_drawing, check_window
from rnnviz.engine.errors import UserError
from rnnviz.files.atomic import write_atomically
from rnnviz.workbench.bench import bench_numbers, speed_page
from rnnviz.workbench.race.frame import RaceFrame

VIEWS = ("explore", "compare")
EVERY_PANEL = "all"
ENDINGS = (".png", ".svg", ".pdf", ".csv")
THEMES = ("dark", "light")
SIZE_LIMITS_PX = (640, 8000)
SIZE_LIMITS_MM = (10.0, 1000.0)
BUSY = 0.3  # of the cores, before the bench itself begins
LEAST_MINUTES, MOST_MINUTES = 3.0, 600.0
# What somebody may have set for their own screen; a picture has the size that was asked for.
SCALES = ("QT_SCALE_FACTOR", "QT_SCREEN_SCALE_FACTORS", "QT_FONT_DPI", "QT_ENABLE_HIGHDPI_SCALING")
LATER_PANELS = (
    "unrolled",
    "cell",
    "equations",
    "gradient-triangle",
    "path-split",
    "memory-horizon",
    "saliency",
    "weights",
    "spectrum",
    "trajectory",
    "fixed-points",
    "attention",
    "bottleneck",
)  # have a name, but are not here yet

Say = Callable[..., str]


def declare_export(parser: argparse.ArgumentParser, say: Say) -> None:
    """Add the arguments of `export`."""
    parser.add_argument("source", metavar="SOURCE", help=say("cli.export.source"))
    parser.add_argument("--view", required=True, metavar="PANEL", help=say("cli.export.view"))
    parser.add_argument("--out", required=True, metavar="FIG", help=say("cli.export.out"))
    parser.add_argument("--text", metavar="T", help=say("cli.text"))
    parser.add_argument("--size", metavar="183x120mm", help=say("cli.export.size"))
    parser.add_argument("--theme", choices=THEMES, default="light", help=say("cli.theme"))


def export(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """One panel as a file, or all of them as files of a folder."""
    size_mm = None if arguments.size is None else _size_mm(arguments.size)
    out = Path(arguments.out)
    if arguments.view != EVERY_PANEL and out.suffix.lower() not in ENDINGS:
        raise UserError("error.export-ending", path=str(out), allowed=", ".join(ENDINGS))
    _prepare_qt()
    from rnnviz.gui import commands
    from rnnviz.gui.panels import PANELS

    if arguments.view not in (*PANELS, EVERY_PANEL):
        sentence = "error.view-later" if arguments.view in LATER_PANELS else "error.view-unknown"
        raise UserError(sentence, view=arguments.view, allowed=", ".join((*PANELS, EVERY_PANEL)))

    def watch(frame: RaceFrame) -> bool:
        terminal.progress("race.progress", **progress_of(frame))
        return True

    return commands.export(
        arguments.source,
        arguments.view,
        out,
        text=arguments.text,
        size_mm=size_mm,
        theme=arguments.theme,
        language=terminal.catalogue.language,
        watch=watch,
    )


def declare_screenshot(parser: argparse.ArgumentParser, say: Say) -> None:
    """Add the arguments of `screenshot`."""
    parser.add_argument("source", metavar="EXPERIMENT|SESSION", help=say("cli.screenshot.source"))
    parser.add_argument("--out", required=True, metavar="X.png", help=say("cli.screenshot.out"))
    parser.add_argument("--text", metavar="T", help=say("cli.text"))
    parser.add_argument("--steps", type=int, metavar="N", help=say("cli.screenshot.steps"))
    parser.add_argument("--size", default="1440x900", metavar="1440x900", help=say("cli.screenshot.size"))
    parser.add_argument("--theme", choices=THEMES, default="dark", help=say("cli.theme"))
    parser.add_argument("--view", choices=VIEWS, default="explore", help=say("cli.screenshot.view"))


def screenshot(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """The real window, drawn without a screen."""
    out = Path(arguments.out)
    if out.suffix.lower() != ".png":
        raise UserError("error.export-ending", path=str(out), allowed=".png")
    size = _size_px(arguments.size)
    if arguments.steps is not None and not 0 <= arguments.steps <= MOST_STEPS:
        raise UserError("error.cli-steps", value=arguments.steps, limit=MOST_STEPS)
    _prepare_qt()
    from rnnviz.gui import commands

    return commands.screenshot(
        arguments.source,
        out,
        text=arguments.text,
        steps=arguments.steps,
        size=size,
        theme=arguments.theme,
        language=terminal.catalogue.language,
        view=arguments.view,
    )


def declare_bench(parser: argparse.ArgumentParser, say: Say) -> None:
    """Add the arguments of `bench`."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("engine", "typing", "window", "all"),
        default="all",
        help=say("cli.bench.what"),
    )
    parser.add_argument("--minutes", type=float, metavar="M", help=say("cli.bench.minutes"))
    parser.add_argument("--on-screen", action="store_true", help=say("cli.bench.on-screen"))
    parser.add_argument("--out", metavar="FILE.md", help=say("cli.bench.out"))
    parser.add_argument("--json", action="store_true", help=say("cli.json"))


def bench(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Figures of this machine."""
    minutes, out = arguments.minutes, None if arguments.out is None else Path(arguments.out)
    if minutes is not None and not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise UserError("error.bench-minutes", value=minutes, low=LEAST_MINUTES, high=MOST_MINUTES)
    if out is not None and arguments.what not in ("engine", "all"):
        raise UserError("error.bench-out", what=arguments.what)
    if out is not None and not out.parent.is_dir():
        raise UserError("error.write-no-folder", path=str(out), reason="")  # before minutes of measuring

    def note(line: str) -> None:
        print(line, file=terminal.err, flush=True)

    _say_if_busy(terminal)
    numbers = "all" if out is not None else arguments.what  # the page has keystrokes as well
    figures = {} if numbers == "window" else bench_numbers(numbers, note=note)
    if out is not None:
        page = speed_page(figures, date.today()).encode()
        write_atomically(out, lambda stream: stream.write(page))
    if arguments.what in ("window", "all"):
        if arguments.on_screen:
            check_window(os.environ)
        else:
            _prepare_qt()
        from rnnviz.gui import commands

        figures |= commands.bench(note=note, minutes=minutes)
    if arguments.json:
        terminal.result_json(figures)
    else:
        width = max((len(key) for key in figures), default=0)
        for key, value in figures.items():
            terminal.result(f"{key:<{width}}  {value:.4g}")
    return 0


def _say_if_busy(terminal: Terminal) -> None:
    """Figures taken beside other work are worth little; say so where the system tells."""
    if hasattr(os, "getloadavg"):
        load, cores = os.getloadavg()[0], os.cpu_count() or 1
        if load > BUSY * cores:
            terminal.note("cli.bench.busy", load=load, cores=cores)


def _prepare_qt() -> None:
    """Draw without a screen; what Qt would abort over is said before it is loaded."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    for name in SCALES:
        os.environ.pop(name, None)
    check_drawing()


def _size_px(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})x(\d{1,6})", text)
    low, high = SIZE_LIMITS_PX
    if not found or not all(low <= int(side) <= high for side in found.groups()):
        raise UserError("error.cli-size", value=text, example="1440x900", low=low, high=high, unit="px")
    return int(found[1]), int(found[2])


def _size_mm(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"(\d{1,5}(?:\.\d+)?)x(\d{1,5}(?:\.\d+)?)(?:mm)?", text)
    low, high = SIZE_LIMITS_MM
    if not found or not all(low <= float(side) <= high for side in found.groups()):
        raise UserError("error.cli-size", value=text, example="183x120mm", low=low, high=high, unit="mm")
    return float(found[1]), float(found[2])
