"""What each probe of the Gradients and Dynamics views finds, against central differences or a closed form.

All differences are taken through the model's public forward run, never through the probes' own machinery.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from rnnviz.engine.cells import CELLS
from rnnviz.engine.check import EPSILON, CheckResult, relative_error
from rnnviz.engine.model import Model
from rnnviz.engine.probes.blocks import block_statistics
from rnnviz.engine.probes.fixed_points import fixed_points
from rnnviz.engine.probes.horizon import direct_factors, unit_curves
from rnnviz.engine.probes.itemised import Itemised
from rnnviz.engine.probes.jacobian import jacobians, spectrum
from rnnviz.engine.probes.paths import path_split, splits
from rnnviz.engine.probes.saliency import saliency
from rnnviz.engine.probes.step import before, inputs_of, joint
from rnnviz.engine.probes.triangle import triangle
from rnnviz.engine.unroll import Edit
from rnnviz.workbench.checking import LAST, Array, TypedText

Pairs = Iterator[tuple[str, float, float]]


def compared(pairs: Pairs, zero: tuple[str, ...] = (), loss: float = 1.0) -> CheckResult:
    """The worst of many numbers: where, what the differences say, what the probe says."""
    worst, where = 0.0, ""
    for place, numeric, analytic in pairs:
        error = relative_error(numeric, analytic, loss)
        if error > worst:
            worst, where = error, place
    return CheckResult(worst, where, zero)


def check_triangle(cell: str, layer: int) -> CheckResult:
    """Every pair of a loss and a state."""
    text = TypedText.of(cell, 0)
    found = triangle(text.model, text.parameters, text.codes, text.targets, layer=f"layer{layer}")

    def pairs() -> Pairs:
        for state, square in found.values.items():
            for step in range(len(square)):
                slopes = text.slopes(layer, state, step)
                for t in np.flatnonzero(~np.isnan(square[:, step])):
                    place = f"{cell}/layer{layer}/{state}[{t}, {step}]"
                    yield place, float(np.linalg.norm(slopes[t])), float(square[t, step])

    zero = [f"{cell}/layer{layer}/{s}[{LAST}, {LAST}]" for s, v in found.values.items() if not v[LAST, LAST]]
    return compared(pairs(), tuple(zero))


def check_saliency(cell: str, layer: int) -> CheckResult:
    """Every input, of one output of the last step; the embedding takes the part of the second layer."""
    text = TypedText.of(cell, 0)
    spec = replace(text.model.spec, options={"embedding": 2} if layer else {})
    model = Model(spec)
    parameters = model.parameters(np.random.default_rng(0).standard_normal(model.size) * 0.5)
    twin = Model(replace(spec, symbols=False))  # the same network with one-hot rows that can be nudged
    rows = np.vstack([np.eye(spec.inputs), np.zeros(spec.inputs)])[text.codes]
    found = saliency(model, parameters, text.codes, [LAST], [1])

    def pairs() -> Pairs:
        for step in range(len(rows)):
            slopes = np.zeros(spec.inputs)
            for n in range(spec.inputs):
                sides = []
                for by in (EPSILON, -EPSILON):
                    moved = rows.copy()
                    moved[step, 0, n] += by
                    sides.append(twin.forward(parameters, moved)["logits"][LAST, 0, 1])
                slopes[n] = (sides[0] - sides[1]) / (2 * EPSILON)
            yield f"{cell}/x[{step}]", float(np.linalg.norm(slopes)), float(found.norm[0, step])
            yield f"{cell}/along[{step}]", float(slopes @ rows[step, 0]), float(found.along[0, step])

    zero = () if found.norm[0, LAST] else (f"{cell}/x[{LAST}]",)
    return compared(pairs(), zero)


def check_paths(cell: str, layer: int) -> CheckResult:
    """The sum of the parts; each part by itself is tested against the equations."""
    text = TypedText.of(cell, 0)
    found = path_split(text.model, text.parameters, text.codes, text.targets, layer=layer, step=LAST)
    whole = np.add.reduce(list(found.parts.values()))

    def pairs() -> Pairs:
        for step in range(1, LAST + 1):
            slopes = text.slopes(layer, found.state, step - 1)[LAST]
            for unit, slope in enumerate(slopes):
                yield (
                    f"{cell}/layer{layer}/{found.state}[{step - 1}, {unit}]",
                    float(slope),
                    whole[step, unit],
                )

    return compared(pairs(), () if found.parts["direct"].any() else (f"{cell}/layer{layer}/direct",))


def check_horizon(cell: str, layer: int) -> CheckResult:
    """What a step multiplies a unit's memory by, against the gate; without one, the measured curves."""
    text = TypedText.of(cell, 0)
    model, name = text.model, f"layer{layer}"
    run = Itemised(model, text.parameters, text.codes, text.targets)
    gate = model.cell.keeps or model.cell.renews
    if gate:
        values = run.trace[f"{name}/{gate}"][:, 0]
        kept = values if model.cell.keeps else 1.0 - values
        factors = direct_factors(model, run, text.codes, name)
        return compared(
            (f"{cell}/{name}/{gate}{list(place)}", float(kept[place]), float(factors[place]))
            for place in np.ndindex(kept.shape)
        )
    curves = unit_curves(run, name, "h")
    slopes = np.stack([text.slopes(layer, "h", step) for step in range(len(text.codes))])  # (s, t, H)

    def pairs() -> Pairs:
        for k in range(LAST + 1):
            reach = [t for t in run.counted if t >= k]
            far = np.sum([np.square(slopes[t - k, t]) for t in reach], axis=0)
            near = np.sum([np.square(slopes[t, t]) for t in reach], axis=0)
            with np.errstate(all="ignore"):
                shares = np.sqrt(far / near)
            for unit in np.flatnonzero(near):
                yield f"{cell}/{name}[{k}, {unit}]", float(shares[unit]), float(curves[k, unit])

    return compared(pairs())


def check_spectrum(cell: str, layer: int) -> CheckResult:
    """Every element of every step's Jacobian, and the eigenvalues by their sums and sums of squares."""
    text = TypedText.of(cell, 0)
    model, name = text.model, f"layer{layer}"
    trace = model.forward(text.parameters, text.codes)
    rows, at = inputs_of(model, text.parameters, trace, text.codes, name), before(model, trace, name)
    found = jacobians(model.cell, text.parameters.group(name), rows, at)
    values = spectrum(model, text.parameters, text.codes, layer=name).values

    def pairs() -> Pairs:
        for step in range(1, len(rows)):
            slopes = _differences(text, layer, step)
            for place in np.ndindex(slopes.shape):
                where = f"{cell}/{name}/J[{step}]{list(place)}"
                yield where, float(slopes[place]), float(found[step][place])
            for power in (1, 2):
                numeric = float(np.trace(np.linalg.matrix_power(slopes, power)))
                yield f"{cell}/{name}/λ^{power}[{step}]", numeric, float((values[step] ** power).sum().real)

    return compared(pairs(), () if found.any() else (f"{cell}/{name}/J",))


def _differences(text: TypedText, layer: int, step: int) -> Array:
    """∂ state_step / ∂ state_{step-1} (D, D): all states before are kept but for one number."""
    model, name = text.model, f"layer{layer}"
    names = joint(model.cell)
    trace = model.forward(text.parameters, text.codes)
    kept = {state: trace[f"{name}/{state}"].copy() for state in model.cell.states}
    columns = []
    for moved in names:
        for unit in range(model.spec.hidden):
            sides = []
            for by in (EPSILON, -EPSILON):
                edits = []
                for state in model.cell.states:
                    put = kept[state][step - 1].copy()
                    put[0, unit] += by if state == moved else 0.0
                    edits.append(Edit(layer, state, step - 1, _to(put)))
                edits += [Edit(layer, state, step, _to(kept[state][step])) for state in model.cell.gauge]
                run = model.forward(text.parameters, text.codes, edits=edits)
                sides.append(np.concatenate([run[f"{name}/{state}"][step, 0] for state in names]))
            columns.append((sides[0] - sides[1]) / (2 * EPSILON))
    return np.stack(columns, axis=1)


def _to(values: Array) -> Callable[[Array], None]:
    return lambda array: np.copyto(array, values)


def check_weights(cell: str, layer: int) -> CheckResult:
    """The gradient's norm of every block."""
    text = TypedText.of(cell, 0)
    model, flat = text.model, text.parameters.flat
    gradients = model.backward(text.parameters, model.forward(text.parameters, text.codes, text.targets))
    found = block_statistics(model, text.parameters, gradients.flat)
    named = model.parameters(np.zeros_like(flat))
    chosen = [n for n, block in enumerate(found.blocks) if block.layer == f"layer{layer}"]
    for block in (found.blocks[n] for n in chosen):
        block.of(named)[...] = 1.0
    slopes = np.zeros_like(flat)
    for n in np.flatnonzero(named.flat):
        kept, sides = flat[n], []
        for by in (EPSILON, -EPSILON):
            flat[n] = kept + by
            sides.append(np.nansum(text.losses()))
        flat[n] = kept
        slopes[n] = (sides[0] - sides[1]) / (2 * EPSILON)
    numeric = block_statistics(model, text.parameters, slopes)
    zero = [f"{cell}/{found.blocks[n].name}" for n in chosen if not found.gradient[n]]
    pairs = (
        (f"{cell}/{found.blocks[n].name}[{found.blocks[n].gate}]", numeric.gradient[n], found.gradient[n])
        for n in chosen
    )
    return compared(pairs, tuple(zero))


def check_fixed_points(cell: str, layer: int) -> CheckResult:
    """Every point is where the network's own step leaves it, its eigenvalues those of the differences.

    Of networks of one layer and of two.
    """
    text = TypedText.of(cell, 0)
    model = Model(replace(text.model.spec, layers=layer + 1))
    parameters = model.parameters(np.random.default_rng(0).standard_normal(model.size) * 0.4)
    found = fixed_points(model, parameters, np.array(0), text.codes, starts=16)
    at_rest = [n for n, kind in enumerate(found.kinds) if kind != "slow"]

    def step(point: Array) -> Array:
        parts = zip(found.states, np.split(point, len(found.states)), strict=True)
        state = {f"{part}0": values[None] for part, values in parts}
        gauge = [(n, key) for n in range(model.spec.layers) for key in model.cell.gauge]
        state |= {f"layer{n}/{key}0": np.zeros((1, model.spec.hidden)) for n, key in gauge}
        edits = [Edit(n, key, 0, lambda values: values.fill(0.0)) for n, key in gauge]
        run = model.forward(parameters, np.zeros((1, 1), np.int32), state=state, edits=edits)
        return np.concatenate([run[part][0, 0] for part in found.states])

    def pairs() -> Pairs:
        for n in at_rest:
            point = found.points[n]
            for unit, (after, there) in enumerate(zip(step(point), point, strict=True)):
                yield f"{cell}/point[{n}, {unit}]", float(after), float(there)
            sides = [[step(point + by * row) for row in np.eye(len(point))] for by in (EPSILON, -EPSILON)]
            slopes = (np.array(sides[0]) - np.array(sides[1])).T / (2 * EPSILON)
            for power in (1, 2):
                numeric = float(np.trace(np.linalg.matrix_power(slopes, power)))
                analytic = float((found.eigenvalues[n] ** power).sum().real)
                yield f"{cell}/λ^{power}[{n}]", numeric, analytic

    return compared(pairs(), () if at_rest else (f"{cell}/points",))


PROBES: Mapping[str, Callable[[str, int], CheckResult]] = MappingProxyType(
    {
        "gradient-triangle": check_triangle,
        "path-split": check_paths,
        "memory-horizon": check_horizon,
        "saliency": check_saliency,
        "weights": check_weights,
        "spectrum": check_spectrum,
        "fixed-points": check_fixed_points,
    }
)
"""The checks by the key of the panel that draws the probe; each takes a cell and a layer."""


def checked_cells(key: str) -> list[str]:
    """The registered cells to which a probe applies."""
    return [cell for cell in CELLS if key != "path-split" or splits(CELLS[cell])]
