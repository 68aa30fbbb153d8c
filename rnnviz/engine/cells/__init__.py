"""The cells: one file each, one line each in the registry.

A cell is stateless gate maths behind the small contract of `base.Cell`; whatever goes over the registry
(panels, commands, gradient check, tests) knows a new cell at once.  What an option changes in the maths is a
cell of its own that `under` hands out (an LSTM without its output gate, say), so that the plain cells stay as
short and as fast as if there were no options.  Refused: discovery by scanning the folder, because one cannot
read what it will find; one function with a branch for every variant, which nobody would recognise.
"""

from collections.abc import Mapping
from types import MappingProxyType

from rnnviz.engine.cells.base import Cell
from rnnviz.engine.cells.cifg import CIFG
from rnnviz.engine.cells.gru import GRU
from rnnviz.engine.cells.gru_before import GRUBefore
from rnnviz.engine.cells.indrnn import IndRNN
from rnnviz.engine.cells.irnn import IRNN
from rnnviz.engine.cells.janet import JANET
from rnnviz.engine.cells.lstm import LSTM
from rnnviz.engine.cells.mgu import MGU
from rnnviz.engine.cells.mingru import MinGRU
from rnnviz.engine.cells.minlstm import MinLSTM
from rnnviz.engine.cells.peephole import Peephole
from rnnviz.engine.cells.rnn import RNN
from rnnviz.engine.cells.slstm import SLSTM

REGISTRY: dict[str, Cell] = {
    RNN.key: RNN(),
    IRNN.key: IRNN(),
    IndRNN.key: IndRNN(),
    LSTM.key: LSTM(),
    Peephole.key: Peephole(),
    CIFG.key: CIFG(),
    GRU.key: GRU(),
    GRUBefore.key: GRUBefore(),
    MGU.key: MGU(),
    JANET.key: JANET(),
    MinGRU.key: MinGRU(),
    MinLSTM.key: MinLSTM(),
    SLSTM.key: SLSTM(),
}
CELLS: Mapping[str, Cell] = MappingProxyType(REGISTRY)
"""`REGISTRY`, for everybody who only reads."""
