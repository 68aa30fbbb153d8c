"""Whatever becomes of a file of weights: a network that runs, or one sentence, never anything else."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.container import container_bytes
from rnnviz.files.network import Network
from rnnviz.files.weights import LAYOUTS, read_weights
from rnnviz.files.weights.writing import RECORD, weight_tensors

FLIPS = 3000
NAMES = (
    "weight_ih_l0",
    "weight_hh_l0",
    "weight_hh_l1_reverse",
    "bias_ih_l7",
    "rnn.bias_hh_l0",
    "weight_ih_l100000000000",
    "layer0/kernel",
    "layer1_reverse/bias",
    "readout.weight",
    "x.readout.bias",
    "embedding.weight",
    "",
    "\ud800",
    "a\nb",
)
DTYPES = ("F16", "F32", "F64", "BF16", "I64", "U8", "BOOL", "F8_E4M3", "", "nosuch")
SIDES = st.sampled_from([0, 1, 2, 3, 4, 6, 8, 9, 513, 2**24, 2**62, -1])


def contents() -> list[bytes]:
    """Sound files of every layout, of three cells, with and without a readout and more."""
    specs = [
        ModelSpec(cell, 3, outputs, 2, 2, symbols=False)
        for cell in ("rnn", "lstm", "gru")
        for outputs in (0, 3)
    ]
    specs.append(ModelSpec("lstm", 5, 3, 2, 1, options={"embedding": 3, "bidirectional": True}))
    found = []
    for spec in specs:
        flat = np.random.default_rng(0).standard_normal(Model(spec).size)
        for layout in LAYOUTS.values():
            network = Network(spec, flat, "float64" if spec.outputs else "float32")
            found.append(container_bytes(weight_tensors(network, layout), {}))
    return found


CONTENTS = contents()


def outcome(path: Path, content: bytes) -> str:
    """What becomes of a file: "read", or the key of a sentence that every language has."""
    path.write_bytes(content)
    try:
        network = read_weights(path)
    except UserError as refusal:
        error = refusal
    else:
        return ran(network)
    for language in LANGUAGES:
        assert len(Catalogue(language).error(error)) < 2000
    return error.key


def ran(network: Network) -> str:
    """Two steps through a network that was read."""
    model = Model(network.spec)
    shape = (2, 1) if network.spec.symbols else (2, 1, network.spec.inputs)
    model.forward(model.parameters(network.parameters), np.zeros(shape, np.int32))
    return "read"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "w.safetensors"


def test_flipped_bytes_and_cuts(path: Path) -> None:
    rng, seen = np.random.default_rng(0), set()
    for _ in range(FLIPS):
        content = bytearray(CONTENTS[rng.integers(len(CONTENTS))])
        header = 8 + int.from_bytes(content[:8], "little")
        for _ in range(rng.integers(1, 5)):
            content[rng.integers(header if rng.random() < 0.8 else len(content))] = rng.integers(256)
        cut = rng.integers(1, len(content)) if rng.random() < 0.1 else len(content)
        seen.add(outcome(path, bytes(content[:cut])))
    met = {f"error.weights-file-{about}" for about in ("damaged", "missing", "dtype")}
    assert {"read", *met} <= seen


def header_of(content: bytes) -> tuple[dict[str, Any], bytes]:
    length = int.from_bytes(content[:8], "little")
    return json.loads(content[8 : 8 + length]), content[8 + length :]


@settings(max_examples=1500)
@given(data=st.data())
def test_headers_that_say_something_else(data: st.DataObject, path: Path) -> None:
    """Well-formed files whose names, types, shapes or metadata have been changed."""
    header, body = header_of(data.draw(st.sampled_from(CONTENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(header)))
        change = data.draw(st.sampled_from(["name", "drop", "dtype", "shape", "body", "offsets", "record"]))
        entry = dict(header[name]) if isinstance(header[name], dict) else {}
        if change == "name":
            header[data.draw(st.sampled_from(NAMES))] = header.pop(name)
        elif change == "drop" and len(header) > 1:
            del header[name]
        elif change == "dtype":
            header[name] = {**entry, "dtype": data.draw(st.sampled_from(DTYPES))}
        elif change == "shape":
            header[name] = {**entry, "shape": data.draw(st.lists(SIDES, max_size=5))}
        elif change == "offsets":
            header[name] = {**entry, "data_offsets": data.draw(st.lists(SIDES, min_size=2, max_size=2))}
        elif change == "record":
            cell = data.draw(st.sampled_from(["rnn", "lstm", "gru", "nosuch"]))
            header["__metadata__"] = {RECORD: json.dumps({"cell": cell, "options": {"forget_bias": 1}})}
        elif change == "body":
            body = body[: data.draw(st.integers(0, len(body)))]
    words = json.dumps(header).encode()
    outcome(path, struct.pack("<Q", len(words)) + words + body)


@settings(max_examples=1000)
@given(data=st.data())
def test_files_that_are_whole_but_odd(data: st.DataObject, path: Path) -> None:
    """Sound containers in which tensors are renamed, reshaped, left out, doubled, or full of odd numbers."""
    content = data.draw(st.sampled_from(CONTENTS))
    header, body = header_of(content)
    tensors: dict[str, Any] = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        width = np.float64 if entry["dtype"] == "F64" else np.float32
        tensors[name] = np.frombuffer(body[begin:end], width).reshape(entry["shape"]).copy()
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(tensors)))
        change = data.draw(st.sampled_from(["name", "twin", "drop", "flat", "turn", "cut", "type", "number"]))
        tensor = tensors[name]
        if change in ("name", "twin"):
            fresh = data.draw(st.sampled_from([n for n in NAMES if n != "\ud800"]))
            tensors[fresh] = tensors.pop(name) if change == "name" else tensor
        elif change == "drop" and len(tensors) > 1:
            del tensors[name]
        elif change == "flat":
            tensors[name] = tensor.reshape(-1)
        elif change == "turn":
            tensors[name] = tensor.T
        elif change == "cut":
            tensors[name] = tensor[: data.draw(st.integers(0, len(tensor)))]
        elif change == "type":
            dtype = data.draw(st.sampled_from([np.float16, np.float64, np.int32]))
            with np.errstate(all="ignore"):  # a NaN among integers, a million in half precision
                tensors[name] = tensor.astype(dtype)
        elif change == "number" and tensor.size and tensor.dtype.kind == "f":
            tensor.flat[0] = data.draw(st.sampled_from([np.nan, np.inf, -0.0, 6e4]))
    outcome(path, container_bytes(tensors, {}))
