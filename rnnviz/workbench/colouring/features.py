"""What can be said of every token of a text, as numbers a unit may follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rnnviz.workbench.frame import Floats

OPENING, CLOSING = "([{（【《“", ")]}）】》”"
MOST_SYMBOLS = 16  # single symbols that are looked at, the most frequent
FEWEST = 3  # a property that holds, or fails, at fewer tokens says nothing
SMALL = 12  # symbols of a vocabulary whose counts are worth following


@dataclass(frozen=True)
class Feature:
    """One property: "feature.<key>" is its sentence, `of` what stands in it; `values` (T,)."""

    key: str
    of: str
    values: Floats


def features(tokens: Sequence[str], numbers: Floats | None, channels: Sequence[str]) -> tuple[Feature, ...]:
    """The properties of one sequence of T tokens; `numbers` (T, I) for numeric inputs."""
    found = [Feature("time", "", np.arange(len(tokens), dtype=np.float64))]
    if numbers is not None:
        found += _of_numbers(numbers.astype(np.float64), channels)
    else:
        found += _of_symbols(tokens)
        if max(map(len, tokens), default=0) == 1:
            found += _of_writing(tokens)
    return tuple(found)


def joined(parts: Sequence[Sequence[Feature]]) -> tuple[Feature, ...]:
    """The properties of several sequences as those of one; where a sequence lacks one it is 0."""
    known: dict[tuple[str, str], None] = {(f.key, f.of): None for part in parts for f in part}
    by_name = [{(f.key, f.of): f.values for f in part} for part in parts]
    lengths = [len(part[0].values) if part else 0 for part in parts]
    return tuple(
        Feature(
            *name, np.concatenate([b.get(name, np.zeros(n)) for b, n in zip(by_name, lengths, strict=True)])
        )
        for name in known
    )


def telling(found: Sequence[Feature]) -> tuple[Feature, ...]:
    """Those that vary enough to be followed."""
    return tuple(feature for feature in found if _varies(feature.values))


def _varies(values: Floats) -> bool:
    kinds, counts = np.unique(values, return_counts=True)
    return len(kinds) > 1 and len(values) - int(counts.max()) >= FEWEST


def _of_numbers(numbers: Floats, channels: Sequence[str]) -> Iterator[Feature]:
    """Each channel now, one step earlier, its sum so far and its last value that was not 0."""
    for place in range(numbers.shape[1]):
        column = numbers[:, place]
        name = channels[place] if place < len(channels) else str(place + 1)
        yield Feature("value", name, column)
        yield Feature("value-before", name, _later(column))
        yield Feature("sum", name, np.cumsum(column))
        if (column == 0).any():
            yield Feature("last-value", name, _held(column))
    if numbers.shape[1] == 2 and set(np.unique(numbers[:, 1])) <= {0.0, 1.0}:
        yield Feature("marked-sum", channels[0] if channels else "1", np.cumsum(numbers.prod(axis=1)))


def _of_symbols(tokens: Sequence[str]) -> Iterator[Feature]:
    """Each frequent symbol now and one step earlier; in a small vocabulary also how often it has come, and
    how much oftener than another.
    """
    row = np.array(tokens, dtype=object)
    common = Counter(tokens).most_common(MOST_SYMBOLS)
    small = len(set(tokens)) <= SMALL
    for symbol, _ in common:
        now = (row == symbol).astype(np.float64)
        if not symbol.isspace():
            yield Feature("symbol", symbol, now)
            yield Feature("symbol-before", symbol, _later(now))
        if small:
            count = np.cumsum(now)
            yield Feature("count", symbol, count)
            yield Feature("seen", symbol, (count > 0).astype(np.float64))
            yield Feature("odd", symbol, count % 2)
    if small:
        for one, other in combinations(sorted(symbol for symbol, _ in common[:3]), 2):
            difference = np.cumsum((row == one).astype(np.float64) - (row == other))
            yield Feature("difference", f"{one} − {other}", difference)


def _of_writing(tokens: Sequence[str]) -> Iterator[Feature]:
    """What readers of a script follow: words, lines, brackets, quotes."""
    kinds: dict[str, Callable[[str], bool]] = {
        "space": str.isspace,
        "upper": str.isupper,
        "digit": str.isdigit,
        "vowel": lambda c: c.lower() in "aeiouyàâéèêîôûäöü",
        "sign": lambda c: not c.isalnum() and not c.isspace(),
        "newline": lambda c: c == "\n",
    }
    for key, test in kinds.items():
        now = np.array([bool(test(token)) for token in tokens], np.float64)
        yield Feature(key, "", now)
        if key in ("space", "sign"):
            yield Feature(f"after-{key}", "", _later(now))
            yield Feature(f"before-{key}", "", np.append(now[1:], 0.0))
    yield Feature("in-word", "", _since(tokens, lambda c: not c.isalnum()))
    if "\n" in tokens:
        yield Feature("in-line", "", _since(tokens, lambda c: c == "\n"))
        yield Feature("indent", "", _indent(tokens))
        if "#" in tokens:
            yield Feature("comment", "", _until(tokens, "#", "\n"))
    if set(tokens) & set(OPENING):
        yield Feature("depth", "", _depth(tokens))
    for quote in "\"'":
        if tokens.count(quote) >= 2:
            yield Feature("quoted", quote, _between(tokens, quote))


def _later(values: Floats) -> Floats:
    return np.concatenate([[0.0], values[:-1]])


def _held(values: Floats) -> Floats:
    """The last value so far that was not 0; 0 before the first."""
    places = np.maximum.accumulate(np.where(values != 0, np.arange(len(values)), -1))
    return np.where(places >= 0, values[np.maximum(places, 0)], 0.0)


def _since(tokens: Sequence[str], ends: Callable[[str], bool]) -> Floats:
    """Tokens since the last one that `ends`, that one being 0."""
    count, found = 0, []
    for token in tokens:
        count = 0 if ends(token) else count + 1
        found.append(count)
    return np.array(found, np.float64)


def _indent(tokens: Sequence[str]) -> Floats:
    """Blanks at the beginning of the line so far."""
    depth, leading, found = 0, True, []
    for token in tokens:
        if token == "\n":
            depth, leading = 0, True
        elif leading and token in " \t":
            depth += 1
        else:
            leading = False
        found.append(depth)
    return np.array(found, np.float64)


def _until(tokens: Sequence[str], begin: str, end: str) -> Floats:
    """1 from `begin` up to the token before `end`."""
    inside, found = False, []
    for token in tokens:
        inside = token == begin or (inside and token != end)
        found.append(inside)
    return np.array(found, np.float64)


def _between(tokens: Sequence[str], quote: str) -> Floats:
    """1 from every odd `quote` up to the next."""
    count = np.cumsum([token == quote for token in tokens])
    return (count % 2).astype(np.float64)


def _depth(tokens: Sequence[str]) -> Floats:
    """How many brackets are open after each token; a stray closing one counts for nothing."""
    depth, found = 0, []
    for token in tokens:
        depth = max(0, depth + (token in OPENING) - (token in CLOSING))
        found.append(depth)
    return np.array(found, np.float64)
