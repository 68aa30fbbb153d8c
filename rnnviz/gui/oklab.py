"""Colour mixing in OKLab, the space in which equal distances look equal.

Source: B. Ottosson, "A perceptual color space for image processing" (2020), matrices M1 and M2.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_LINEAR_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(hex_colour: str) -> NDArray[np.float64]:
    """Return "#RRGGBB" as linear-light sRGB, shape (3,), each in 0..1 (IEC 61966-2-1)."""
    srgb = np.array([int(hex_colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn linear sRGB (..., 3) into OKLab (..., 3)."""
    return np.asarray(np.cbrt(rgb @ _LINEAR_TO_LMS.T) @ _LMS_TO_LAB.T)


def _bytes(colours: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Turn OKLab (n, 3) into sRGB bytes (n, 3); what sRGB cannot show is clipped."""
    lms = (colours @ np.linalg.inv(_LMS_TO_LAB).T) ** 3
    rgb = np.clip(lms @ np.linalg.inv(_LINEAR_TO_LMS).T, 0.0, 1.0)
    srgb = np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(srgb * 255), dtype=np.uint32)


@lru_cache(maxsize=64)
def ramp(stops: tuple[str, ...], entries: int = 256) -> NDArray[np.uint32]:
    """Return a lookup table along straight OKLab lines through evenly spaced stops.

    stops: two or more "#RRGGBB". Result: (entries,) uint32 0xAARRGGBB, opaque and read-only, ready to
    be the colour table or the pixels of a QImage in Format_ARGB32.
    """
    anchors = lab(np.stack([linear(stop) for stop in stops]))  # (stops, 3)
    where = np.linspace(0, 1, entries)
    known = np.linspace(0, 1, len(stops))
    mixed = np.stack([np.interp(where, known, anchors[:, k]) for k in range(3)], axis=1)
    red, green, blue = _bytes(mixed).T
    table: NDArray[np.uint32] = (0xFF000000 | red << 16 | green << 8 | blue).astype(np.uint32)
    table.flags.writeable = False
    return table
