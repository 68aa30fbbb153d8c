"""The gradient check goes over all that is declared."""

from rnnviz.engine import cases
from rnnviz.engine.cases import MODELS, Case, cell_cases, model_cases, settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import CheckResult
from rnnviz.engine.losses import LOSSES
from rnnviz.engine.options import Option
from rnnviz.engine.spec import MODEL_OPTIONS, ModelSpec


def test_a_cell_is_checked_in_every_shape_with_every_option():
    specs = [case.spec for case in cell_cases("rnn")]
    plain = [spec for spec in specs if set(spec.options) <= {"bidirectional"}]
    shapes = {(spec.layers, spec.directions, spec.symbols) for spec in plain}
    assert len(plain) == len(shapes) == 8
    for key, value in (("activation", "relu"), ("activation", "identity"), ("layer_norm", True)):
        chosen = [spec for spec in specs if spec.options.get(key) == value]
        assert {(spec.layers, spec.directions) for spec in chosen} == {(1, 1), (1, 2), (2, 1), (2, 2)}
        assert {spec.symbols for spec in chosen} == {True, False}


def test_settings_are_the_defaults_and_one_change_at_a_time():
    options = (
        Option("rate", 1.0, 0.0, 2.0),
        Option("open", 1, low=1),
        Option("kind", "a", choices=("a", "b")),
        Option("flag", False),
        Option("forget_bias", 1.0, -10.0, 10.0),  # changes no formula
    )
    assert list(settings(options)) == [{}, {"rate": 0.0}, {"rate": 2.0}, {"kind": "b"}, {"flag": True}]


def test_every_kind_of_model_meets_every_cell():
    for key in MODELS:
        specs = [case.spec for case in model_cases(key)]
        assert [spec.cell for spec in specs] == list(CELLS)
        for spec in specs:
            spec.check()


def test_every_loss_and_option_of_a_model_is_checked():
    specs = [case.spec for key in MODELS for case in model_cases(key)]
    assert {spec.loss for spec in specs} == set(LOSSES)
    chosen = {key for spec in specs for key in spec.options}
    assert chosen == {option.key for option in MODEL_OPTIONS} - cases.ONLY_AT_FIRST
    assert any(case.masked for key in MODELS for case in model_cases(key))


def test_a_gradient_counts_as_zero_when_it_is_with_all_numbers(monkeypatch):
    found = [CheckResult(1e-9, "a", ("x", "y")), CheckResult(3e-9, "b", ("y",)), CheckResult(2e-9, "c", ())]
    monkeypatch.setattr(cases, "check_model", lambda *_, seed, **__: found[seed])
    assert Case(ModelSpec("rnn", 1, 1)).result() == CheckResult(3e-9, "b", ())
    monkeypatch.setattr(cases, "check_model", lambda *_, **__: found[0])
    assert Case(ModelSpec("rnn", 1, 1)).result() == CheckResult(1e-9, "a", ("x", "y"))
