"""What a person has chosen for a race: who competes, on which settings, with which seeds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Value
from rnnviz.files.experiment import Experiment, with_fitting_text, with_setting
from rnnviz.training.spec import option_of
from rnnviz.workbench.race.choose import NOT_VARIED, USUAL_CELLS, race_cells, race_settings, race_varied
from rnnviz.workbench.race.seeds import parse_seeds, written_seeds
from rnnviz.workbench.race.spec import FEWEST, MOST, RaceSpec

CELLS, SETTING, GIVEN = "cells", "setting", "given"  # what competes
KINDS = (CELLS, SETTING, GIVEN)
SEEDS = "0-2"
FIRST_CHOICE = "model.hidden"
STARTERS: Mapping[str, str] = {"model.forget_bias": "0, 1, 3", "training.clip": "0.1, 1, 10"}


@dataclass(frozen=True)
class Lineup:
    """A choice that may not be possible (yet); `spec` says why.

    ``base`` holds the settings that all share.  ``kind`` is what competes: the ``cells``; the setting
    ``vary`` (a dotted key) with each of ``values`` (a person's own words, with commas); or what the
    experiment itself names in its section "race".  ``seeds`` as `parse_seeds` reads them.
    """

    base: Experiment
    kind: str = CELLS
    cells: tuple[str, ...] = USUAL_CELLS
    vary: str = FIRST_CHOICE
    values: str = ""
    seeds: str = SEEDS

    @classmethod
    def of(cls, base: Experiment) -> Lineup:
        """What an experiment suggests; without a section "race" its cell among the usual ones."""
        plan = base.race
        own = (base.spec.cell,) if base.spec.cell not in USUAL_CELLS else ()
        cells = (*USUAL_CELLS, *own)
        if plan is None:
            return cls(base, CELLS, cells)
        seeds = written_seeds(plan.seeds)
        if plan.vary == "model.cell":
            return cls(base, CELLS, tuple(str(one["model.cell"]) for one in plan.settings), seeds=seeds)
        if plan.vary:
            values = ", ".join(written(one[plan.vary]) for one in plan.settings)
            return cls(base, SETTING, cells, plan.vary, values, seeds)
        return cls(base, GIVEN, cells, seeds=seeds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What may compete."""
        given = self.base.race is not None and not self.base.race.vary
        return KINDS if given else (CELLS, SETTING)

    def spec(self) -> RaceSpec:
        """The race.  Raises UserError: what is wrong with seeds, values or their number."""
        seeds = parse_seeds(self.seeds)
        if self.kind == SETTING:
            words = [word.strip() for word in re.split("[,，、]", self.values) if word.strip()]
            return race_varied(self.base, self.vary, words, seeds=seeds)
        if self.kind == GIVEN and self.base.race is not None:
            return race_settings(self.base, self.base.race.settings, seeds=seeds)
        return race_cells(self.base, self.cells, seeds=seeds)

    def settings(self) -> dict[str, Value]:
        """Every setting that applies, by its dotted key; those of the race itself under "race."."""
        found = dict(self.base.spec.settings())
        found.pop("training.seed")
        own: dict[str, Value] = {"race.kind": self.kind, "race.seeds": self.seeds}
        if self.kind == SETTING:
            own |= {"race.vary": self.vary, "race.values": self.values}
            found.pop(self.vary, None)
        elif self.kind == CELLS:
            own["race.cells"] = ",".join(self.cells)
            found.pop("model.cell")
        elif self.base.race is not None:
            for key in {key for one in self.base.race.settings for key in one}:
                found.pop(key, None)
        return own | found

    def unlike(self, other: Lineup) -> frozenset[str]:
        """The settings in which two choices differ."""
        mine, theirs = self.settings(), other.settings()
        found = {key for key in mine if key not in theirs or mine[key] != theirs[key]}
        return frozenset(found | ({"task.text"} if self.base.spec.text != other.base.spec.text else set()))

    def with_value(self, dotted: str, value: object) -> Lineup:
        """The choice with one thing changed.  Raises UserError as `RunSpec.with_value`, or as `spec`."""
        changed = self._changed(dotted, value)
        changed.spec()
        return changed

    def _changed(self, dotted: str, value: object) -> Lineup:
        if dotted == "race.kind":
            values = self.values or starter(self.base, self.vary)
            return replace(self, kind=str(value), values=values)
        if dotted == "race.vary":
            return replace(self, vary=str(value), values=starter(self.base, str(value)))
        if dotted == "race.cells":
            cells = tuple(word for word in str(value).split(",") if word)
            if not FEWEST <= len(cells) <= MOST:
                raise UserError("error.race-count", value=len(cells), low=FEWEST, high=MOST)
            return replace(self, cells=cells)
        if dotted == "race.values":
            return replace(self, values=str(value))
        if dotted == "race.seeds":
            return replace(self, seeds=str(value))
        spec = with_setting(self.base.spec, dotted, value)
        if dotted.startswith("task.") and dotted != "task.text":
            spec = with_fitting_text(spec, self.base.spec)
        return replace(self, base=replace(self.base, spec=spec))


def varied(base: Experiment) -> tuple[str, ...]:
    """The settings of an experiment that may be varied: those of which other values are known."""
    fixed = (*NOT_VARIED, "model.cell", "task.key")
    found = (key for key in base.spec.settings() if key not in fixed)
    return tuple(key for key in found if "," in starter(base, key))


def starter(base: Experiment, dotted: str) -> str:
    """Values to begin with for a setting: around the one in force, or those that there are."""
    if dotted in STARTERS:
        return STARTERS[dotted]
    value, option = base.spec.value(dotted), option_of(dotted)
    if isinstance(value, bool):
        return "false, true"
    if isinstance(value, str):
        return ", ".join([word for word in option.choices if word][:MOST])
    found = [option.check(number) for number in _around(value) if option.takes(number)]
    if len(found) == 1 and option.takes(value - 1):  # it stands at its upper end
        found.insert(0, option.check(value - 1))
    return ", ".join(map(written, found))


def written(value: Value) -> str:
    """A value as a person types it: 3, 0.5, true."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else f"{value:.10g}"


def _around(value: float) -> tuple[float, ...]:
    """Half of it, it, and twice as much; small whole numbers and upwards."""
    if isinstance(value, int):
        return (value, value + 1, value + 2) if value < 4 else (value // 2, value, 2 * value)
    return (value / 2, value, value * 2) if value else (0.0, 0.1, 1.0)
