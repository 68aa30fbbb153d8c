"""A network's weights as a file of another framework's layout."""

import json
from pathlib import Path

import numpy as np

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.atomic import write_bytes
from rnnviz.files.container import WEIGHTS_FILE, container_bytes
from rnnviz.files.network import Network
from rnnviz.files.weights.layouts import Array, Layout
from rnnviz.files.weights.tensors import OUTER, groups_of, outer_of

ENDING = ".safetensors"
RECORD = "rnnviz-weights"
"""The metadata in which a file of ours says its cell and the options that were chosen,"""
TOLD = frozenset({"bidirectional", "embedding", "tied"})
"""but for those that its tensors tell."""


def check_ending(path: Path) -> None:
    """Refuse a name before any work is done.  Raises UserError "error.weights-" + "onnx" or "ending"."""
    ending = path.suffix.lower()
    if ending == ".onnx":
        raise UserError("error.weights-onnx", path=str(path))
    if ending != ENDING:
        raise UserError("error.weights-ending", path=str(path))


def write_weights(path: Path, network: Network, layout: Layout) -> None:
    """Write every parameter under the layout's names, in the network's own precision.

    Raises UserError as `check_ending`, "error.weights-save-too-large", or "error.write-…".
    """
    check_ending(path)
    tensors = weight_tensors(network, layout)
    numbers, limit = sum(tensor.size for tensor in tensors.values()), WEIGHTS_FILE.max_numbers
    if numbers > limit or sum(tensor.nbytes for tensor in tensors.values()) > 0.98 * WEIGHTS_FILE.max_bytes:
        raise UserError("error.weights-save-too-large", path=str(path), numbers=numbers)
    described = {"cell": network.spec.cell, "options": _options(network.spec)}
    metadata = {RECORD: json.dumps(described, ensure_ascii=False, allow_nan=False)}
    write_bytes(path, container_bytes(tensors, metadata))


def weight_tensors(network: Network, layout: Layout) -> dict[str, Array]:
    """What `write_weights` writes, by name."""
    dtype, cell = np.dtype(network.precision), network.spec.cell_in_use
    ours = Parameters(network.parameters, network.spec.shapes())
    tensors = {}
    for group in groups_of(network.spec):
        for part, array in layout.outward(cell, ours.group(group.prefix), dtype).items():
            tensors[group.named(layout, part)] = array
    tensors |= {name: ours[own].astype(dtype) for own, name in outer_of(network.spec).items()}
    if network.spec.values["tied"]:  # one matrix in two places, as frameworks keep it
        tensors[OUTER["readout/W"]] = tensors[OUTER["embedding/W"]].copy()
    return tensors


def _options(spec: ModelSpec) -> dict[str, Value]:
    """What the tensors cannot tell; that one matrix serves two ends is nothing to a file that has both."""
    return {key: value for key, value in spec.options.items() if key not in TOLD}
