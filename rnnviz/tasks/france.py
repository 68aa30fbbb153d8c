"""France → French: the course's example of an answer that was given long ago."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from rnnviz.engine.options import Option
from rnnviz.tasks.base import Input, PassMark, Text
from rnnviz.tasks.drawn import SymbolTask, Tokens
from rnnviz.tasks.records import Problem
from rnnviz.tasks.vocabulary import Vocabulary

Array = NDArray[Any]


@dataclass(frozen=True)
class Wording:
    """A sentence in one language: ``before`` COUNTRY ``after``, filler clauses, ``asking``."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    asking: tuple[str, ...]
    answers: Mapping[str, str]  # by country
    clauses: tuple[str, ...]  # words parted by blanks
    between: str  # what stands between two words in writing

    def words(self) -> list[str]:
        """Every word of a sentence, each once."""
        filler = (word for clause in self.clauses for word in clause.split())
        return list(dict.fromkeys((*self.before, *self.after, *self.asking, *self.answers, *filler)))


ENGLISH = Wording(
    before=("I", "grew", "up", "in"),
    after=(),
    asking=("I", "speak", "fluent"),
    answers={
        "France": "French",
        "Germany": "German",
        "Italy": "Italian",
        "Spain": "Spanish",
        "Russia": "Russian",
        "Greece": "Greek",
        "Japan": "Japanese",
        "China": "Chinese",
    },
    clauses=(
        "then we moved to the coast",
        "my mother taught music for many years",
        "dad sold old books near the harbour",
        "every summer friends came to stay",
        "it rained and we played cards",
        "the garden was small but green",
        "my sister painted boats and birds",
    ),
    between=" ",
)
CHINESE = Wording(
    before=("我", "在"),
    after=("长大",),
    asking=("我", "说", "流利", "的"),
    answers={
        "法国": "法语",
        "德国": "德语",
        "意大利": "意大利语",
        "西班牙": "西班牙语",
        "俄罗斯": "俄语",
        "希腊": "希腊语",
        "日本": "日语",
        "中国": "汉语",
    },
    clauses=(
        "后来 我们 搬到 海边",
        "妈妈 教 音乐 许多 年",
        "爸爸 卖 旧书",
        "每个 夏天 朋友 都 来 做客",
        "下雨 时 我们 打牌",
        "院子 很 小 却 很 绿",
        "妹妹 爱 画 船 和 鸟",
    ),
    between="",
)
WORDINGS: Mapping[str, Wording] = {"english": ENGLISH, "chinese": CHINESE}
PUNCTUATION = r"\s.,;:!?…，。；：！？、“”\""


class FranceTask(SymbolTask):
    """ "I grew up in France …  I speak fluent": at the last word the language is due, nowhere else.

    k filler words stand between; guessing has the loss ln of the number of languages.  Typed: words parted by
    blanks, capitals do not matter; Chinese words need no blanks, the longest known one is taken.
    """

    key: ClassVar[str] = "france"
    options: ClassVar[tuple[Option, ...]] = (
        Option("gap", 20, low=0, high=400),
        Option("wording", "english", choices=tuple(WORDINGS)),
    )
    input: ClassVar[Input] = "words"

    vocabulary: Vocabulary

    def __init__(self, options: Mapping[str, object], text: Text | None) -> None:
        super().__init__(options, text)
        self.wording = words = WORDINGS[str(self.values["wording"])]
        self.gap = int(self.values["gap"])
        self.vocabulary = Vocabulary(words.words())
        self.inputs, self.outputs = len(self.vocabulary), len(words.answers)
        self.length = len(words.before) + 1 + len(words.after) + self.gap + len(words.asking)
        self._countries = self.vocabulary.encode(tuple(words.answers))
        self._clauses = [self.vocabulary.encode(clause.split()) for clause in words.clauses]
        longest_first = sorted(self.vocabulary.symbols, key=len, reverse=True)
        known = "|".join(map(re.escape, longest_first)) + "|" if not words.between else ""
        self._pattern = re.compile(rf"{known}[^{PUNCTUATION}]" + ("+" if words.between else ""))
        self._spelling = {symbol.casefold(): symbol for symbol in self.vocabulary.symbols}

    @property
    def output_symbols(self) -> tuple[str, ...]:
        """The languages."""
        return tuple(self.wording.answers.values())

    @property
    def baseline(self) -> float:
        """Guessing one of the languages."""
        return log(self.outputs)

    @property
    def pass_mark(self) -> PassMark:
        """99 of 100 answers right."""
        return PassMark("accuracy", 0.99, above=True)

    def sequences(self, rng: np.random.Generator, size: int) -> Array:
        """Sentences: random countries, random clauses cut where the gap is full."""
        codes = np.empty((self.length, size), np.int32)
        place = len(self.wording.before)
        codes[:place] = self.vocabulary.encode(self.wording.before)[:, None]
        codes[place] = self._countries[rng.integers(0, self.outputs, size)]
        start = place + 1 + len(self.wording.after)
        codes[place + 1 : start] = self.vocabulary.encode(self.wording.after)[:, None]
        shortest = min(map(len, self._clauses))
        chosen = rng.integers(0, len(self._clauses), (size, -(-self.gap // shortest) + 1))
        for column, row in enumerate(chosen.tolist()):
            filler = np.concatenate([self._clauses[clause] for clause in row])
            codes[start : start + self.gap, column] = filler[: self.gap]
        codes[start + self.gap :] = self.vocabulary.encode(self.wording.asking)[:, None]
        return codes

    def targets(self, codes: Array) -> Array:
        """Where the last word of the question stands: the language of the latest country, if there is one."""
        y = np.full(codes.shape, -1, np.int32)
        latest = np.full(codes.shape[1], -1, np.int32)
        asked = self.vocabulary.code(self.wording.asking[-1])
        order = np.full(self.inputs + 1, -1, np.int32)  # the last one is for unknown words
        order[self._countries] = np.arange(self.outputs)
        for step, row in enumerate(codes):
            latest = np.where(order[row] >= 0, order[row], latest)
            y[step] = np.where(row == asked, latest, -1)
        return y

    def written(self, tokens: Sequence[str]) -> str:
        """A sentence without stops."""
        return self.wording.between.join(tokens)

    def parted(self, text: str) -> Tokens:
        """Words without the punctuation around them."""
        found = list(self._pattern.finditer(text))
        return tuple(match[0] for match in found), tuple(match.span() for match in found)

    def encoded(self, tokens: Sequence[str]) -> NDArray[np.int32]:
        """Codes of words in any spelling."""
        return self.vocabulary.encode([self._spelling.get(token.casefold(), token) for token in tokens])

    def unknown(self, token: str, step: int) -> Problem:
        """A word outside the vocabulary, with the countries and a clause that would do."""
        countries = " ".join(self.wording.answers)
        clause = self.wording.between.join(self.wording.clauses[0].split())
        return "problem.word", {"token": token, "step": step, "countries": countries, "clause": clause}
