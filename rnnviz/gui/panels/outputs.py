"""What a network on numbers gives at every step, and what it should."""

from rnnviz.gui.panels.panel import AnyFrame
from rnnviz.gui.panels.time import TimePanel
from rnnviz.workbench.frame import Frame


class OutputsPanel(TimePanel):
    """The input with outputs and targets below it."""

    key = "outputs"
    figure_size = (832, 220)
    with_predictions = True

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Where outputs are numbers."""
        return isinstance(frame, Frame) and frame.loss == "mse"
