"""Learning-rate schedules: a factor of the learning rate for each step of a run.

A schedule knows the run's own budget, never how far somebody means to train now, so a run that is stopped and
continued takes the same steps as one in a single stretch.  Without a budget only warming up has a meaning.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

Schedule = Callable[[int, int], float]
"""(number of the step from 1, budget in steps or 0 for no end) → factor, from 0 to 1."""

WARM_UP_SHARE, WARM_UP_STEPS = 0.1, 100  # of a budget; without one


def constant(step: int, budget: int) -> float:
    """1 throughout."""
    return 1.0


def in_steps(step: int, budget: int) -> float:
    """1, from half of the budget on a tenth, from three quarters on a hundredth."""
    share = _done(step, budget)
    return 1.0 if share < 0.5 else 0.1 if share < 0.75 else 0.01


def cosine(step: int, budget: int) -> float:
    """Half a cosine, from 1 to almost 0 in the last step.  Loshchilov and Hutter 2017."""
    return 0.5 * (1.0 + math.cos(math.pi * _done(step, budget)))


def warm_up(step: int, budget: int) -> float:
    """A straight line up to 1 over the first tenth of the budget (100 steps without one), then 1."""
    return min(1.0, step / max(1.0, WARM_UP_SHARE * budget if budget else WARM_UP_STEPS))


def _done(step: int, budget: int) -> float:
    """Share of the budget used up before this step."""
    return min((step - 1) / budget, 1.0) if budget else 0.0


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {"constant": constant, "step": in_steps, "cosine": cosine, "warm-up": warm_up}
)
