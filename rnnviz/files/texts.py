"""Texts to train on: our own, those that every Python brings along, and the user's files."""

import importlib
import importlib.util
from collections.abc import Callable
from pathlib import Path

from rnnviz.engine.errors import UserError
from rnnviz.files.resources import resource
from rnnviz.tasks.base import Text

MAX_BYTES = 5_000_000  # of a user's file; the reason is memory and the time a vocabulary takes, not taste

# Readable, of many authors, and unchanged in purpose over the years: what Python source looks like.
PYTHON_MODULES = (
    "argparse",
    "collections",
    "configparser",
    "dataclasses",
    "difflib",
    "fractions",
    "heapq",
    "inspect",
    "random",
    "statistics",
    "textwrap",
    "tokenize",
)


# Where what is bundled lies: prose, tables for the task "csv", and curves for the task "signals".
FOLDERS = {"texts": "txt", "tables": "csv", "curves": "txt"}
DEFAULTS = {"texts": "hello-memory", "tables": "hares", "curves": "hills"}


def text_names(folder: str = "texts") -> tuple[str, ...]:
    """The names that `named_text` knows: the bundled ones in alphabetical order, then the machine's texts.

    ``folder`` is one of `FOLDERS`; no name lies in two of them.
    """
    bundled = sorted(path.stem for path in resource(folder).glob(f"*.{FOLDERS[folder]}"))
    return (*bundled, *(_MACHINE if folder == "texts" else ()))


def known_names() -> tuple[str, ...]:
    """The names in all folders."""
    return tuple(name for folder in FOLDERS for name in text_names(folder))


def fitting_text(folder: str, text: Text | None) -> Text | None:
    """What to train on where a task reads what lies in ``folder``: ``text`` if it may do, else a bundled one.

    A person's own file may always do; whether it does, the task will say.
    """
    foreign = known_names() if text is None or text.origin != "user" else ()
    if not folder or (text is not None and (text.name not in foreign or text.name in text_names(folder))):
        return text
    return named_text(DEFAULTS[folder])


def named_text(name: str) -> Text:
    """A bundled text, table or curve, or a machine's text.

    Raises UserError "error.text-unknown" naming those there are.
    """
    if name in _MACHINE:
        return Text(name, _MACHINE[name](), "machine")
    for folder, ending in FOLDERS.items():
        if name in text_names(folder):
            return Text(name, _decode(resource(folder, f"{name}.{ending}").read_bytes(), name), "bundled")
    raise UserError("error.text-unknown", name=name, allowed=", ".join(known_names()))


def read_text_file(path: Path) -> Text:
    """A user's UTF-8 file of at most 5 MB.

    The byte-order mark goes, line ends become "\\n".  Raises UserError: "error.read-…" for what the system
    refuses, "error.text-too-large", "error.text-binary" and "error.text-not-utf8" with the byte's position,
    "error.text-empty".
    """
    return Text(path.name, _decode(read_limited(path, MAX_BYTES, "error.text-too-large"), str(path)), "user")


def read_limited(path: Path, limit: int, too_large: str) -> bytes:
    """The bytes of a file that has at most ``limit`` of them; never reads more than that.

    Raises UserError "error.read-missing", "error.read-folder", "error.read-failed", or ``too_large`` with
    path, size_mb and limit_mb.
    """
    try:
        if path.is_dir():
            raise UserError("error.read-folder", path=str(path))
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)  # not the size the system reports: a device or a pipe has none
            size = max(len(data), path.stat().st_size)
    except FileNotFoundError as error:
        raise UserError("error.read-missing", path=str(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UserError("error.read-failed", path=str(path), reason=_reason(error)) from error
    if len(data) > limit:
        raise UserError(too_large, path=str(path), size_mb=f"{size / 1e6:.1f}", limit_mb=limit / 1e6)
    return data


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _decode(data: bytes, shown: str) -> str:
    """Text of ``data``; ``shown`` is how messages name its source."""
    nul = data.find(b"\0")
    if nul >= 0:
        raise UserError("error.text-binary", path=shown, position=nul)
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UserError("error.text-not-utf8", path=shown, position=error.start, line=line) from error
    content = content.replace("\r\n", "\n").replace("\r", "\n")
    if not content.strip():
        raise UserError("error.text-empty", path=shown)
    return content


def _topics() -> str:
    """Python's own help pages: several hundred kB of English prose, in the order of their names."""
    topics: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    return "\n".join(topics[name] for name in sorted(topics))


def _python_source() -> str:
    """The source of `PYTHON_MODULES` one after the other; a module without source is left out."""
    sources = []
    for name in PYTHON_MODULES:
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None and found.origin.endswith(".py"):
            sources.append(Path(found.origin).read_text(encoding="utf-8"))
    if not sources:
        raise UserError("error.text-no-python-source")
    return "\n".join(sources)


_MACHINE: dict[str, Callable[[], str]] = {"topics": _topics, "python": _python_source}
