"""The view in which configurations race.

It is to a `Race` what the rest of the window is to a `Workbench`: the controller gives it commands, pulls its
frames by the window's clock and hands them to the parts, one part a turn. The pictures are panels
(`gui.panels.race_…`), so what is on screen can be exported as it is. The view has settings of its own, taken
from the experiment that is open until somebody changes them: a race that runs must not change because of what
is done elsewhere. Only one trains at a time, the race or the workbench, because their seconds would mean
nothing beside each other; so each pauses the other.

Refused: taking single steps (a race is compared as a whole), and settings that reach into a race under way.
"""
