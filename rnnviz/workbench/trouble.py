"""What to say when a run has ended badly, and what to offer."""

from __future__ import annotations

from collections.abc import Mapping

from rnnviz.training.spec import TrainingSettings
from rnnviz.workbench.frame import Notice
from rnnviz.workbench.run import Run

SAFE_CLIP = 1.0
SAFE_RATE, SAFE_RATE_SGD = 0.01, 0.1  # small toy models learn with these


def trouble(run: Run, settings: TrainingSettings) -> Notice:
    """Why the run diverged or stopped; the action that would help most comes first."""
    values: Mapping[str, object] = run.trouble
    if run.status == "stopped":
        return Notice("notice.stopped", values, "notice.stopped-safe", ("restart",))
    rate = safe_rate(settings.optimiser)
    if settings.learning_rate > 10 * rate:
        actions: tuple[str, ...] = ("reset-with-rate", "reset")
    elif not 0 < settings.clip <= SAFE_CLIP:
        actions = ("reset-with-clip", "reset")
    else:
        actions = ("reset",)
    return Notice(str(values["key"]), {**values, "rate": rate}, actions=actions)


def safe_rate(optimiser: str) -> float:
    """A learning rate to offer after a blow-up: adaptive optimisers want a smaller one than plain descent."""
    return SAFE_RATE_SGD if optimiser == "sgd" else SAFE_RATE
