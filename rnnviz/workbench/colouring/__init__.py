"""Text coloured by one unit: which unit, what it seems to track, and over which stretch of text.

`features` names what can be said of each token (is it a space, how deep in brackets, where in the line …),
`tracks` correlates every unit with every such property and keeps the strongest, `colourist` runs the text.
A correlation that chance among so many properties could give is not reported: a unit then tracks nothing that
we measure. Refused: training a probe for each property (another model to explain the model), and names for
units that hold longer than the text on screen.
"""

from rnnviz.workbench.colouring.colourist import Colouring, Colourist, ColourView
from rnnviz.workbench.colouring.tracks import Track

__all__ = ["ColourView", "Colouring", "Colourist", "Track"]
