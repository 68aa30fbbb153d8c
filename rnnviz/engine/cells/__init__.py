"""The cells: one file each, one line each in the registry.

A cell is stateless gate maths behind the small contract of `base.Cell`; whatever goes over the registry
(panels, commands, gradient check, tests) knows a new cell at once.  Refused: discovery by scanning the
folder, because one cannot read what it will find.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.cells.gru import GRU
from rnnviz.engine.cells.lstm import LSTM
from rnnviz.engine.cells.rnn import RNN

CELLS: Mapping[str, Cell] = MappingProxyType(
    {
        RNN.key: RNN(),
        LSTM.key: LSTM(),
        GRU.key: GRU(),
    }
)
