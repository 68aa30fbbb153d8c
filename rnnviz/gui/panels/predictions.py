"""What the model expects after every step."""

from rnnviz.gui.panels.time import TimePanel


class PredictionsPanel(TimePanel):
    """Tokens with the three likeliest next ones below them."""

    key = "predictions"
    figure_size = (832, 112)
    with_predictions = True
