"""The carried states: h, and c where the cell has one."""

from rnnviz.gui.panels.time import TimePanel


class StatesPanel(TimePanel):
    """A heat map for every state handed from step to step."""

    key = "states"
    figure_size = (832, 220)
    quantity_kinds = ("state",)
