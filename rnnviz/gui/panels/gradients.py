"""How strongly the loss feels each step's state."""

from rnnviz.gui.panels.time import TimePanel


class GradientsPanel(TimePanel):
    """Tokens and the gradient magnitudes under them, on a log axis."""

    key = "gradients"
    figure_size = (832, 220)
    with_gradient = True
