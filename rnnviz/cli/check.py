"""`check`: every gradient there is against central differences."""

import argparse
from collections.abc import Callable, Mapping

from rnnviz.cli.terminal import Terminal
from rnnviz.engine.check import PASS_MARK, CheckResult
from rnnviz.workbench.checks import checks

FAILED = 1


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("--json", action="store_true", help=say("cli.json"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Check all, then report the worst relative error of each; what is zero and must not be is said apart."""
    found: dict[str, dict[str, CheckResult]] = {}
    for check in checks():
        terminal.progress("check.progress", name=check.key)
        found.setdefault(check.section, {})[check.key] = check.result()
    terminal.clear_progress()
    failed = []
    for results in found.values():
        for key, result in results.items():
            if result.zero:
                terminal.note("check.zero", name=key, where=", ".join(result.zero[:3]))
            if not result.passed:
                failed.append(key)
    if arguments.json:
        errors = {
            section: {key: result.worst for key, result in results.items()}
            for section, results in found.items()
        }
        terminal.result_json({**errors, "passed": not failed})
    else:
        _table(found, failed, terminal)
    return FAILED if failed else 0


def _table(found: Mapping[str, Mapping[str, CheckResult]], failed: list[str], terminal: Terminal) -> None:
    say = terminal.catalogue.text
    width = max(len(key) for results in found.values() for key in results)
    for section, results in found.items():
        terminal.result(say(f"check.{section}"))
        for key, result in results.items():
            terminal.result(f"  {key:<{width}}  {result.worst:.1e}")
    key = "check.failed" if failed else "check.passed"
    terminal.result(say(key, names=", ".join(failed), mark=f"{PASS_MARK:.0e}"))
