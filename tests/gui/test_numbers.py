from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnviz.gui import numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1474, "0.147"),
        (3.04452, "3.045"),
        (0.0099, "9.90e−3"),
        (8.3e-12, "8.30e−12"),
        (0.0, "0.000"),
        (-1.5, "−1.500"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (None, "–"),
    ],
)
def test_losses(value: float | None, text: str) -> None:
    assert numbers.loss(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16, "16"),
        (1600, "1,600"),
        (-12_000, "−12,000"),
        (1.0, "1.0"),
        (0.004, "0.004"),
        (-2.0, "−2.0"),
        (1e-5, "1e−5"),
        (2.5e-6, "2.5e−6"),
        (1e-4, "0.0001"),
        (0.0, "0.0"),
        (1e6, "1000000.0"),
        (math.inf, "∞"),
    ],
)
def test_settings(value: float, text: str) -> None:
    assert numbers.setting(value) == text


def test_seeds_stand_without_separators() -> None:
    assert numbers.setting(4_294_967_295, grouped=False) == "4294967295"


@pytest.mark.parametrize(
    ("value", "text"),
    [(143.4, "143"), (12.44, "12.4"), (0.516, "0.52"), (2e4, "20,000"), (None, "–"), (math.nan, "–")],
)
def test_rates(value: float | None, text: str) -> None:
    assert numbers.rate(value) == text


def test_shares() -> None:
    assert numbers.percent(0.0306) == "3.1 %"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("16", 16),
        (" 1,600 ", 1600),
        ("12,345.5", 12345.5),
        ("0,004", 0.004),
        ("1e-3", 0.001),
        ("5e−3", 0.005),
        ("−2", -2),
        ("１６", 16),
        ("．５", 0.5),
        ("1 000", 1000),
        ("∞", math.inf),
    ],
)
def test_people_may_type_numbers_their_way(typed: str, value: float) -> None:
    assert numbers.parse(typed) == value


@pytest.mark.parametrize("typed", ["", "abc", "1.2.3", "--1", "1,2,3", "0x10", "十六", "1e", "True", "__"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert numbers.parse(typed) is None


@given(st.text(max_size=40))
def test_reading_never_raises(typed: str) -> None:
    value = numbers.parse(typed)
    assert value is None or isinstance(value, (int, float))


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_survive_writing_and_reading(value: int) -> None:
    assert numbers.parse(numbers.setting(value)) == value


@given(st.floats(1e-9, 1e6))
def test_numbers_survive_writing_and_reading(value: float) -> None:
    assert numbers.parse(numbers.setting(value)) == pytest.approx(value, rel=1e-5)


@pytest.mark.parametrize(
    ("value", "up", "down"), [(0.004, 0.005, 0.002), (0.005, 0.01, 0.002), (1.0, 2.0, 0.5), (10.0, 20.0, 5.0)]
)
def test_steps_of_one_two_five(value: float, up: float, down: float) -> None:
    assert numbers.step_log(value, up=True) == up
    assert numbers.step_log(value, up=False) == down


@given(st.floats(1e-8, 1e8), st.booleans())
def test_steps_go_the_way_they_should(value: float, up: bool) -> None:
    after = numbers.step_log(value, up)
    assert (after > value) == up
    assert 1 / 3 < after / value < 3


@pytest.mark.parametrize(
    ("value", "plain", "with_sign"),
    [
        (0.2094, "0.21", "+0.21"),
        (-0.668, "−0.67", "−0.67"),
        (-0.002, "0.00", "0.00"),
        (0.0, "0.00", "0.00"),
        (0.005, "0.01", "+0.01"),
        (float("-inf"), "−∞", "−∞"),
        (float("nan"), "NaN", "NaN"),
    ],
)
def test_values_have_fixed_digits_and_no_sign_that_cannot_be_seen(
    value: float, plain: str, with_sign: str
) -> None:
    assert numbers.fixed(value) == plain
    assert numbers.signed(value) == with_sign


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7.3e-9, "7×10⁻⁹"),
        (3.2e-4, "3×10⁻⁴"),
        (0.32, "0.3"),
        (1.0, "1"),
        (31.4, "31"),
        (2e6, "2×10⁶"),
        (-2e-5, "−2×10⁻⁵"),
        (0.0, "0"),
        (float("nan"), "NaN"),
        (float("inf"), "∞"),
    ],
)
def test_powers_of_ten_have_one_figure(value: float, shown: str) -> None:
    assert numbers.power_of_ten(value) == shown
