"""Which property of the text each unit follows most closely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnnviz.workbench.colouring.features import Feature

if TYPE_CHECKING:
    from rnnviz.workbench.frame import Floats, Ints

SURE = 4.0  # standard errors of a correlation of nothing with nothing: one in 16,000 by chance


@dataclass(frozen=True)
class Track:
    """What a unit follows: "feature.<key>" with `of` in it, and the correlation `r`; key "" for nothing."""

    key: str = ""
    of: str = ""
    r: float = 0.0


def tracks_of(values: Floats, features: Sequence[Feature]) -> tuple[Track, ...]:
    """The strongest correlation of each unit of `values` (T, H); `Track()` where chance could do as well."""
    steps, hidden = values.shape
    if not features or steps < 2:
        return tuple(Track() for _ in range(hidden))
    least = SURE / math.sqrt(steps)
    shares = _standard(values.astype(np.float64)).T @ _standard(
        np.stack([f.values for f in features], axis=1)
    )
    best = np.abs(shares).argmax(axis=1)
    found = []
    for unit, place in enumerate(best):
        r = float(shares[unit, place])
        feature = features[place]
        found.append(Track(feature.key, feature.of, r) if abs(r) >= least else Track())
    return tuple(found)


def order_of(tracks: Sequence[Track]) -> Ints:
    """Units (H,) by the strength of what they follow, those that follow nothing last."""
    return np.argsort([-abs(track.r) for track in tracks], kind="stable")


def _standard(columns: Floats) -> Floats:
    """Columns (T, N) with mean 0 and length 1, so that products are correlations; constant ones are 0."""
    with np.errstate(all="ignore"):
        centred = np.nan_to_num(columns - columns.mean(axis=0))
        length = np.linalg.norm(centred, axis=0)
        scaled: Floats = np.where(length > 1e-12, centred / np.where(length > 0, length, 1.0), 0.0)
    return scaled
