"""`sample`: what a trained network goes on to say."""

import argparse
from collections.abc import Callable

import numpy as np

from rnnviz.cli.terminal import Terminal
from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.files.opening import open_source
from rnnviz.files.session import Session
from rnnviz.tasks.base import Typed
from rnnviz.training.spec import build
from rnnviz.workbench.sampling import LENGTH, TEMPERATURE, Sampler, joined

SEED = Option("seed", 0, low=0, high=2**32 - 1)


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("session", metavar="SESSION", help=say("cli.sample.session"))
    parser.add_argument("--prompt", default="", metavar="T", help=say("cli.sample.prompt"))
    parser.add_argument(
        "--length", type=int, default=LENGTH.default, metavar="N", help=say("cli.sample.length")
    )
    parser.add_argument(
        "--temperature",
        type=float,
        default=TEMPERATURE.default,
        metavar="X",
        help=say("cli.sample.temperature"),
    )
    parser.add_argument("--seed", type=int, default=SEED.default, metavar="S", help=say("cli.sample.seed"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the generated text, without the prompt; what of the prompt cannot be read is said beside it."""
    count, seed = int(LENGTH.check(arguments.length)), int(SEED.check(arguments.seed))
    opened = open_source(arguments.session, trained=True)
    if not isinstance(opened, Session):
        raise UserError("error.sample-untrained", name=arguments.session)
    task, model = build(opened.spec)
    parameters = model.parameters(opened.state.parameters)
    sampler = Sampler(task, model, parameters, arguments.prompt, temperature=arguments.temperature, seed=seed)
    _warn(task.typed(arguments.prompt), terminal)
    terminal.result(joined(task, tuple(sampler.take(count))))
    return 0


def _warn(typed: Typed, terminal: Terminal) -> None:
    if typed.problem is not None:
        key, values = typed.problem
        terminal.note(key, **values)
        return
    unknown = int(np.count_nonzero(typed.codes < 0)) if typed.numbers is None else 0
    if unknown:
        terminal.note("note.trace-unknown", unknown=unknown)
