"""The engine's figures as a page of the documentation, with what was aimed at beside them."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rnnviz.workbench.bench.run import BENCHED, SHAPES

REACH = {
    "lstm": (4.0, 2.6, 1.7, 1.2, 1.05, 1.1),
    "gru": (12.0, 8.0, 6.0, 3.5, 1.6, 1.3),
    "rnn": (13.0, 9.5, 6.0, 3.7, 1.9, 1.4),
}
"""PyTorch's time over ours that each cell should reach, by shape: those of a prototype on an AVX2 machine."""
FLOOR = (7.0, 4.0, 3.5, 2.7, 1.7, 1.45)
"""The LSTM's time over that of its bare matrix products, at most."""
TRACE = (1.10, 1.05, 1.05, 1.05, 1.05, 1.05)
KEY_US = 40.0
KEY_UNITS = 100
PEERS = {"torch": "PyTorch", "jax": "JAX jit", "numpy": "textbook NumPy"}

INTRODUCTION = """\
# How fast the engine is

`rnnviz bench engine --out docs/speed.md` writes this page.

One training step is gather, recurrence, readout, cross-entropy, backpropagation through the whole sequence,
clipping by the global norm, and Adam: float32, 64 symbols, one thread. All contenders of a row run in turns
in one process on one core; a ratio is the median of the ratios of neighbouring rounds, of processor time.
PyTorch is eager with its default Adam; JAX is one compiled step, the faster of two unrollings; textbook NumPy
is `rnnviz/workbench/bench/textbook.py`. **Above 1 ours is faster.** `floor` is our time over that of the bare
matrix products of the step, `trace` that with every gate, state and gradient norm read out over without.
Two runs differed by a twelfth against PyTorch in the median, by a fifth at most.
"""

REASON = """\
The aims against PyTorch come from a prototype on another processor, with AVX2. Large LSTMs: with AVX-512
PyTorch runs a fused kernel; held to AVX2 (`ATEN_CPU_CAPABILITY=avx2 DNNL_MAX_CPU_ISA=AVX2`) it took 1.6 times
as long at 64, 32, 128 where this was tried. Batches of one: the instruction set changed next to nothing.
What binds these is the number of NumPy calls, about 0.2 µs each however short: an LSTM of 25 steps makes 450
of them in its two loops, and pure NumPy cannot join two into one."""


def speed_page(figures: Mapping[str, float], day: date) -> str:
    """Markdown, from what `bench_engine` and `bench_typing` have found on ``day``."""
    parts = [INTRODUCTION, f"{_machine()}; {day.isoformat()}.", ""]
    for cell in BENCHED:
        parts += [f"## {cell.upper()}", "", *_table(cell, figures), ""]
    if any(key.startswith("typing/") for key in figures):
        parts += ["## One key", "", *_typing(figures), ""]
    parts += ["## Against the aims", "", *_missed(figures)]
    return "\n".join(parts).rstrip() + "\n"


def _machine() -> str:
    """Processor and versions, as far as the system tells."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        lines = info.read_text(encoding="utf-8", errors="replace").splitlines()
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        flags = next((line for line in lines if line.startswith("flags")), "")
        widest = next(
            (f" with {w}" for w, mark in (("AVX-512", "avx512f"), ("AVX2", "avx2")) if mark in flags), ""
        )
        name = (models[0] if models else name) + widest
    found = [f"{package} {known}" for package in ("numpy", "torch", "jax") if (known := _version(package))]
    return f"{name}; Python {platform.python_version()}, {', '.join(found)}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _table(cell: str, figures: Mapping[str, float]) -> Iterable[str]:
    yield "| T, B, H | ms | " + " | ".join(PEERS.values()) + " | PyTorch: reach | floor | trace |"
    yield "|---|---|" + "---|" * (len(PEERS) + 3)
    for shape, reach in zip(SHAPES, REACH[cell], strict=True):
        of = {key: figures.get(f"engine/{cell}/{shape}/{key}") for key in _KEYS}
        ratios = [_short(of[f"vs_{peer}"]) for peer in PEERS]
        numbers = [
            _short(of["ms"]),
            *ratios,
            f"{reach:g}",
            _short(of["vs_floor"]),
            _short(of["trace_cost"]),
        ]
        yield f"| {shape.steps}, {shape.batch}, {shape.hidden} | " + " | ".join(numbers) + " |"


_KEYS = ("ms", "vs_floor", "trace_cost", *(f"vs_{peer}" for peer in PEERS))


def _typing(figures: Mapping[str, float]) -> Iterable[str]:
    yield "The next state from the present one and a softmax over the symbols, in µs of processor time."
    yield ""
    found = {key: value for key, value in figures.items() if key.startswith("typing/")}
    units = list(dict.fromkeys(key.split("/")[2] for key in found))
    yield "| cell | " + " | ".join(name.removesuffix("_us") for name in units) + " |"
    yield "|---|" + "---|" * len(units)
    for cell in BENCHED:
        yield (
            f"| {cell.upper()} | " + " | ".join(_short(found.get(f"typing/{cell}/{u}")) for u in units) + " |"
        )


def _missed(figures: Mapping[str, float]) -> Iterable[str]:
    """A line for every aim that was missed, or that all were met."""
    aims: list[tuple[str, float, bool]] = [
        (f"engine/{cell}/{shape}/vs_torch", reach, True)
        for cell in BENCHED
        for shape, reach in zip(SHAPES, REACH[cell], strict=True)
    ]
    for shape, floor, trace in zip(SHAPES, FLOOR, TRACE, strict=True):
        aims.append((f"engine/lstm/{shape}/vs_floor", floor, False))
        aims += [(f"engine/{cell}/{shape}/trace_cost", trace, False) for cell in BENCHED]
    aims += [(f"typing/{cell}/H{KEY_UNITS}_us", KEY_US, False) for cell in BENCHED]
    known = [(key, figures[key], aim, more) for key, aim, more in aims if key in figures]
    missed = [row for row in known if (row[1] < row[2]) == row[3] and row[1] != row[2]]
    yield f"{len(known) - len(missed)} of {len(known)} aims are met" + (". Missed:" if missed else ".")
    if missed:
        yield ""
        yield "| figure | found | aim |"
        yield "|---|---|---|"
        for key, value, aim, more in missed:
            yield f"| `{key}` | {_short(value)} | {'at least' if more else 'at most'} {aim:g} |"
    if any(key.endswith("vs_torch") for key, *_ in missed):
        yield ""
        yield REASON


def _short(value: float | None) -> str:
    """Three digits, zeros kept, so that one sees how near an aim is."""
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 100 else f"{value:#.3g}"
