"""The commands by name.  A new one is one file and one line here."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from rnnviz.cli import check, drawing, listing, race, run, sample, trace, weights
from rnnviz.cli.terminal import Terminal

Say = Callable[..., str]


@dataclass(frozen=True)
class Command:
    """``declare(parser, say)`` adds the arguments; ``act(arguments, terminal)`` returns the exit status."""

    declare: Callable[[argparse.ArgumentParser, Say], None]
    act: Callable[[argparse.Namespace, Terminal], int]


COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "list": Command(listing.declare, listing.act),
        "run": Command(run.declare, run.act),
        "trace": Command(trace.declare, trace.act),
        "export": Command(drawing.declare_export, drawing.export),
        "screenshot": Command(drawing.declare_screenshot, drawing.screenshot),
        "import": Command(weights.declare_import, weights.bring_in),
        "weights": Command(weights.declare_weights, weights.take_out),
        "check": Command(check.declare, check.act),
        "race": Command(race.declare, race.act),
        "sample": Command(sample.declare, sample.act),
        "bench": Command(drawing.declare_bench, drawing.bench),
    }
)
