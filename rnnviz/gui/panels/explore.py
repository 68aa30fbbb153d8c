"""The centre of the Explore view: every strip on one time axis."""

from rnnviz.gui.panels.time import TimePanel


class ExplorePanel(TimePanel):
    """Tokens, predictions, all quantities in the order of the cell's stages, gradients."""

    key = "explore"
    figure_size = (832, 640)
    least_size = (560, 430)
    quantity_kinds = ("gate", "state")
    with_predictions = True
    with_gradient = True
