"""Weights in and out: the tensors of other frameworks as safetensors files.

A layout says how a framework names and stacks the parameters of one layer; names, order and shapes of a
whole file follow from what a model declares (`ModelSpec.shapes`), so a new cell travels without a line here.
On the way in the file is recognised (layout, prefix, cell, sizes), what the recognised model must hold is
compared with what the file holds, name by name and shape by shape, and only then are numbers read; each
thing that can be wrong has a sentence of its own.  PyTorch keeps two biases where we keep their sum: it is
held in double, and leaves as the rounded sum and what the rounding took off, so nothing is lost on any way
round.  A file of ours also says which cell and options it holds; one from elsewhere is told by its shapes.
Refused: pickles (.pt), HDF5 and npz, and guessing which of two fitting names is meant.
"""

from rnnviz.files.weights.layouts import LAYOUTS, Layout
from rnnviz.files.weights.reading import read_weights
from rnnviz.files.weights.writing import check_ending, write_weights

__all__ = ["LAYOUTS", "Layout", "check_ending", "read_weights", "write_weights"]
