"""`sample` writes what the network says, the same for the same seed."""

from pathlib import Path
from typing import Any

import pytest


def test_it_writes_on_and_the_seed_decides(rnnviz: Any, trained: Path) -> None:
    words = ("sample", trained, "--prompt", "hello ", "--length", 50)
    first, again, other = (rnnviz(*words, "--seed", seed) for seed in (1, 1, 2))
    assert (first.status, first.err) == (0, "")
    assert len(first.out) == 51  # and the line's end
    assert first.out == again.out != other.out


def test_at_zero_the_seed_does_nothing(rnnviz: Any, trained: Path) -> None:
    words = ("sample", trained, "--prompt", "hello ", "--length", 20, "--temperature", 0)
    assert rnnviz(*words, "--seed", 1).out == rnnviz(*words, "--seed", 2).out


def test_an_experiment_that_comes_trained_can_write(rnnviz: Any) -> None:
    done = rnnviz("sample", "hello-memory", "--prompt", "hello m", "--length", 5, "--temperature", 0)
    assert done.out == "emory\n"


def test_what_the_network_cannot_read_is_said(rnnviz: Any, trained: Path) -> None:
    done = rnnviz("sample", trained, "--prompt", "h€", "--length", 5)
    assert done.status == 0
    assert len(done.out) == 6
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("--temperature", "-1"), "temperature"),
        (("--temperature", "nan"), "temperature"),
        (("--length", "0"), "length"),
        (("--length", "1000000"), "length"),
        (("--seed", "-1"), "seed"),
    ],
)
def test_values_out_of_range_are_named(rnnviz: Any, trained: Path, words: tuple[str, ...], part: str) -> None:
    done = rnnviz("sample", trained, *words)
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1
    assert part in done.err


def test_an_untrained_experiment_and_a_missing_file_are_refused(rnnviz: Any, tmp_path: Path) -> None:
    for source in ("vanishing-gradient", tmp_path / "none.rnnviz"):
        done = rnnviz("sample", source)
        assert (done.status, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1
