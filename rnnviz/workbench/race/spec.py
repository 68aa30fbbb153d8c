"""Who races: configurations, their names, the seeds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rnnviz.engine.errors import UserError
from rnnviz.training.spec import RunSpec

FEWEST, MOST = 2, 4
MOST_SEEDS = 20

Words = Mapping[str, str]
"""A name by language: {"en": …, "zh_CN": …}."""


@dataclass(frozen=True)
class RaceSpec:
    """The runs to be compared, two to four, once for each seed.

    ``configurations[n]`` is called ``titles[n]``; its own seed is replaced by each of ``seeds``.  ``steps``
    is how many each runs; their schedules keep to their own ``training.steps``.  ``varied`` is the dotted key
    of the one setting in which they differ, "" where whole experiments or cells race.  ``experiments[n]`` is
    the key of what the configuration was made from; ``names[n]`` what it is called in files: its changes as
    "KEY=VALUE", or where there are none its cell.  ``expect`` is "blow-up" where a run is meant to fail.

    Raises UserError "error.race-seeds".
    """

    configurations: tuple[RunSpec, ...]
    titles: tuple[Words, ...]
    seeds: tuple[int, ...]
    steps: int
    experiments: tuple[str, ...]
    varied: str = ""
    expect: str = ""
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.configurations)
        assert 1 <= count <= MOST  # a single one only where nothing races, see `single`
        if not 1 <= len(self.seeds) <= MOST_SEEDS or len(set(self.seeds)) < len(self.seeds):
            raise UserError("error.race-seeds", value=", ".join(map(str, self.seeds)), limit=MOST_SEEDS)
        assert len(self.titles) == len(self.experiments) == count  # one each

    def name(self, configuration: int) -> str:
        """What a configuration is called in files; its cell if nothing else."""
        return self.names[configuration] if self.names else self.configurations[configuration].cell

    def run(self, configuration: int, seed: int) -> RunSpec:
        """What one runner runs."""
        return self.configurations[configuration].with_value("training.seed", seed)
