"""Panels: one file each, all of them pictures of a frame.

A panel gets a `Look` (theme and language) and a `Frame`, and draws; it asks nobody for anything else. The
same class therefore serves the window (inside a canvas), an exported figure (built anew with the figure's own
look and size) and the tables of a CSV. Panels over time are stacks of strips from `gui.widgets` on one set of
columns; adding a panel is one file here and one line in `PANELS`.

pyqtgraph holds the scene, the views and the curves; maps and text are painted directly, because an axis or a
text item per panel costs more than all the data (a plot of six maps 9-12 ms, six images 3 ms).
Refused: docks that a person must arrange before seeing anything, and plots with menus of their own.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from rnnviz.gui.panels.colours import ColoursPanel
from rnnviz.gui.panels.distribution import DistributionPanel
from rnnviz.gui.panels.explore import ExplorePanel
from rnnviz.gui.panels.gates import GatesPanel
from rnnviz.gui.panels.gradient_distance import GradientDistancePanel
from rnnviz.gui.panels.gradient_norm import GradientNormPanel
from rnnviz.gui.panels.gradients import GradientsPanel
from rnnviz.gui.panels.loss import LossPanel
from rnnviz.gui.panels.outputs import OutputsPanel
from rnnviz.gui.panels.overview import OverviewPanel
from rnnviz.gui.panels.panel import AnyFrame, Panel, Table
from rnnviz.gui.panels.predictions import PredictionsPanel
from rnnviz.gui.panels.race import RacePanel
from rnnviz.gui.panels.race_curves import RaceCurvesPanel
from rnnviz.gui.panels.race_results import RaceResultsPanel
from rnnviz.gui.panels.race_score import RaceScorePanel
from rnnviz.gui.panels.states import StatesPanel
from rnnviz.gui.panels.tokens import TokensPanel
from rnnviz.gui.panels.unit import UnitPanel
from rnnviz.gui.panels.values import ValuesPanel
from rnnviz.gui.panels.written import WrittenPanel

__all__ = ["PANELS", "AnyFrame", "Panel", "Table"]

PANELS: Mapping[str, type[Panel[Any]]] = MappingProxyType(
    {
        panel.key: panel
        for panel in (
            OverviewPanel,
            ExplorePanel,
            TokensPanel,
            PredictionsPanel,
            OutputsPanel,
            GatesPanel,
            StatesPanel,
            GradientsPanel,
            ValuesPanel,
            UnitPanel,
            ColoursPanel,
            WrittenPanel,
            DistributionPanel,
            LossPanel,
            GradientNormPanel,
            RacePanel,
            RaceCurvesPanel,
            GradientDistancePanel,
            RaceResultsPanel,
            RaceScorePanel,
        )
    }
)
