"""The page docs/cells.md: every cell that is registered, from what it declares about itself."""

from collections.abc import Iterator, Sequence
from math import gcd, prod

from rnnviz.engine.cases import settings
from rnnviz.engine.cells import CELLS
from rnnviz.engine.cells.base import Cell
from rnnviz.engine.options import Option, Value
from rnnviz.engine.quantity import Quantity
from rnnviz.engine.spec import MODEL_OPTIONS
from rnnviz.files.catalogue import Catalogue

INPUTS, HIDDEN = 64, 100  # of the example


def page(catalogue: Catalogue) -> str:
    """The whole page as Markdown, formulas as GitHub shows them; ends with a newline."""
    say = catalogue.text
    lines = [f"# {say('cellpage.title')}", "", say("cellpage.intro"), ""]
    for key, cell in CELLS.items():
        lines += _section(key, cell, catalogue)
    lines += [f"## {say('cellpage.model-options')}", "", say("cellpage.model-options.about"), ""]
    lines += [*_options(MODEL_OPTIONS, catalogue)]
    return "\n".join(lines).rstrip("\n") + "\n"


def count(cell: Cell) -> str:
    """How many parameters a layer has, as a formula in I and H, such as "4H(I + H + 1)"."""

    def total(inputs: int, hidden: int) -> int:
        return sum(prod(shape) for shape in cell.shapes(inputs, hidden).values())

    one = total(1, 1)
    inputs = total(2, 1) - one  # the count is inputs · I·H + squares · H² + vectors · H
    squares = (total(1, 2) - 2 * one) // 2
    vectors = one - inputs - squares
    assert all(total(i, h) == h * (inputs * i + squares * h + vectors) for i, h in ((3, 5), (7, 2)))
    factor = gcd(inputs, squares, vectors)
    terms = ((inputs // factor, "I"), (squares // factor, "H"), (vectors // factor, ""))
    inside = " + ".join(f"{'' if n == 1 and name else n}{name}" for n, name in terms if n)
    return f"{'' if factor == 1 else factor}H({inside})"


def _section(key: str, cell: Cell, catalogue: Catalogue) -> Iterator[str]:
    say = catalogue.text
    about = say(f"cell.{key}.about")
    yield from (f"## {say(f'cell.{key}')}: `{key}`", "", about[:1].upper() + about[1:], "")
    yield from ("```math", r"\begin{aligned}")
    yield from (_aligned(line) for line in cell.equations)
    yield from (r"\end{aligned}", "```", "")
    size = sum(prod(shape) for shape in cell.shapes(INPUTS, HIDDEN).values())
    yield say("cellpage.parameters", formula=count(cell), inputs=INPUTS, hidden=HIDDEN, count=f"{size:,}")
    states = ", ".join(_state(cell, state, say("cellpage.start")) for state in cell.states)
    yield from ("", say("cellpage.states", states=states), "")
    yield from _quantities(cell.quantities, catalogue)
    if cell.options:
        yield from _options(cell.options, catalogue)
    yield from _changes(cell, say("cellpage.with"))


def _aligned(equation: str) -> str:
    """One line of an aligned block: everything stands under the first sign of equality."""
    return equation.replace(" = ", " &= ", 1) + r" \\"


def _state(cell: Cell, state: str, start: str) -> str:
    begins = cell.starts.get(state, 0.0)
    return f"`{state}`" if not begins else f"`{state}` ({start} {_number(begins)})"


def _quantities(quantities: tuple[Quantity, ...], catalogue: Catalogue) -> Iterator[str]:
    say = catalogue.text
    heads = ("cellpage.quantity", "cellpage.symbol", "cellpage.name", "cellpage.range")
    yield from _head([say(head) for head in heads])
    for quantity in quantities:
        bounds = say("cellpage.unbounded")
        if quantity.low is not None and quantity.high is not None:
            bounds = f"{_number(quantity.low)} … {_number(quantity.high)}"
        name = f"quantity.{quantity.key}"
        title = say(name) if name in catalogue else quantity.key
        yield f"| `{quantity.key}` | ${quantity.symbol}_t$ | {title} | {bounds} |"
    yield ""


def _options(options: tuple[Option, ...], catalogue: Catalogue) -> Iterator[str]:
    say = catalogue.text
    heads = ("cellpage.option", "cellpage.default", "cellpage.values", "cellpage.meaning")
    yield from _head([say(head) for head in heads])
    for option in options:
        row = (f"`{option.key}`", _value(option.default), _allowed(option), _meaning(option, catalogue))
        yield f"| {' | '.join(row)} |"
    yield ""


def _head(words: Sequence[str]) -> Iterator[str]:
    yield f"| {' | '.join(words)} |"
    yield "|" + "---|" * len(words)


def _meaning(option: Option, catalogue: Catalogue) -> str:
    names = (f"option.{option.key}", f"option.{option.key}.tip")
    return ": ".join(catalogue.text(name) for name in names if name in catalogue)


def _allowed(option: Option) -> str:
    if isinstance(option.default, bool):
        return "`false`, `true`"
    if option.choices:
        return ", ".join(f"`{choice}`" for choice in option.choices)
    low, high = (end if end is None else _number(end) for end in (option.low, option.high))
    return f"{low or '−∞'} … {high or '∞'}"


def _changes(cell: Cell, word: str) -> Iterator[str]:
    """Which equations an option changes."""
    listed = False
    for chosen in settings(cell.options):
        lines = [line for line in cell.under(chosen).equations if line not in cell.equations]
        if lines:
            values = ", ".join(f"`{key}={_word(value)}`" for key, value in chosen.items())
            yield f"- {word} {values}: " + ", ".join(f"${line}$" for line in lines)
            listed = True
    if listed:
        yield ""


def _value(value: Value) -> str:
    return f"`{_word(value)}`" if isinstance(value, (bool, str)) else _number(value)


def _word(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: float) -> str:
    return f"{value:,g}".replace("-", "−").replace("inf", "∞")
