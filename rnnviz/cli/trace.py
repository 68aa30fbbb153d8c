"""`trace`: one forward and backward run, every number of it in a file."""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnnviz.cli.terminal import Terminal
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.trace import Gradients, Trace
from rnnviz.files.inputs import read_codes, read_inputs
from rnnviz.files.network import Network
from rnnviz.files.opening import open_model
from rnnviz.files.session import Session
from rnnviz.files.traces import check_ending, trace_arrays, write_trace
from rnnviz.tasks import Task
from rnnviz.tasks.base import TRACED_TOKENS
from rnnviz.training.spec import build


def declare(parser: argparse.ArgumentParser, say: Callable[..., str]) -> None:
    """Add the arguments."""
    parser.add_argument("source", metavar="SOURCE", help=say("cli.trace.source"))
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--text", metavar="T", help=say("cli.text"))
    source.add_argument("--input", metavar="FILE.csv", help=say("cli.trace.input"))
    parser.add_argument("--out", required=True, metavar="FILE", help=say("cli.trace.out"))
    parser.add_argument("--float64", action="store_true", help=say("cli.trace.float64"))


def act(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Run the text or the input through the network and write the trace."""
    out = Path(arguments.out)
    check_ending(out)
    opened = open_model(arguments.source, untrained="error.trace-untrained")
    dtype = np.float64 if arguments.float64 else np.float32
    if isinstance(opened, Network):
        trace, gradients = _imported(opened, arguments, dtype)
    else:
        trace, gradients = _trained(opened, arguments, dtype, terminal)
    write_trace(out, trace_arrays(trace, gradients))
    return 0


def _imported(network: Network, arguments: argparse.Namespace, dtype: type) -> tuple[Trace, Gradients | None]:
    """A run of weights without a task; without a readout there is no loss, and so no gradient."""
    if arguments.input is None:
        raise UserError("error.network-needs-input")
    model = Model(network.spec)
    parameters = model.parameters(network.parameters.astype(dtype))
    trace = _numeric(Path(arguments.input), model, parameters)
    gradients = model.backward(parameters, trace, parameters_wanted=False) if network.spec.outputs else None
    return trace, gradients


def _trained(
    session: Session, arguments: argparse.Namespace, dtype: type, terminal: Terminal
) -> tuple[Trace, Gradients]:
    """A run of a session's network, on what its task reads."""
    task, model = build(session.spec)
    parameters = model.parameters(session.state.parameters.astype(dtype))
    if arguments.text is not None:
        trace = _typed(arguments.text, task, model, parameters, terminal)
    elif task.symbols:
        raise UserError("error.trace-needs-text", task=task.key)
    else:
        typed = task.typed_rows(read_inputs(Path(arguments.input), task.inputs))
        trace = model.forward(parameters, typed.x.astype(dtype), typed.targets)
    return trace, model.backward(parameters, trace, parameters_wanted=False)


def _typed(text: str, task: Task, model: Model, parameters: Parameters, terminal: Terminal) -> Trace:
    """The run of a typed text.  What is left out or cannot be read is said."""
    typed = task.typed(text)
    if not typed.tokens:
        raise UserError("error.trace-empty")
    if typed.dropped:
        terminal.note("note.trace-dropped", limit=TRACED_TOKENS, dropped=typed.dropped)
    unknown = int(np.count_nonzero(typed.codes < 0))
    if typed.problem is not None:
        terminal.note(typed.problem[0], **typed.problem[1])
    if unknown:
        terminal.note("note.trace-unknown", unknown=unknown)
    return model.forward(parameters, typed.x, typed.targets)


def _numeric(path: Path, model: Model, parameters: Parameters) -> Trace:
    """The run of a numeric input, or of codes where an embedding takes them; no targets, so no loss."""
    if model.spec.symbols:
        return model.forward(parameters, read_codes(path, model.spec.inputs))
    rows = read_inputs(path, model.spec.inputs)
    return model.forward(parameters, rows[:, None].astype(parameters.flat.dtype))
