"""Probes: what a trained or untrained network does to gradients and states, measured from outside.

A probe takes a model, parameters and a batch, runs them through the model's own forward and backward pass,
and gives a frozen record of numbers.  It knows no screen and no training, so that window, race and files show
the same figures.  Probes run in float64 whatever the training's type: what vanishes goes below the smallest
float32 within a hundred steps.

No measurement knows a cell by name (the theory line of `distance` does).  All that concerns gradients goes
through `itemised` (one forward run led back from many numbers at once), all that concerns dynamics through
`step` (a step's map from states to states, many steps at a time); both use what a cell declares and its own
backward pass, so a new cell has every probe.  What takes longer than a moment is a generator that yields
after every short turn.  Refused: derivatives by differences (they are what `check` holds the probes against),
and formulas written out for each cell.
"""
