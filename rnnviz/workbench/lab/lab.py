"""Probes at a pace of their own: what is due, one short turn at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields, replace
from time import monotonic
from typing import Any
from weakref import ref

from rnnviz.engine.errors import UserError
from rnnviz.engine.options import Option
from rnnviz.engine.parameters import Parameters
from rnnviz.engine.probes.fixed_points import STARTS, TOLERANCE
from rnnviz.engine.probes.plane import Plane
from rnnviz.workbench.lab.frame import LabFrame, Trajectory
from rnnviz.workbench.lab.pieces import COMPANIONS, PIECES, Piece, Turns
from rnnviz.workbench.lab.search import Search
from rnnviz.workbench.lab.subject import Subject

SEARCH = "fixed-points"
SHARE = 0.25  # of the time, at most, goes into probes while training runs
GAIN = Option("gain", 1.0, 0.01, 100.0)


@dataclass(eq=False)
class _Done:
    """A result, or why there is none, and what it is of.

    The parameters are not kept alive: with them would be all that came in the same message of the worker.
    """

    parameters: ref[Parameters]
    step: int
    place: tuple[Hashable, ...]
    value: object
    order: int


@dataclass(eq=False)
class _Doing:
    piece: Piece
    subject: Subject
    turns: Turns
    shown: object = None  # what may be seen before it is through


class Lab:
    """Kept by a workbench. `want` says which panels are to be seen, `look` of what; `work` does one turn.

    `frame` is what is known at present. The plane of the states is fitted once and kept until `refit`, or
    until the network or the layer is another. Not for several threads.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.frame = LabFrame()
        self._clock = clock
        self._wanted: frozenset[str] = frozenset()
        self._subject: Subject | None = None
        self._done: dict[str, _Done] = {}
        self._doing: _Doing | None = None
        self._search = Search()
        self._plane: Plane | None = None
        self._output: int | None = None
        self._gain = 1.0
        self._rest_until = 0.0
        self._count = 0

    # --- what is wanted ---------------------------------------------------------------------------

    def want(self, keys: Iterable[str]) -> None:
        """The panels that are seen, by key; what is not among them is not kept up to date."""
        seen = set(keys)
        self._wanted = frozenset(seen | {COMPANIONS[key] for key in seen & COMPANIONS.keys()})
        self._compose()

    @property
    def idle(self) -> bool:
        """Whether nobody looks."""
        return not self._wanted and self._search.view is None

    def look(self, subject: Subject) -> None:
        """Look at this from now on."""
        before = self._subject
        if before is not None and before.network() != subject.network():
            self._done, self._doing, self._plane = {}, None, None
        if before is not None and before.model is not subject.model:
            self._search.cancel()
            self._output = None  # the new network may not have it, or mean something else by it
        self._subject = self._placed(subject)
        self._compose()

    def choose_output(self, output: int | None) -> None:
        """Whose saliency is wanted: an output of the step at the cursor, None for its likeliest."""
        self._output = output
        self._again()

    def turn(self, gain: float) -> None:
        """Set the dial.  Raises UserError "error.option-…" for a gain that cannot be."""
        GAIN.check(gain)
        self._gain = gain
        self._again()

    def refit(self) -> None:
        """Fit the plane anew to the states there are."""
        self._plane = None
        self._again()

    def search(
        self, held: int | tuple[float, ...] | None, starts: int = STARTS, tolerance: float = TOLERANCE
    ) -> None:
        """Search for fixed points with the input held; raises UserError as `Search.begin`."""
        if self._subject is not None:
            self._search.begin(self._subject, held, starts, tolerance)
            self._compose()

    def cancel(self) -> None:
        """Leave the search."""
        self._search.cancel()
        self._compose()

    # --- the work ---------------------------------------------------------------------------------

    @property
    def due(self) -> bool:
        """Whether there is anything to do."""
        return self._search.running or self._doing is not None or self._next() is not None

    def work(self, *, steady: bool = False) -> bool:
        """One turn of some milliseconds; whether there is anything new to show.

        While training runs (``steady``) turns are kept to a share of the time; others do nothing.
        """
        began = self._clock()
        if not self.due or (steady and began < self._rest_until):
            return False
        before = self.frame
        if self._search.running and (self._count % 2 or not self._pieces_due):
            self._search.work()
        else:
            self._turn()
        self._count += 1
        ended = self._clock()
        self._rest_until = ended + (ended - began) * (1.0 / SHARE - 1.0)
        self._compose()
        return self.frame is not before

    def finish(self) -> None:
        """Work until nothing is due: for whoever draws a figure and can wait."""
        while self.due:
            self.work()

    @property
    def _pieces_due(self) -> bool:
        return self._doing is not None or self._next() is not None

    def _next(self) -> Piece | None:
        """The piece that has waited longest of those that are wanted and not up to date."""
        subject = self._subject
        if subject is None:
            return None
        found = [
            piece
            for key, piece in PIECES.items()
            if key in self._wanted and piece.possible(subject) and not self._fresh(piece, subject)
        ]
        return min(found, key=lambda piece: self._order(piece.key), default=None)

    def _order(self, key: str) -> int:
        return self._done[key].order if key in self._done else -1

    def _fresh(self, piece: Piece, subject: Subject) -> bool:
        done = self._done.get(piece.key)
        if done is None or done.place != piece.place(subject):
            return False
        return not piece.trains or done.parameters() is subject.parameters

    def _turn(self) -> None:
        if self._doing is None:
            piece, subject = self._next(), self._subject
            if piece is None or subject is None:
                return
            self._doing = _Doing(piece, subject, piece.begin(subject))
        doing = self._doing
        try:
            shown = next(doing.turns)
        except StopIteration as end:
            self._doing = None
            self._keep(doing, end.value)
        except UserError as error:
            self._doing = None
            self._keep(doing, error)
        else:
            if not isinstance(shown, float):
                doing.shown = shown

    def _keep(self, doing: _Doing, value: object) -> None:
        of = doing.subject
        place = doing.piece.place(of)
        self._done[doing.piece.key] = _Done(ref(of.parameters), of.step, place, value, self._count)
        if isinstance(value, Trajectory) and self._plane is None and value.plane is not None:
            self._plane = value.plane
            if self._subject is not None:
                self._subject = self._placed(self._subject)
            self._done[doing.piece.key].place = doing.piece.place(self._placed(of))

    # --- inside -----------------------------------------------------------------------------------

    def _placed(self, subject: Subject) -> Subject:
        return replace(subject, output=self._output, gain=self._gain, plane=self._plane)

    def _again(self) -> None:
        """What is being done is of something else now, and what else there is to see may be stale."""
        if self._subject is not None:
            self._subject = self._placed(self._subject)
        if self._doing is not None and self._subject is not None:
            place = self._doing.piece.place
            if place(self._doing.subject) != place(self._subject):
                self._doing = None
        self._compose()

    def _compose(self) -> None:
        subject = self._subject
        if self._doing is not None and (subject is None or self._left(self._doing, subject)):
            self._doing = None
        known: dict[str, Any] = {}
        why: dict[str, UserError] = {}
        stale: set[str] = set()
        for key, done in self._done.items():
            piece = PIECES[key]
            if subject is not None and not piece.possible(subject):
                continue
            if isinstance(done.value, UserError):
                why[key] = done.value
            else:
                known[piece.field] = done.value
            if subject is not None and not self._fresh(piece, subject):
                stale.add(key)
        doing = self._doing
        if doing is not None and doing.shown is not None and doing.piece.key not in self._done:
            known[doing.piece.field] = doing.shown
        found = self._search.subject
        if found is not None and subject is not None and found.parameters is not subject.parameters:
            stale.add(SEARCH)
        computing = {doing.piece.key} if doing is not None else set()
        computing |= {SEARCH} if self._search.running else set()
        new = LabFrame(
            layer=subject.layer if subject is not None else "layer0",
            loss_step=subject.loss_step if subject is not None else None,
            search=self._search.view,
            why=why,
            stale=frozenset(stale),
            computing=frozenset(computing),
            trained={key: done.step for key, done in self._done.items()},
            **known,
        )
        if any(_differ(getattr(new, part.name), getattr(self.frame, part.name)) for part in fields(new)):
            self.frame = new

    def _left(self, doing: _Doing, subject: Subject) -> bool:
        """Whether nobody will look at what is being done."""
        if doing.piece.key not in self._wanted or doing.subject.network() != subject.network():
            return True
        return doing.piece.place(doing.subject) != doing.piece.place(subject)


def _differ(one: object, other: object) -> bool:
    """Whether a reader could tell them apart: results are the same only if they are the same object."""
    plain = (str, int, dict, frozenset)
    return one is not other and not (isinstance(one, plain) and one == other)
