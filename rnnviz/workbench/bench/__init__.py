"""Figures of this machine: how fast the engine trains and answers a key.

A figure without something beside it says little, so all here is measured in turns with its opponents in one
process and on one core: ours, the bare matrix products of the same shapes, the same step as a textbook writes
it, and torch and JAX where they are installed. Times are the process's CPU time, a ratio is the median of the
ratios of all rounds; a busy machine then disturbs both sides alike. The window's figures are in
`rnnviz.gui.bench`.

Refused: wall time for what runs on one core (it measures the neighbours), best-of-N (nobody meets the best
case at work), and thresholds in tests (a slow machine is no fault of the change under test).
"""

from rnnviz.workbench.bench.page import speed_page
from rnnviz.workbench.bench.run import bench_numbers

__all__ = ["bench_numbers", "speed_page"]
