"""The typed text, a tile a step."""

from rnnviz.gui.panels.time import TimePanel


class TokensPanel(TimePanel):
    """Step numbers and tokens alone."""

    key = "tokens"
    figure_size = (832, 64)
