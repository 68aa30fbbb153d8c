"""Labels beside the ends of lines: as near to their places as they can be without touching each other."""

from __future__ import annotations

from collections.abc import Sequence


def spread_out(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """New places (px), in the order of the old ones, at least ``gap`` apart and within ``low`` … ``high``.

    The sum of the squared ways is the smallest there is (pool adjacent violators). Where the room is too
    small, the gap is smaller.
    """
    count = len(places)
    if count == 0:
        return []
    gap = min(gap, (high - low) / (count - 1)) if count > 1 else gap
    order = sorted(range(count), key=lambda n: places[n])
    # Without the gaps before it, every label may be anywhere from low to the same upper bound.
    wanted = [places[n] - k * gap for k, n in enumerate(order)]
    pools: list[tuple[float, int]] = []  # mean, how many
    for place in wanted:
        mean, size = place, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, size = (mean * size + before * more) / (size + more), size + more
        pools.append((mean, size))
    top = max(low, high - (count - 1) * gap)
    found = [0.0] * count
    k = 0
    for mean, size in pools:
        for _ in range(size):
            found[order[k]] = min(max(mean, low), top) + k * gap
            k += 1
    return found
