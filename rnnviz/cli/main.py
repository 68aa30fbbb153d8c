"""The way in: with a command do it, without one open the window."""

import io
import os
import sys
from collections.abc import Sequence

import rnnviz
from rnnviz.cli.commands import COMMANDS
from rnnviz.cli.interrupt import INTERRUPTED
from rnnviz.cli.parser import build_parser, language_of
from rnnviz.cli.terminal import Terminal
from rnnviz.cli.window import check_window, uncollected
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import Catalogue, system_language

BAD_INPUT = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``argv`` (without the program's name; default: the process's own) and return the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    language = language_of(words, system_language(os.environ))
    # A stream that cannot show a character shows a mark instead of dying half way (LANG=C).
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    # Started without a console (rnnviz-gui on Windows) there are no streams at all.
    terminal = Terminal(sys.stdout or io.StringIO(), sys.stderr or io.StringIO(), Catalogue(language))
    try:
        status = _dispatch(words, terminal)
        terminal.finish()
        return status
    except UserError as error:
        terminal.clear_progress()
        print(terminal.catalogue.error(error), file=terminal.err)
        if error.values.get("path") == "stdout":
            _discard_output()
        return BAD_INPUT
    except KeyboardInterrupt:
        terminal.clear_progress()
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()  # the reader has gone (`| head`)
        return 0


def _discard_output() -> None:
    """Send stdout nowhere: Python would complain again about what it cannot write when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _dispatch(words: list[str], terminal: Terminal) -> int:
    if words and words[0] not in COMMANDS and not words[0].startswith("-") and os.path.isfile(words[0]):
        return _open_window(words[:1], None)  # as a file manager starts us
    arguments = build_parser(terminal.catalogue).parse_args(words)
    if arguments.version:
        terminal.result(f"rnnviz {rnnviz.__version__}")
        return 0
    if arguments.command is not None:
        return COMMANDS[arguments.command].act(arguments, terminal)
    return _open_window([], getattr(arguments, "lang", None))


def _open_window(files: list[str], language: str | None) -> int:
    check_window(os.environ)
    with uncollected():
        from rnnviz.gui.app import main as open_window  # Qt, only now that it can start

    return open_window(files, language)
