"""`check` reports the worst error of all that is registered, and fails when one of them is wrong."""

import json
from typing import Any

import pytest

from rnnviz.engine.cells import CELLS, REGISTRY
from rnnviz.engine.cells.janet import JANET
from rnnviz.engine.cells.rnn import RNN
from rnnviz.workbench import checks


class WrongRNN(RNN):
    """Doubles the gradient that leaves a step."""

    def backward(self, s: Any, d: Any, t: int) -> Any:
        return (*super().backward(s, d, t), (lambda x: x.__imul__(2.0), d.d["h"][t]))


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let the registry hold these cells alone."""

    def only(*kinds: Any) -> None:
        for key in tuple(REGISTRY):
            monkeypatch.delitem(REGISTRY, key)
        for kind in kinds:
            monkeypatch.setitem(REGISTRY, kind.key, kind())

    return only


def test_json_has_an_error_for_each(rnnviz: Any, registered: Any) -> None:
    registered(RNN, JANET)
    done = rnnviz("check", "--json")
    assert (done.status, done.err) == (0, "")
    found = json.loads(done.out)
    assert list(found) == ["cells", "models", "probes", "passed"]
    assert list(found["cells"]) == ["rnn", "janet"]
    assert found["passed"] is True
    errors = [error for section in ("cells", "models", "probes") for error in found[section].values()]
    assert all(0 < error <= 1e-6 for error in errors)


def test_a_wrong_backward_line_fails_everything_it_touches(rnnviz: Any, registered: Any) -> None:
    registered(WrongRNN)
    done = rnnviz("check", "--json")
    assert done.status == 1
    found = json.loads(done.out)
    assert found["passed"] is False
    assert found["cells"]["rnn"] > 1e-6
    assert found["models"]["numbers"] > 1e-6
    assert max(found["probes"].values()) > 1e-6


@pytest.mark.parametrize(("language", "word"), [("en", "Passed"), ("zh_CN", "通过")])
def test_a_table_for_people(rnnviz: Any, registered: Any, language: str, word: str) -> None:
    registered(RNN)
    done = rnnviz("check", "--lang", language)
    assert done.status == 0
    lines = done.out.splitlines()
    assert lines[-1].startswith(word)
    assert any(line.split()[:1] == ["rnn"] for line in lines)


def test_a_table_names_what_failed(rnnviz: Any, registered: Any) -> None:
    registered(WrongRNN)
    done = rnnviz("check")
    assert done.status == 1
    assert "rnn" in done.out.splitlines()[-1]


def test_a_gradient_of_nothing_but_zeros_is_said(rnnviz: Any, registered: Any) -> None:
    class Deaf(RNN):
        def forward(self, s: Any, t: int) -> Any:
            return (*super().forward(s, t), (lambda h: h.fill(0.5), s.h[t + 1]))

        def backward(self, s: Any, d: Any, t: int) -> Any:
            return ((lambda da: da.fill(0.0), d.da[t]),)

    registered(Deaf)
    done = rnnviz("check", "--json")
    assert done.status == 1
    assert "zero throughout" in done.err
    assert json.loads(done.out)["passed"] is False


def test_the_registry_is_whole() -> None:
    """What the other tests leave out: every cell of the program is in the list of checks."""
    listed = [check.key for check in checks.checks() if check.section == "cells"]
    assert listed == list(CELLS)
