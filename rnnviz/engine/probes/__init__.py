"""Probes: what a trained or untrained network does to gradients and states, measured from outside.

A probe takes a model, parameters and a batch, runs them through the model's own forward and backward pass,
and gives a frozen record of numbers.  It knows no screen and no training, so that window, race and files show
the same figures.  Probes run in float64 whatever the training's type: what vanishes goes below the smallest
float32 within a hundred steps.
"""
