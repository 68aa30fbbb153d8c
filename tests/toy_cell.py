"""A cell that nobody ships, and the one line that registers it; run as a program it drives the commands.

``python tests/toy_cell.py list --json`` is what a user of a build with one more cell would type;
``python tests/toy_cell.py window FOLDER`` is what such a user would do in the window.
"""

import json
import sys
from time import monotonic

from numpy import add, multiply, subtract, tanh

from rnnviz.engine.cells import REGISTRY
from rnnviz.engine.cells.base import Cell, sigma
from rnnviz.engine.quantity import gate, signed


class Toy(Cell):
    """h = (1-z) * h_prev + z * tanh(a_n) with z = σ(a_z): a GRU without its reset gate."""

    key = "toy"
    equations = (r"h_t = \left(1 - z_t\right) \odot h_{t-1} + z_t \odot n_t",)
    quantities = (gate("z", "i"), signed("n", "g"), signed("h", "h"))
    gates = ("z", "n")
    scales = (0.5, 1.0)
    planes = ("z", "n", "step")
    local_planes = 2

    def forward(self, s, t):
        h_prev, h, (z, n, step) = s.h[t], s.h[t + 1], (s.new[k][t] for k in self.planes)
        half_a_z, a_n = s.gates_of(s.a)
        return (
            *s.recurrent(t),
            (add, s.a, s.wx[t], s.a),
            *sigma(half_a_z, z, s.half),
            (tanh, a_n, n),
            (subtract, n, h_prev, step),
            (multiply, step, z, step),
            (add, h_prev, step, h),
        )

    def local(self, s, k):
        z, n, step = (s.new[name] for name in self.planes)
        k[:, 0] = step * (1 - z)
        k[:, 1] = z * (1 - n * n)

    def backward(self, s, d, t):
        dh_prev, dh, spare = d.d["h"][t], d.d["h"][t + 1], d.spare
        return (
            (multiply, d.k[t], dh, s.gates_of(d.da[t])),
            (add, dh_prev, dh, dh_prev),
            (multiply, dh, s.new["z"][t], spare),
            (subtract, dh_prev, spare, dh_prev),
            *d.recurrent(t),
            (add, dh_prev, spare, dh_prev),
        )


REGISTRY[Toy.key] = Toy()


def use_window(out):
    """Choose the toy in a real window, train it and look; prints what the window shows."""
    from pathlib import Path

    from rnnviz.gui.app import make_application, make_window
    from rnnviz.gui.preferences import Preferences
    from rnnviz.gui.widgets.favourites import FavouriteControl

    application = make_application()
    window = make_window("hello-memory", "en", Preferences(Path(out) / "window.ini"))
    window.show()
    cells = window.settings.rows["model.cell"].control
    assert isinstance(cells, FavouriteControl)
    offered = [action.text() for action in cells.menu().actions()]
    cells.menu().actions()[offered.index("Toy")].trigger()  # what a click on the menu's line does
    window.reset()
    window.workbench.step()
    end = monotonic() + 30.0
    while window.workbench.frame.run.step < 1 and monotonic() < end:
        window.workbench.pull()
    window.show_frame(window.workbench.frame)
    application.processEvents()
    maps = window.centre.panel.maps
    shown = {
        "chosen": cells.value(),
        "step": window.workbench.frame.run.step,
        "maps": [heat_map.quantity.key for heat_map in maps],
        "values": [heat_map.value_at(3, 5) for heat_map in maps],
        "parameters": window.settings.parameters.text(),
        "gradients": sorted(window.workbench.frame.typed_run.gradient.norms),
    }
    assert window.grab().save(str(Path(out) / "window.png"))
    window.close()
    print(json.dumps(shown))
    return 0


def main() -> int:
    # Imported after the registration, as in a program whose registry has the line.
    from rnnviz.cli import main as command
    from rnnviz.files import catalogue

    for language in catalogue.LANGUAGES:  # a cell's translation: name, and what it is
        catalogue._read(language).update({"cell.toy": "Toy", "cell.toy.about": "a toy."})
    if sys.argv[1] == "window":
        return use_window(sys.argv[2])
    if sys.argv[1] == "check":  # of the toy alone: the others have their own test, and take a minute
        for key in tuple(REGISTRY):
            if key != Toy.key:
                del REGISTRY[key]
    return command(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
