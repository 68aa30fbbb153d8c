"""What the engine refuses: before anything large is allocated, in both languages, naming value and limit."""

import tracemalloc

import numpy as np
import pytest

from rnnviz.engine.errors import UserError
from rnnviz.engine.model import MOST_NUMBERS, Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.engine.stepper import Stepper
from rnnviz.files.catalogue import LANGUAGES, Catalogue

V, H = 4, 8
BIG = np.broadcast_to(np.zeros((), np.int32), (2**14, 2**12))  # T·B = 2^26 at no cost


def model(cell="lstm", **options):
    return Model(ModelSpec(cell, V, V, H, options=options))


def weights(spoil):
    named = dict(model().initial(np.random.default_rng(0)))
    spoil(named)
    return lambda: model().parameters_from(named)


def run(**given):
    network = model()
    parameters = network.initial(np.random.default_rng(0))
    return lambda: network.forward(parameters, given.pop("x", np.zeros((5, 2), int)), **given)


def spoil(value):
    return lambda named: named.update({"layer0/U": np.full((4 * H, H), value)})


REFUSED = {
    "inputs": (run(x=np.zeros((5, 2, 3))), ["(5, 2, 3)", "(T, B)"]),
    "targets": (run(targets=np.zeros((5, 3), int)), ["(5, 3)", "(5, 2)"]),
    "mask": (run(mask=np.ones((4, 2), bool)), ["(4, 2)", "(5, 2)"]),
    "state": (run(state={"layer0/c0": np.zeros((1, H))}), ["(1, 8)", "(2, 8)"]),
    "unknown state": (run(state={"layer7/h0": np.zeros((2, H))}), ["layer7/h0", "layer0/h0"]),
    "too long": (run(x=BIG), [str(BIG.size * (H + V)), str(MOST_NUMBERS)]),
    "too long with a mask": (run(x=BIG, mask=BIG == 0), [str(MOST_NUMBERS)]),
    "cell": (lambda: model("lstn"), ["lstn", "gru"]),
    "option": (lambda: model(wings=2), ["wings"]),
    "option of another cell": (lambda: model(activation="relu"), ["activation"]),
    "value of an option": (lambda: model("rnn", activation="sine"), ["sine", "tanh"]),
    "units": (lambda: Model(ModelSpec("rnn", V, V, 100_000)), ["100000", "512"]),
    "layers": (lambda: Model(ModelSpec("rnn", V, V, H, 9)), ["9", "8"]),
    "weight missing": (weights(lambda named: named.pop("layer0/b")), ["layer0/b"]),
    "weight too many": (weights(lambda named: named.update({"layer5/W": named["layer0/W"]})), ["layer5/W"]),
    "weight of another shape": (
        weights(lambda named: named.update({"layer0/b": np.zeros(3)})),
        ["(3,)", "(32,)"],
    ),
    "weight not a number": (weights(spoil(np.nan)), ["layer0/U", "NaN", "[0, 0]"]),
    "weight infinite": (weights(spoil(np.inf)), ["layer0/U", "[0, 0]"]),
    "step by step": (
        lambda: Stepper(bi := model(bidirectional=True), bi.initial(np.random.default_rng(0))),
        ["model.bidirectional"],
    ),
    "too many at once": (
        lambda: Stepper(net := model(), net.initial(np.random.default_rng(0)), 2**24),
        [str(2**24 * (H + V)), str(MOST_NUMBERS)],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_both_languages_before_anything_is_allocated(name):
    call, named = REFUSED[name]
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as raised:
            call()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 2**18
    sentences = [Catalogue(language).error(raised.value) for language in LANGUAGES]
    for sentence in sentences:
        plain = sentence.replace(",", "").replace("\N{NARROW NO-BREAK SPACE}", "")
        for word in named:
            assert word.replace(",", "") in plain
        assert "\n" not in sentence
    assert len(set(sentences)) == len(LANGUAGES)
