import pytest

from rnnviz.engine.schedules import SCHEDULES


@pytest.mark.parametrize("key", SCHEDULES)
@pytest.mark.parametrize("budget", [0, 1, 7, 1600])
def test_every_factor_lies_within_0_and_1(key, budget):
    assert all(0.0 <= SCHEDULES[key](step, budget) <= 1.0 for step in range(1, 2 * budget + 300))


@pytest.mark.parametrize(
    ("key", "factors"),
    [
        ("constant", {1: 1.0, 500: 1.0, 1000: 1.0, 2000: 1.0}),
        ("step", {1: 1.0, 500: 1.0, 501: 0.1, 750: 0.1, 751: 0.01, 2000: 0.01}),
        ("cosine", {1: 1.0, 251: 0.8535533905932737, 501: 0.5, 1001: 0.0, 2000: 0.0}),
        ("warm-up", {1: 0.01, 50: 0.5, 100: 1.0, 2000: 1.0}),
    ],
)
def test_the_curve_over_a_budget_of_a_thousand(key, factors):
    found = {step: SCHEDULES[key](step, 1000) for step in factors}
    assert found == pytest.approx(factors, abs=1e-12)


@pytest.mark.parametrize("key", ["step", "cosine"])
def test_without_an_end_nothing_falls(key):
    assert SCHEDULES[key](10**6, 0) == 1.0


def test_without_an_end_warming_up_takes_a_hundred_steps():
    assert [SCHEDULES["warm-up"](step, 0) for step in (1, 50, 100, 101)] == [0.01, 0.5, 1.0, 1.0]
