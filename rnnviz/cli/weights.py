"""`import` and `weights`: weights of other frameworks in and out."""

import argparse
from collections.abc import Callable
from pathlib import Path

from rnnviz.cli.terminal import Terminal
from rnnviz.engine.cells import CELLS
from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.files.network import Network, network_of, save_network
from rnnviz.files.opening import SESSION_ENDING, open_model
from rnnviz.files.weights import LAYOUTS, Layout, check_ending, read_weights, write_weights

Say = Callable[..., str]


def declare_import(parser: argparse.ArgumentParser, say: Say) -> None:
    """Add the arguments of `import`."""
    parser.add_argument("weights", metavar="WEIGHTS.safetensors", help=say("cli.import.weights"))
    parser.add_argument("--out", required=True, metavar="M.rnnviz", help=say("cli.import.out"))
    parser.add_argument("--cell", choices=tuple(CELLS), help=say("cli.import.cell"))
    parser.add_argument("--layout", choices=tuple(LAYOUTS), help=say("cli.weights.layout"))


def bring_in(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """A session of foreign weights; it has no task, so it can be run on numbers but not trained."""
    path, out = Path(arguments.weights), Path(arguments.out)
    if path.suffix.lower() == ".onnx":
        raise UserError("error.weights-onnx", path=str(path))
    if out.suffix.lower() != SESSION_ENDING:
        raise UserError("error.import-ending", path=str(out))
    network = read_weights(path, cell=arguments.cell, layout=arguments.layout)
    save_network(out, network)
    spec = network.spec
    terminal.result(
        terminal.catalogue.text(
            "import.done",
            cell=terminal.catalogue.text(f"cell.{spec.cell}"),
            layers=spec.layers,
            directions=spec.directions,
            hidden=spec.hidden,
            inputs=spec.inputs,
            outputs=spec.outputs,
            parameters=Model(spec).size,
        )
    )
    return 0


def declare_weights(parser: argparse.ArgumentParser, say: Say) -> None:
    """Add the arguments of `weights`."""
    parser.add_argument("source", metavar="SOURCE", help=say("cli.weights.source"))
    parser.add_argument("--out", required=True, metavar="W.safetensors", help=say("cli.weights.out"))
    parser.add_argument("--layout", choices=tuple(LAYOUTS), default="torch", help=say("cli.weights.layout"))


def take_out(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """The weights of a session, or those of a file in another layout."""
    out, layout = Path(arguments.out), LAYOUTS[arguments.layout]
    check_ending(out)
    opened = open_model(arguments.source, untrained="error.weights-untrained")
    network = opened if isinstance(opened, Network) else network_of(opened)
    write_weights(out, network, layout)
    _say_what_is_ours(network, layout, terminal)
    return 0


def _say_what_is_ours(network: Network, layout: Layout, terminal: Terminal) -> None:
    """Weights under PyTorch's names that PyTorch would run as another cell must not go without a word."""
    cell = network.spec.cell_in_use
    if network.spec.learned or not layout.computes(cell):
        gates = " ".join(layout.gates(cell))
        title = terminal.catalogue.text(f"cell.{network.spec.cell}")
        terminal.note("note.weights-own", layout=layout.title, cell=title, gates=gates)
