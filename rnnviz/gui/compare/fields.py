"""The settings of a race: who competes, then what all share."""

from __future__ import annotations

from rnnviz.gui.widgets.fields import WIDE, Field, fields

LEFT_OUT = ("model.cell", "training.seed")  # of the fields of a single run


def race_fields() -> tuple[Field, ...]:
    """Every row of the settings column in the view Compare."""
    own = (
        Field("race.kind", "option.race-kind", wide=WIDE, group="model"),
        Field("race.cells", "option.race-cells", many=True, group="model"),
        Field("race.vary", "option.race-vary", wide=WIDE, group="model"),
        Field("race.values", "option.race-values", line=True, wide=WIDE, group="model"),
        Field("model.cell", "option.cell", segments=True),
    )
    seeds = Field("race.seeds", "option.race-seeds", line=True, group="training")
    shared = [field for field in fields() if field.key not in LEFT_OUT]
    place = next(n for n, field in enumerate(shared) if field.key == "training.steps")
    return (*own, *shared[:place], seeds, *shared[place:])
