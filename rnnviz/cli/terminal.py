"""Where a command's words go: results to stdout, everything else to stderr."""

import json
import math
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from rnnviz.files.atomic import write_error
from rnnviz.files.catalogue import Catalogue

PROGRESS_PERIOD_S = 0.2


@dataclass
class Terminal:
    """The two streams of a command and the language it speaks."""

    out: TextIO
    err: TextIO
    catalogue: Catalogue
    _shown_at: float = field(default=-math.inf, init=False)
    _width: int = field(default=0, init=False)

    def result(self, line: str) -> None:
        """A line of the result.  Raises UserError "error.write-…" when it cannot be written."""
        with self._writing():
            print(line, file=self.out)

    def result_json(self, values: Mapping[str, object]) -> None:
        """The whole result as one JSON object; what is not a finite number becomes null."""
        self.result(json.dumps(_finite(values), ensure_ascii=False))

    def finish(self) -> None:
        """Write what is still kept back, so that it fails here and not while the interpreter ends."""
        with self._writing():
            self.out.flush()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except BrokenPipeError:
            raise
        except OSError as error:
            raise write_error(Path("stdout"), error) from error

    def note(self, key: str, /, **values: object) -> None:
        """A sentence beside the result."""
        self.clear_progress()
        print(self.catalogue.text(key, **values), file=self.err)

    def progress(self, key: str, /, **values: object) -> None:
        """A line that the next one replaces; only on a terminal, a few times a second."""
        now = time.monotonic()
        if not self.err.isatty() or now - self._shown_at < PROGRESS_PERIOD_S:
            return
        self._shown_at = now
        line = self.catalogue.text(key, **values)
        print(f"\r{line:<{self._width}}", end="", file=self.err, flush=True)
        self._width = len(line)

    def clear_progress(self) -> None:
        """Take the progress line away."""
        if self._width:
            print(f"\r{'':<{2 * self._width}}\r", end="", file=self.err, flush=True)
            self._width = 0


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
