"""The gates and the candidate: all a cell computes on the way to its states."""

from rnnviz.gui.panels.panel import AnyFrame
from rnnviz.gui.panels.time import TimePanel
from rnnviz.workbench.frame import Frame


class GatesPanel(TimePanel):
    """A heat map for every quantity that is not a carried state."""

    key = "gates"
    figure_size = (832, 340)
    quantity_kinds = ("gate",)

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Whether this panel has anything to show for the model."""
        return isinstance(frame, Frame) and any(q.key not in frame.states for q in frame.quantities)
