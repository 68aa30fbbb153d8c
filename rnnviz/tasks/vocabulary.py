"""Symbols and their codes."""

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


class Vocabulary:
    """An ordered set of symbols (characters or words); the code of a symbol is its place.

    Immutable.  Iterates over the symbols; ``len`` is V.
    """

    __slots__ = ("_codes", "symbols")

    def __init__(self, symbols: Iterable[str]) -> None:
        """Raises ValueError if a symbol comes twice."""
        self.symbols: tuple[str, ...] = tuple(symbols)
        self._codes = {symbol: code for code, symbol in enumerate(self.symbols)}
        if len(self._codes) != len(self.symbols):
            raise ValueError("a symbol occurs twice")

    @classmethod
    def of_text(cls, content: str) -> Self:
        """The distinct characters (code points) of ``content`` in the order of their code points."""
        return cls(sorted(set(content)))

    def __len__(self) -> int:
        return len(self.symbols)

    def __contains__(self, symbol: object) -> bool:
        return symbol in self._codes

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self.symbols == other.symbols

    def __hash__(self) -> int:
        return hash(self.symbols)

    def code(self, symbol: str) -> int:
        """The code of one symbol, -1 if unknown."""
        return self._codes.get(symbol, UNKNOWN)

    def encode(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Codes (N,) of N tokens, -1 where unknown."""
        get = self._codes.get
        return np.fromiter((get(token, UNKNOWN) for token in tokens), np.int32, len(tokens))

    def decode(self, codes: Iterable[int]) -> list[str]:
        """The symbols of known codes.  Raises IndexError for a code that no symbol has."""
        symbols = []
        for code in codes:
            if not 0 <= code < len(self.symbols):
                raise IndexError(f"no symbol has code {code}")
            symbols.append(self.symbols[code])
        return symbols
