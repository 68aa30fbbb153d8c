"""The same training step in other libraries, where they are installed, and in textbook NumPy.

Same model and sizes as `TrainingStep`: one-hot input, one recurrent layer, readout, cross-entropy, clipping
by the global norm, Adam. Where a choice could be made it was made in the peer's favour.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from rnnviz.workbench.bench.steps import CLIP, RATE, SYMBOLS, Shape
from rnnviz.workbench.bench.textbook import TextbookStep
from rnnviz.workbench.bench.timing import Contender

UNROLLS = (1, 5)


def peers(cell: str, shape: Shape) -> dict[str, list[Contender]]:
    """For each peer at hand its contenders, of which the fastest counts: {"numpy": […], "torch": […], …}."""
    x, y = shape.codes(1), shape.codes(2)
    found: dict[str, list[Contender]] = {
        "numpy": [TextbookStep(cell, x, y, SYMBOLS, shape.hidden, RATE, CLIP)]
    }
    if find_spec("torch") is not None:
        found["torch"] = [torch_step(cell, shape)]
    if find_spec("jax") is not None:
        found["jax"] = [jax_step(cell, shape, unroll) for unroll in UNROLLS]
    return found


def torch_step(cell: str, shape: Shape) -> Contender:
    """Eager PyTorch with its default Adam on one thread; the one-hot input is made beforehand."""
    torch: Any = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    kind = {"rnn": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
    layer, readout = kind(SYMBOLS, shape.hidden), torch.nn.Linear(shape.hidden, SYMBOLS)
    weights = [*layer.parameters(), *readout.parameters()]
    adam = torch.optim.Adam(weights, lr=RATE)
    x = torch.nn.functional.one_hot(torch.from_numpy(shape.codes(1)).long(), SYMBOLS).float()
    y = torch.from_numpy(shape.codes(2)).long().flatten()

    def step() -> float:
        logits = readout(layer(x)[0]).flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, y)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, CLIP)
        adam.step()
        return float(loss.item())

    return step


def jax_step(cell: str, shape: Shape, unroll: int) -> Contender:
    """Compiled JAX: a scan over time inside one jit with donated buffers; the input is a gather."""
    jax: Any = import_module("jax")
    jnp: Any = jax.numpy
    hidden, gates = shape.hidden, {"rnn": 1, "gru": 3, "lstm": 4}[cell]
    keys = jax.random.split(jax.random.PRNGKey(0), 3)
    reach = hidden**-0.5
    weights = {
        "W": reach * jax.random.normal(keys[0], (SYMBOLS, gates * hidden)),
        "U": reach * jax.random.normal(keys[1], (hidden, gates * hidden)),
        "b": jnp.zeros(gates * hidden),
        "b_rec": jnp.zeros(hidden),
        "V": reach * jax.random.normal(keys[2], (hidden, SYMBOLS)),
        "c": jnp.zeros(SYMBOLS),
    }
    x, y = jnp.asarray(shape.codes(1)), jnp.asarray(shape.codes(2))
    zero = jnp.zeros((shape.batch, hidden))

    def rnn(w: Any, h: Any, a: Any) -> Any:
        h = jnp.tanh(a + h @ w["U"])
        return h, h

    def gru(w: Any, h: Any, a: Any) -> Any:
        u = h @ w["U"]
        r, z = jnp.split(jax.nn.sigmoid(a[:, : 2 * hidden] + u[:, : 2 * hidden]), 2, axis=1)
        n = jnp.tanh(a[:, 2 * hidden :] + r * (u[:, 2 * hidden :] + w["b_rec"]))
        h = n + z * (h - n)
        return h, h

    def lstm(w: Any, state: Any, a: Any) -> Any:
        h, c = state
        i, f, g, o = jnp.split(a + h @ w["U"], 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        h = jax.nn.sigmoid(o) * jnp.tanh(c)
        return (h, c), h

    body, start = {"rnn": (rnn, zero), "gru": (gru, zero), "lstm": (lstm, (zero, zero))}[cell]

    def loss_of(w: Any) -> Any:
        _, h = jax.lax.scan(lambda s, a: body(w, s, a), start, (w["W"] + w["b"])[x], unroll=unroll)
        likely = jax.nn.log_softmax(h @ w["V"] + w["c"])
        return -jnp.mean(jnp.take_along_axis(likely, y[..., None], axis=-1))

    def update(w: Any, m: Any, v: Any, count: Any) -> Any:
        loss, d = jax.value_and_grad(loss_of)(w)
        norm = jnp.sqrt(sum(jnp.sum(part**2) for part in jax.tree.leaves(d)))
        d = jax.tree.map(lambda part: part * jnp.minimum(1.0, CLIP / norm), d)
        m = jax.tree.map(lambda old, part: 0.9 * old + 0.1 * part, m, d)
        v = jax.tree.map(lambda old, part: 0.999 * old + 0.001 * part**2, v, d)
        first, second = 1.0 - 0.9**count, 1.0 - 0.999**count
        w = jax.tree.map(
            lambda p, mean, square: p - RATE * mean / first / (jnp.sqrt(square / second) + 1e-8), w, m, v
        )
        return loss, w, m, v, count + 1

    compiled = jax.jit(update, donate_argnums=(0, 1, 2))
    memory = [weights, *(jax.tree.map(jnp.zeros_like, weights) for _ in range(2)), jnp.asarray(1.0)]

    def step() -> float:
        loss, *memory[:] = compiled(*memory)
        return float(loss)

    return step
