"""Seeds as a person writes them: 0-4 or 0,3,5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from rnnviz.engine.errors import UserError
from rnnviz.workbench.race.spec import MOST_SEEDS


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from "0-4", "1,3,5" or both.  Raises UserError "error.cli-seeds" or "error.race-seeds"."""
    seeds: list[int] = []
    plain = unicodedata.normalize("NFKC", text).replace("–", "-").replace("−", "-").replace("、", ",")
    for part in plain.split(","):
        found = re.fullmatch(r"\s*(\d{1,10})\s*(?:-\s*(\d{1,10})\s*)?", part)
        if not found:
            raise UserError("error.cli-seeds", value=text)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise UserError("error.cli-seeds", value=text)
        if last >= first + MOST_SEEDS:  # said before a list of them all is made
            raise UserError("error.race-seeds", value=text, limit=MOST_SEEDS)
        seeds += range(first, last + 1)
    return tuple(seeds)


def written_seeds(seeds: Sequence[int]) -> str:
    """Seeds as `parse_seeds` reads them: neighbours as a range."""
    parts: list[str] = []
    start = 0
    for k in range(1, len(seeds) + 1):
        if k == len(seeds) or seeds[k] != seeds[k - 1] + 1:
            first, last = seeds[start], seeds[k - 1]
            parts.append(str(first) if first == last else f"{first}-{last}")
            start = k
    return ",".join(parts)
