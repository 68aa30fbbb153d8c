"""The gradient lab and the dynamics view: probes of the network on screen, at a pace of their own.

A keystroke and a training step make a new frame at once; the probes follow when there is time. `Lab.work`
does one short turn (some milliseconds), so whoever calls it between two events never holds up a key; a probe
that has begun is finished with the parameters it began with, and then begun anew with the newest. What a
probe found last stays in the frame, marked as `stale`, until there is something newer: no panel goes blank
because somebody types. The fixed points are searched for on request only.

Refused: a thread (the interpreter's lock goes to whoever computes, and typing stutters), a process (the
parameters would have to travel at every step), and one call for all (the screen would stand still for it).
"""

from rnnviz.workbench.lab.frame import (
    DialView,
    LabFrame,
    SearchView,
    SpectrumView,
    Trajectory,
    WeightsView,
)
from rnnviz.workbench.lab.lab import Lab
from rnnviz.workbench.lab.tables import LAB_TABLES, lab_table

__all__ = [
    "LAB_TABLES",
    "DialView",
    "Lab",
    "LabFrame",
    "SearchView",
    "SpectrumView",
    "Trajectory",
    "WeightsView",
    "lab_table",
]
