"""The record of a run: what went forward, and what came back."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def read_only(array: Array) -> Array:
    """A view of ``array`` that cannot be written through."""
    view = array.view()
    view.flags.writeable = False
    return view


class Trace(Mapping[str, Array]):
    """Every quantity of one forward run, read-only.

    "layer0/f" … (T, B, H) for each quantity of each layer, "logits" (T, B, V), "loss" (T, B) in nats, NaN
    where there is no target; "layer0/h0" … (B, H), the initial states.  A second direction is
    "layer0_reverse/…", indexed by input time like the first.  Without a readout there are no logits and no
    loss.  A trace made with a workspace is valid until the workspace's next run.
    """

    def __init__(
        self, record: Mapping[str, Array], known: Array | None, backward: Callable[..., "Gradients"]
    ) -> None:
        """Only models make traces: ``known`` (T·B,) marks the steps with a target, None means all of them;
        ``backward`` leads back through the run.
        """
        self.way_back = backward
        self._record = record
        self._known = known
        self.steps, self.batch, _ = record["layer0/h"].shape
        self.counted = self.steps * self.batch if known is None else int(known.sum())  # number of targets

    @cached_property
    def layers(self) -> int:
        """Number of stacked layers, a second direction not counted."""
        return len({key.partition("/")[0].removesuffix("_reverse") for key in self if key.endswith("/h0")})

    @property
    def final(self) -> dict[str, Array]:
        """The states after the last step under the names that ``state=`` of the next run takes.

        A second direction has none: it came from the end.
        """
        starts = (key for key in self if key.startswith("layer") and key.endswith("0") and "/" in key)
        forward = (key for key in starts if not key.partition("/")[0].endswith("_reverse"))
        return {key: self[key.removesuffix("0")][-1] for key in forward}

    @cached_property
    def loss_sum(self) -> float:
        """Sum of the counted losses, in nats: the L that `Model.backward` differentiates by default."""
        losses = self["loss"].reshape(-1)
        return float(np.add.reduce(losses if self._known is None else losses[self._known], dtype=np.float64))

    @property
    def mean_loss(self) -> float:
        """Mean of the counted losses, in nats a token; NaN when nothing counts."""
        return self.loss_sum / self.counted if self.counted else float("nan")

    def __getitem__(self, key: str) -> Array:
        return self._record[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._record)

    def __len__(self) -> int:
        return len(self._record)


@dataclass(frozen=True, eq=False)
class Gradients:
    """What one backward run gives, read-only but for ``flat``; L is the weighted sum of losses.

    ``flat`` (N,) by the parameters in their order, None when not wanted; unlike all else it is the caller's
    to change (to clip it in place).  ``states`` has "layer0/d_h", "layer0/d_c" … (T, B, H): the total
    derivatives ∂L/∂h_t, ∂L/∂c_t, every path included.  ``d_state`` has "layer0/d_h0" … (B, H), by the
    initial states.  ``d_x`` (T, B, I) by the inputs (the one-hot vectors where inputs are symbols), None
    when not wanted.
    """

    flat: Array | None
    states: Mapping[str, Array]
    d_state: Mapping[str, Array]
    d_x: Array | None

    def __getitem__(self, key: str) -> Array:
        """The state derivative ``key``, such as "layer0/d_c"."""
        return self.states[key]
