"""What the model expects after every step."""

from rnnviz.gui.panels.panel import AnyFrame
from rnnviz.gui.panels.time import TimePanel
from rnnviz.workbench.frame import Frame


class PredictionsPanel(TimePanel):
    """Tokens with the three likeliest next ones below them."""

    key = "predictions"
    figure_size = (832, 112)
    with_predictions = True

    @classmethod
    def applies(cls, frame: AnyFrame) -> bool:
        """Where outputs are probabilities."""
        return isinstance(frame, Frame) and frame.loss != "mse"
