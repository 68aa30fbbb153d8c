"""`list`: what there is, with one line each."""

import argparse
from collections.abc import Callable

from rnnviz.cli.cellpage import page
from rnnviz.cli.terminal import Terminal
from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import Catalogue
from rnnviz.files.experiment import experiments
from rnnviz.tasks import TASKS

Row = tuple[str, str, str]  # key, title, one-line description


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("kind", nargs="?", choices=tuple(_KINDS), help=say("cli.list.kind"))
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help=say("cli.json"))
    how.add_argument("--markdown", action="store_true", help=say("cli.list.markdown"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the kinds asked for, all of them without one.

    Raises UserError "error.cli-markdown" where a page is asked for that there is not.
    """
    if arguments.markdown:
        if arguments.kind != "cells":
            raise UserError("error.cli-markdown")
        terminal.result(page(terminal.catalogue).rstrip("\n"))
        return 0
    kinds = (arguments.kind,) if arguments.kind else tuple(_KINDS)
    listed = {kind: _KINDS[kind](terminal.catalogue) for kind in kinds}
    if arguments.json:
        terminal.result_json(
            {kind: [{"key": key, "title": title} for key, title, _ in rows] for kind, rows in listed.items()}
        )
        return 0
    width = max(len(key) for rows in listed.values() for key, _, _ in rows)
    for place, (kind, rows) in enumerate(listed.items()):
        if place:
            terminal.result("")
        if len(listed) > 1:
            terminal.result(terminal.catalogue.text(f"cli.list.{kind}"))
        for key, title, about in rows:
            terminal.result(f"  {key:<{width}}  {title}: {about}")
    return 0


def _cells(catalogue: Catalogue) -> list[Row]:
    return [(key, catalogue.text(f"cell.{key}"), catalogue.text(f"cell.{key}.about")) for key in CELLS]


def _tasks(catalogue: Catalogue) -> list[Row]:
    return [(key, catalogue.text(f"task.{key}"), catalogue.text(f"task.{key}.about")) for key in TASKS]


def _experiments(catalogue: Catalogue) -> list[Row]:
    rows = []
    for experiment in experiments():
        notes = experiment.notes[catalogue.language]
        rows.append((experiment.key, notes.title, notes.promise))
    return rows


_KINDS: dict[str, Callable[[Catalogue], list[Row]]] = {
    "cells": _cells,
    "tasks": _tasks,
    "experiments": _experiments,
}
