"""Foreign weights are recognised, and whatever is wrong with them has a sentence of its own."""

import ast
import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import rnnviz.files.weights
from rnnviz.engine.errors import UserError
from rnnviz.files.catalogue import LANGUAGES, Catalogue
from rnnviz.files.container import WEIGHTS_FILE
from rnnviz.files.weights import read_weights
from rnnviz.files.weights.writing import RECORD

Tensors = dict[str, Any]
Write = Callable[..., Path]


def lstm(inputs: int = 3, hidden: int = 2, layers: int = 1, prefix: str = "", gates: int = 4) -> Tensors:
    """What PyTorch saves of an LSTM."""
    rng, rows = np.random.default_rng(0), gates * hidden
    found: Tensors = {}
    for k in range(layers):
        shapes = {"weight_ih": (rows, hidden if k else inputs), "weight_hh": (rows, hidden)}
        for name, shape in {**shapes, "bias_ih": (rows,), "bias_hh": (rows,)}.items():
            found[f"{prefix}{name}_l{k}"] = rng.standard_normal(shape).astype(np.float32)
    return found


def keras(gates: int = 3, bias: tuple[int, ...] = (2, 6)) -> Tensors:
    shapes = {"kernel": (3, 2 * gates), "recurrent_kernel": (2, 2 * gates), "bias": bias}
    return {f"layer0/{name}": np.ones(shape, np.float32) for name, shape in shapes.items()}


def readout(outputs: int = 3, hidden: int = 2) -> Tensors:
    return {
        "readout.weight": np.ones((outputs, hidden), np.float32),
        "readout.bias": np.ones(outputs, np.float32),
    }


def refused(path: Path, **said: Any) -> UserError:
    """The one sentence, in every language, on one line and naming the file."""
    with pytest.raises(UserError) as caught:
        read_weights(path, **said)
    for language in LANGUAGES:
        sentence = Catalogue(language).error(caught.value)
        assert str(path) in sentence
        assert len(sentence.splitlines()) == 1
        assert "{" not in sentence
    return caught.value


@pytest.mark.parametrize(("gates", "cell"), [(4, "lstm"), (3, "gru"), (1, "rnn")])
def test_the_cell_is_told_by_its_shapes(gates: int, cell: str, write: Write) -> None:
    spec = read_weights(write(lstm(5, 4, 2, gates=gates))).spec
    assert (spec.cell, spec.inputs, spec.hidden, spec.layers, spec.outputs) == (cell, 5, 4, 2, 0)
    assert not spec.symbols


@pytest.mark.parametrize("prefix", ["rnn.", "lstm.", "model.encoder.lstm.", "a/b/"])
def test_a_prefix_is_no_obstacle(prefix: str, write: Write) -> None:
    plain = read_weights(write(lstm()))
    assert read_weights(write(lstm(prefix=prefix))).parameters.tobytes() == plain.parameters.tobytes()
    spec = read_weights(write({**lstm(prefix=prefix), **readout()})).spec
    assert spec.outputs == 3
    deeper = {f"model.{name}": tensor for name, tensor in readout().items()}
    assert read_weights(write({**lstm(prefix=prefix), **deeper})).spec.outputs == 3


def test_a_prefix_of_keras(write: Write) -> None:
    plain = keras(4, (8,))
    moved = {f"my.net/{name}": tensor for name, tensor in plain.items()}
    assert read_weights(write(moved)).spec == read_weights(write(plain)).spec


def test_half_precision_is_read_and_leaves_as_single(write: Write) -> None:
    half = {name: tensor.astype(np.float16) for name, tensor in lstm().items()}
    network = read_weights(write(half))
    assert network.precision == "float32"
    np.testing.assert_array_equal(network.parameters[:24], half["weight_ih_l0"].ravel())


def test_double_precision_stays(write: Write) -> None:
    double = {name: tensor.astype(np.float64) / 3 for name, tensor in lstm().items()}
    network = read_weights(write(double))
    assert network.precision == "float64"
    np.testing.assert_array_equal(network.parameters[:24], double["weight_ih_l0"].ravel())


def test_a_single_bias_of_keras_is_a_gru_that_resets_before(write: Write) -> None:
    assert read_weights(write(keras())).spec.cell == "gru"
    assert read_weights(write(keras(bias=(6,)))).spec.cell == "gru-before"
    assert read_weights(write(keras(bias=(6,))), cell="cifg").spec.cell == "cifg"


def test_the_user_names_a_cell_that_the_shapes_leave_open(write: Write) -> None:
    for cell in ("mgu", "janet"):
        assert read_weights(write(lstm(gates=2)), cell=cell).spec.cell == cell
    assert read_weights(write(lstm()), cell="slstm").spec.cell == "slstm"


def test_an_embedding_reads_symbols(write: Write) -> None:
    spec = read_weights(write({**lstm(), "net.embedding.weight": np.ones((9, 3), np.float32)})).spec
    assert (spec.symbols, spec.inputs, spec.embedding) == (True, 9, 3)


def changed(name: str, value: Any) -> Tensors:
    return {**lstm(), name: value}


def without(*names: str) -> Tensors:
    return {name: tensor for name, tensor in lstm().items() if name not in names}


def holding(value: float, name: str = "weight_hh_l0") -> Tensors:
    tensors = lstm()
    tensors[name].flat[1] = value
    return tensors


ones = np.ones

WRONG: dict[str, tuple[Tensors, str, str]] = {
    "nothing": ({}, "unrecognised", "weight_ih_l0"),
    "other names": ({"conv.weight": ones((3, 3))}, "unrecognised", "conv.weight"),
    "both layouts": ({**lstm(), **keras()}, "mixed", "layer0/"),
    "two networks": ({**lstm(prefix="encoder."), **lstm(prefix="decoder.")}, "several", "decoder."),
    "two readouts": (
        {**lstm(), **readout(), "b.readout.weight": ones((3, 2))},
        "several-names",
        "b.readout.weight",
    ),
    "nine layers": (lstm(layers=9), "layers", "9"),
    "a layer far away": (changed("weight_ih_l99999999", ones((8, 2))), "layers", "100000000"),
    "a gap in the layers": ({**lstm(), "bias_ih_l2": ones(8)}, "missing", "weight_ih_l1"),
    "half a direction": (
        {**lstm(layers=2), **{f"{name}_reverse": t for name, t in lstm().items()}},
        "missing",
        "weight_ih_l1_reverse",
    ),
    "an embedding too wide": ({**lstm(), "embedding.weight": ones((9, 4))}, "shape", "weight_ih_l0"),
    "a vector for the embedding": ({**lstm(), "embedding.weight": ones(9)}, "dimensions", "embedding.weight"),
    "an embedding beyond reason": (
        {**lstm(513), "embedding.weight": ones((2, 513))},
        "content",
        "513",
    ),
    "two square blocks": (lstm(gates=2), "cell-open", "janet"),
    "blocks of no cell": (lstm(gates=7), "cell-none", "(14, 2)"),
    "no square blocks": (changed("weight_hh_l0", ones((7, 2))), "cell-none", "(7, 2)"),
    "no W": (without("weight_ih_l0"), "missing", "weight_ih_l0"),
    "no U": (without("weight_hh_l0"), "missing", "weight_hh_l0"),
    "one bias missing": (without("bias_hh_l0"), "missing", "bias_hh_l0"),
    "no biases": (without("bias_ih_l0", "bias_hh_l0"), "no-bias", "bias_ih_l0"),
    "half a readout": ({**lstm(), "readout.weight": ones((3, 2))}, "missing", "readout.bias"),
    "the other half": ({**lstm(), "readout.bias": ones(3)}, "missing", "readout.weight"),
    "a name too many": (changed("fc.weight", ones((2, 2))), "extra", "fc.weight"),
    "a projection": (changed("weight_hr_l0", ones((2, 2))), "extra", "weight_hr_l0"),
    "W too short": (changed("weight_ih_l0", ones((7, 3))), "shape", "(8, 3)"),
    "a bias too long": (changed("bias_ih_l0", ones(9)), "shape", "(9,)"),
    "a readout too wide": ({**lstm(), **readout(hidden=3)}, "shape", "readout.weight"),
    "a vector for W": (changed("weight_ih_l0", ones(8)), "dimensions", "weight_ih_l0"),
    "a cube for U": (changed("weight_hh_l0", ones((8, 2, 1))), "cell-none", "(8, 2, 1)"),
    "a vector for the readout": ({**lstm(), **readout(), "readout.weight": ones(3)}, "shape", "(3,)"),
    "513 units": (lstm(1, 513), "content", "512"),
    "NaN": (holding(float("nan")), "not-finite", "weight_hh_l0"),
    "infinity": (holding(float("-inf"), "bias_hh_l0"), "not-finite", "bias_hh_l0"),
    "a huge number": (holding(-2e6), "huge", "2000000"),
    "no numbers": (changed("weight_ih_l0", ones((8, 0))), "empty", "(8, 0)"),
    "integers": (changed("weight_ih_l0", ones((8, 3), np.int64)), "dtype", "I64"),
    "five dimensions": (changed("weight_ih_l0", ones((1, 1, 1, 8, 3))), "limit", "5"),
    "1001 tensors": ({f"t{n}": ones(1) for n in range(1001)}, "limit", "1001"),
    "a name of many lines": (changed("a\nb\u2028" + "c" * 5000, ones(1)), "extra", "a·b·c"),
    "Keras without a bias": (
        {name: tensor for name, tensor in keras().items() if "bias" not in name},
        "no-bias",
        "layer0/bias",
    ),
    "Keras with a wrong bias": (keras(bias=(3, 6)), "shape", "(2, 6)"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said(name: str, write: Write) -> None:
    tensors, about, named = WRONG[name]
    error = refused(write(tensors))
    assert error.key == f"error.weights-file-{about}"
    for language in LANGUAGES:
        assert named in Catalogue(language).error(error)


def raw(header: object, body: bytes = b"") -> bytes:
    data = header.encode() if isinstance(header, str) else json.dumps(header).encode()
    return struct.pack("<Q", len(data)) + data + body


BFLOAT = {"weight_hh_l0": {"dtype": "BF16", "shape": [8, 2], "data_offsets": [0, 32]}}
HUGE = {"a": {"dtype": "F16", "shape": [2**24 + 1], "data_offsets": [0, 2**25 + 2]}}
BYTES = {
    "BF16": (raw(BFLOAT, bytes(32)), "dtype", "BF16"),
    "a type of numbers": (raw({"a": {"dtype": 7, "shape": [1], "data_offsets": [0, 1]}}, b"x"), "dtype", "7"),
    "a pickle of PyTorch": (b"PK\x03\x04" + bytes(100), "foreign", "save_file"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "foreign", "safetensors"),
    "empty": (b"", "foreign", "safetensors"),
    "a header of 2^40 bytes": (struct.pack("<Q", 2**40) + b'{"a":1}', "damaged", "1099511627776"),
    "a header of 1 MB": (raw("{" + " " * 1_000_001 + "}"), "limit", "1000000"),
    "not JSON": (raw("{nope"), "damaged", ""),
    "cut off": (raw({"a": {"dtype": "F32", "shape": [9], "data_offsets": [0, 36]}}, b"x"), "damaged", ""),
    "twice the same name": (raw('{"a": 1, "a": 2}'), "damaged", "twice"),
    "16 million numbers": (raw(HUGE), "limit", "16777217"),
}


@pytest.mark.parametrize("name", BYTES)
def test_what_is_no_file_of_weights_is_said(name: str, tmp_path: Path) -> None:
    content, about, named = BYTES[name]
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    error = refused(path)
    assert error.key == f"error.weights-file-{about}"
    assert named in Catalogue("en").error(error)


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    with open(path, "wb") as stream:
        stream.truncate(WEIGHTS_FILE.max_bytes + 1)  # sparse: takes no room
    assert refused(path).key == "error.weights-file-too-large"


def test_a_missing_file(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.safetensors").key == "error.read-missing"


def test_the_user_may_name_the_layout(write: Write) -> None:
    assert read_weights(write(lstm()), layout="torch").spec.cell == "lstm"
    assert refused(write(lstm()), layout="keras").key == "error.weights-file-not-layout"
    # Of a file of both, the one that is named is taken, and the rest is too much.
    assert refused(write({**lstm(), **keras()}), layout="torch").key == "error.weights-file-extra"


def test_a_cell_that_the_shapes_contradict_is_refused(write: Write) -> None:
    assert read_weights(write(lstm()), cell="lstm").spec.cell == "lstm"
    error = refused(write(lstm()), cell="gru")
    assert (error.key, error.values["need"], error.values["have"]) == (
        "error.weights-file-cell-differs",
        3,
        4,
    )


def test_a_cell_that_the_file_contradicts_is_refused(write: Write) -> None:
    path = write(lstm(gates=1), {RECORD: '{"cell": "rnn", "options": {"activation": "relu"}}'})
    assert dict(read_weights(path).spec.options) == {"activation": "relu"}
    assert dict(read_weights(path, cell="rnn").spec.options) == {"activation": "relu"}
    assert refused(path, cell="lstm").key == "error.weights-file-cell-recorded"


@pytest.mark.parametrize(
    ("record", "key"),
    [
        ("nope", "damaged"),
        ("[]", "damaged"),
        ('{"cell": 7, "options": {}}', "damaged"),
        ('{"cell": "lstm"}', "damaged"),
        ('{"cell": "lstm", "options": 7}', "damaged"),
        ('{"cell": "nosuch", "options": {}}', "content"),
        ('{"cell": "lstm", "options": {"nosuch": 1}}', "content"),
        ('{"cell": "lstm", "options": {"forget_bias": 1e9}}', "content"),
        ('{"cell": "rnn", "options": {}}', "cell-differs"),
    ],
)
def test_a_record_is_not_trusted(record: str, key: str, write: Write) -> None:
    assert refused(write(lstm(), {RECORD: record})).key == f"error.weights-file-{key}"


def test_a_stranger_among_the_metadata_does_no_harm(write: Write) -> None:
    assert read_weights(write(lstm(), {"format": "pt"})).spec.cell == "lstm"


def test_every_sentence_exists_and_is_tried_here() -> None:
    folder = Path(rnnviz.files.weights.__file__).parent
    raised = {
        node.args[0].value
        for path in folder.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "_wrong"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(raised) > 15
    tried = {about for _, about, _ in (*WRONG.values(), *BYTES.values())}
    tried |= {"not-layout", "cell-differs", "cell-recorded", "cell-open", "damaged", "content"}
    assert raised - tried == set()


def test_pytorch_files_as_they_come() -> None:
    folder = Path(__file__).parents[2] / "reference" / "weights"
    for path in sorted([*folder.glob("*[123].safetensors"), *folder.glob("*-both.safetensors")]):
        spec, kept = read_weights(path).spec, load_file(path)
        both = "-both" if spec.directions == 2 else ""
        assert path.stem == f"{spec.cell}{spec.layers}{both}"
        assert spec.outputs == (4 if any("readout" in name for name in kept) else 0)
