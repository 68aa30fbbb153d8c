"""The race: two to four configurations train side by side on the same batches, several seeds each.

A `RaceSpec` says who runs, a `Race` runs them (each runner in a process of its own, as many at once as the
machine has cores to spare), and a frozen `RaceFrame` holds all that a screen, a table or a file may show of
it.  Every reader pulls frames at its own clock, as it does from a `Workbench`.  A runner is the training loop
of any other run with a spec of its own, so the race can show nothing that `run` would not print.  Batches
come from the seed alone and the weights from a generator of their own, so all see the same data whatever
their cell.  Refused: slices of time among runners on few cores (the seconds would mean nothing), and smoothed
curves (nobody could check them).
"""
