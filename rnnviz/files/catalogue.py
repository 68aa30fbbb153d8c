"""The sentences of the program: one gettext catalogue a language, read by window and commands alike."""

import math
import string
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

import numpy as np
import polib

from rnnviz.engine.errors import UserError
from rnnviz.files.resources import resource

LANGUAGES = ("en", "zh_CN")


class Catalogue:
    """Every sentence in one language.

    ``text(key, **values)`` fills the named places of the sentence.  A missing key or value is a fault of the
    program: KeyError, which the tests meet first.  A language that is not there falls back to English.
    """

    def __init__(self, language: str = "en") -> None:
        self.language = language if language in LANGUAGES else "en"
        self._sentences = _read(self.language)

    def text(self, key: str, /, **values: object) -> str:
        """The sentence ``key`` with its places filled.

        Numbers are written plainly (see `plain`); a `UserError` among the values as its own sentence; the key
        of a task, under the name "task", as the task's title.
        """
        shown = {name: self._shown(name, value) for name, value in values.items()}
        return _Formatter().vformat(self._sentences[key], (), shown)

    def _shown(self, name: str, value: object) -> object:
        if isinstance(value, UserError):
            return self.error(value)
        return self._sentences.get(f"task.{value}", value) if name == "task" else value

    def error(self, error: UserError) -> str:
        """What went wrong and what to do, for a person."""
        return self.text(error.key, **error.values)

    def __contains__(self, key: object) -> bool:
        return key in self._sentences

    def keys(self) -> tuple[str, ...]:
        """Every key of this language."""
        return tuple(self._sentences)


def system_language(environment: Mapping[str, str]) -> str:
    """The language that ``environment`` (as os.environ) asks for, "en" when we have it not."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith("zh") else "en"
    return "en"


def plain(value: object) -> str:
    """A value as a sentence shows it: 1000 for 1000.0, 0.004, 1e-07, −∞ and NaN spelt out; text as it is."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) < 1e15 else f"{Decimal(value):.6g}"
    if not isinstance(value, (float, np.number)):
        return str(value)
    number = float(value)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.6g}"


class _Formatter(string.Formatter):
    """str.format with named places only, numbers without a format written by `plain`.

    Neither attributes nor items of a value can be reached from a sentence.
    """

    def get_field(self, field_name: str, args: object, kwargs: Mapping[str, object]) -> tuple[object, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: object, format_spec: str) -> str:
        return format(value, format_spec) if format_spec else plain(value)


@lru_cache(maxsize=len(LANGUAGES))
def _read(language: str) -> Mapping[str, str]:
    catalogue = polib.pofile(str(resource("i18n", f"{language}.po")), encoding="utf-8")
    return {entry.msgid: entry.msgstr for entry in catalogue if not entry.obsolete}
