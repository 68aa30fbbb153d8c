"""The probes as pieces of work: what each needs to know, and how it is done in short turns."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.blocks import block_statistics, histogram, saturation
from rnnviz.engine.probes.dial import growth_in_turns, recurrences, setting_in_turns
from rnnviz.engine.probes.distance import Distance, magnitudes, pooled
from rnnviz.engine.probes.horizon import horizon
from rnnviz.engine.probes.jacobian import spectrum, spectrum_in_turns
from rnnviz.engine.probes.paths import path_split_in_turns
from rnnviz.engine.probes.plane import fit_plane, speed_of
from rnnviz.engine.probes.saliency import saliency
from rnnviz.engine.probes.step import before
from rnnviz.engine.probes.triangle import triangle_in_turns
from rnnviz.workbench.lab.frame import DialView, SpectrumView, Trajectory, WeightsView
from rnnviz.workbench.lab.subject import Subject
from rnnviz.workbench.race.probes import narrow

Turns = Generator[object, None, object]
"""Yields after every short turn; what it yields, if not a number, may be shown before the end."""


@dataclass(frozen=True)
class Piece:
    """``key`` is the panel's; ``field`` where the result belongs in a `LabFrame`.

    ``place`` says what of the subject it depends on besides the network, its parameters and the layer;
    without ``trains`` not on the parameters.
    """

    key: str
    field: str
    begin: Callable[[Subject], Turns]
    place: Callable[[Subject], tuple[Hashable, ...]]
    trains: bool = True

    def possible(self, of: Subject) -> bool:
        """Whether there is anything to look at: most need a text."""
        return self.place is nowhere or bool(of.typed.tokens)


def nowhere(of: Subject) -> tuple[Hashable, ...]:
    """It looks at no text."""
    return ()


def at_text(of: Subject) -> tuple[Hashable, ...]:
    """It looks at all of the text."""
    return of.text()


def at_loss(of: Subject) -> tuple[Hashable, ...]:
    """It looks at one loss of the text."""
    return (*of.text(), of.loss_step)


def at_cursor(of: Subject) -> tuple[Hashable, ...]:
    """It looks at one step of the text."""
    return (*of.text(), of.cursor, of.output)


def at_gain(of: Subject) -> tuple[Hashable, ...]:
    """It looks at the text with the dial turned."""
    return (*of.text(), of.gain)


def at_plane(of: Subject) -> tuple[Hashable, ...]:
    """It looks at the text in a plane."""
    return (*of.text(), id(of.plane))


def distance(of: Subject) -> Turns:
    """Of the held-out sequences, a batch a turn."""
    return _distance(of, of.parameters)


def untrained(of: Subject) -> Turns:
    """The same of the fresh network."""
    return _distance(of, of.fresh())


def _distance(of: Subject, parameters: Parameters) -> Generator[object, None, Distance]:
    parts = []
    for batch in narrow(of.task, of.model):
        parts.append(magnitudes(of.model, parameters, batch.x, batch.y, layer=of.layer_number))
        yield 0.0
    return pooled(parts)


def triangle(of: Subject) -> Turns:
    """Some losses a turn."""
    found = yield from triangle_in_turns(
        of.model, of.parameters, of.typed.x, of.typed.targets, layer=of.layer
    )
    return found


def split(of: Subject) -> Turns:
    """A backward run, then the paths."""
    text, layer = of.typed, of.layer_number
    return path_split_in_turns(of.model, of.parameters, text.x, text.targets, layer=layer, step=of.loss_step)


def memory(of: Subject) -> Turns:
    """The triangle, then what is read off it."""
    text = of.typed
    found = yield from triangle_in_turns(of.model, of.parameters, text.x, text.targets, layer=of.layer)
    return horizon(of.model, of.parameters, text.x, text.targets, found, layer=of.layer)


def salient(of: Subject) -> Turns:
    """Of the output chosen, or the largest at the cursor."""
    yield 0.0
    output = of.output
    if output is None:
        logits = of.model.forward(of.parameters, of.typed.x)["logits"][of.cursor, 0]
        output = int(np.nanargmax(logits)) if np.isfinite(logits).any() else 0
    return saliency(of.model, of.parameters, of.typed.x, [of.cursor], [output])


def weights(of: Subject) -> Turns:
    """One backward run, then the histograms."""
    trace = of.model.forward(of.parameters, of.typed.x, of.typed.targets)
    gradient = None
    if trace.counted:
        gradient = of.model.backward(of.parameters, trace, 1.0 / trace.counted).flat
    yield 0.0
    statistics = block_statistics(of.model, of.parameters, gradient)
    if of.step in of.moves.step[-1:]:
        statistics = replace(statistics, update=of.moves.update[-1].copy())
    found = tuple(histogram(block.of(of.parameters)) for block in statistics.blocks)
    return WeightsView(statistics, found, saturation(of.model, trace, of.layer), of.moves)


def eigenvalues(of: Subject) -> Turns:
    """At the cursor first, which can be shown at once; then of the whole text, a step a turn."""
    text, U = of.typed.x, recurrences(of.model, of.parameters, of.layer)
    yield SpectrumView(spectrum(of.model, of.parameters, text, [of.cursor], layer=of.layer), False, U)
    whole = yield from spectrum_in_turns(of.model, of.parameters, text, layer=of.layer)
    return SpectrumView(whole, True, U)


def trajectory(of: Subject) -> Turns:
    """The states of the text in the subject's plane, or in their own where it has none."""
    yield 0.0
    trace = of.model.forward(of.parameters, of.typed.x)
    entering = before(of.model, trace, of.layer)
    h = trace[f"{of.layer}/h"][:, 0]
    c = trace[f"{of.layer}/c"][:, 0] if "c" in of.model.cell.states else None
    plane = of.plane or fit_plane(np.vstack([entering["h"], h]))
    nothing = np.full((len(h), 2), np.nan)
    places = nothing if plane is None else plane.project(h)
    first = entering["h"][-1 if of.layer.endswith("_reverse") else 0]
    start = nothing[0].copy() if plane is None else plane.project(first[None])[0]
    return Trajectory(plane, places, start, speed_of(h, entering["h"], c, entering.get("c")))


def dial(of: Subject) -> Turns:
    """Where it stands, and where it stood."""
    text = of.typed
    both = []
    for gain in (of.gain, 1.0):
        found = yield from setting_in_turns(
            of.model, of.parameters, gain, text.x, text.targets, layer=of.layer
        )
        both.append(found)
    return DialView(*both)


def growth(of: Subject) -> Turns:
    """A gain a turn."""
    text = of.typed
    return growth_in_turns(of.model, of.parameters, text.x, text.targets, layer=of.layer)


PIECES: Mapping[str, Piece] = MappingProxyType(
    {
        piece.key: piece
        for piece in (
            Piece("gradient-triangle", "triangle", triangle, at_text),
            Piece("path-split", "split", split, at_loss),
            Piece("memory-horizon", "horizon", memory, at_text),
            Piece("saliency", "saliency", salient, at_cursor),
            Piece("spectrum", "spectrum", eigenvalues, at_text),
            Piece("trajectory", "trajectory", trajectory, at_plane),
            Piece("weights", "weights", weights, at_text),
            Piece("dial", "dial", dial, at_gain),
            Piece("gradient-distance", "distance", distance, nowhere),
            Piece("untrained", "untrained", untrained, nowhere, trains=False),
            Piece("growth", "growth", growth, at_text),
        )
    }
)
"""In the order in which they are begun when several are due."""

COMPANIONS: Mapping[str, str] = MappingProxyType({"gradient-distance": "untrained", "dial": "growth"})
"""What a panel shows besides its own piece."""
