"""Programs of ours in processes of their own: fresh memory, fresh imports, one BLAS thread.

Such a program reads one JSON object from stdin and writes lines of JSON to stdout: {"note": "…"} while it
works, {"figures": {…}} for what it has found.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import rnnviz
from rnnviz.engine.errors import UserError
from rnnviz.training.child import ONE_THREAD


def environment() -> dict[str, str]:
    """This process's environment, with one BLAS thread, in which this very package is found."""
    package = str(Path(rnnviz.__file__).parents[1])
    others = os.environ.get("PYTHONPATH")
    path = package if not others else os.pathsep.join((package, others))
    return {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": path}


def run_program(module: str, request: Mapping[str, Any], note: Callable[[str], None]) -> dict[str, float]:
    """All figures that the program ``module`` finds.

    Raises UserError "error.bench-failed" when it ends early; what went wrong then stands on stderr.
    """
    figures: dict[str, float] = {}
    command = [sys.executable, "-m", module]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), encoding="utf-8"
    ) as child:
        assert child.stdin is not None  # a pipe, as asked for
        assert child.stdout is not None  # likewise
        try:
            child.stdin.write(json.dumps(request))
            child.stdin.close()
            for line in child.stdout:
                record = json.loads(line)
                figures |= record.get("figures", {})
                if "note" in record:
                    note(record["note"])
        except BrokenPipeError:
            pass  # it has ended before it read; its exit code says so
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        raise UserError("error.bench-failed", program=module, code=child.returncode)
    return figures


def request() -> dict[str, Any]:
    """What the program was asked, read in the program."""
    asked: dict[str, Any] = json.load(sys.stdin)
    return asked


def tell(**record: object) -> None:
    """Say ``note="…"`` or ``figures={…}`` to whoever started the program."""
    print(json.dumps(record), flush=True)
