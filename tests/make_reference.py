"""Write the PyTorch values that the engine is tested against: ``python tests/make_reference.py``.

Needs torch and safetensors; the tests need only the files.  One file for each kind and dtype holds, for one,
two and three layers ("1/…") and for as many in two directions ("1b/…"), weights, inputs, outputs, states
and all gradients of L = Σ weights · cross-entropy.  The total derivatives ∂L/∂h_t and ∂L/∂c_t come from a
second run made of torch's single cells, where every state is a tensor that keeps its gradient.
"""

import itertools
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import nn

STEPS, BATCH, INPUTS, HIDDEN, OUTPUTS = 6, 3, 4, 5, 7
FOLDER = Path(__file__).parent / "reference"
KINDS = {"rnn": (nn.RNN, nn.RNNCell), "lstm": (nn.LSTM, nn.LSTMCell), "gru": (nn.GRU, nn.GRUCell)}


def main() -> None:
    for kind in KINDS:
        for dtype in (torch.float32, torch.float64):
            arrays = {}
            for layers, both in itertools.product((1, 2, 3), (False, True)):
                for name, value in run(kind, layers, dtype, both).items():
                    prefix = f"{layers}{'b' if both else ''}"
                    arrays[f"{prefix}/{name}"] = np.ascontiguousarray(value.detach().numpy())
            save_file(arrays, FOLDER / f"{kind}-{str(dtype).removeprefix('torch.')}.safetensors")


def run(kind: str, layers: int, dtype: torch.dtype, both: bool = False) -> dict[str, torch.Tensor]:
    rng = np.random.default_rng(layers)
    ways = 2 if both else 1

    def draw(*shape: int) -> torch.Tensor:
        return torch.tensor(rng.standard_normal(shape) * 0.5, dtype=dtype).requires_grad_()

    net = KINDS[kind][0](INPUTS, HIDDEN, layers, bidirectional=both).to(dtype)
    head = nn.Linear(ways * HIDDEN, OUTPUTS).to(dtype)
    with torch.no_grad():
        for name, parameter in [*net.named_parameters(), *head.named_parameters()]:
            parameter.copy_(draw(*parameter.shape))
            if name.startswith("bias_hh"):  # the engine has one bias a gate, and GRU's b_hn besides
                parameter[: 2 * HIDDEN if kind == "gru" else None] = 0.0
    x, h0, c0 = draw(STEPS, BATCH, INPUTS), *(draw(layers * ways, BATCH, HIDDEN) for _ in range(2))
    targets = torch.tensor(rng.integers(0, OUTPUTS, (STEPS, BATCH)))
    weights = torch.tensor(rng.uniform(0.5, 2.0, (STEPS, BATCH)), dtype=dtype)
    start = (h0, c0) if kind == "lstm" else h0

    out, _ = net(x, start)
    logits = head(out)
    loss = nn.functional.cross_entropy(logits.reshape(-1, OUTPUTS), targets.reshape(-1), reduction="none")
    (loss.reshape(STEPS, BATCH) * weights).sum().backward()

    found = {"x": x, "targets": targets, "weights": weights, "h0": h0, "c0": c0, "out": out, "logits": logits}
    found |= {"loss": loss.reshape(STEPS, BATCH), "d_x": x.grad, "d_h0": h0.grad}
    if kind == "lstm":
        found["d_c0"] = c0.grad
    for name, parameter in [*net.named_parameters(), *head.named_parameters()]:
        found[name], found[f"d_{name}"] = parameter, parameter.grad.clone()
    return found | states(kind, net, head, found)


def states(
    kind: str, net: nn.Module, head: nn.Module, given: dict[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """``layer{k}/h``, ``layer{k}/d_h`` and, for an LSTM, c likewise, each (T, B, H); also ``_reverse``."""
    rows, found = given["x"].detach(), {}
    ways = 2 if net.bidirectional else 1
    for layer in range(net.num_layers):
        tops = []
        for way in range(ways):
            suffix = "_reverse" if way else ""
            order = slice(None, None, -1) if way else slice(None)
            cell = KINDS[kind][1](rows.shape[2], HIDDEN).to(rows.dtype)
            for name, parameter in cell.named_parameters():
                parameter.data.copy_(getattr(net, f"{name}_l{layer}{suffix}"))
            h, c = (given[name][layer * ways + way].detach() for name in ("h0", "c0"))
            hs, cs = [], []
            for row in list(rows)[order]:
                if kind == "lstm":
                    c = lstm_c(cell, row, h, c)
                    c.retain_grad()
                    cs.append(c)
                    h = lstm_h(cell, row, h, c)
                else:
                    h = cell(row, h)
                h.retain_grad()
                hs.append(h)
            found[f"layer{layer}{suffix}/h"], found[f"layer{layer}{suffix}/c"] = hs[order], cs[order]
            tops.append(torch.stack(hs[order]))
        rows = torch.cat(tops, 2)
    logits = head(rows)
    loss = nn.functional.cross_entropy(
        logits.reshape(-1, OUTPUTS), given["targets"].reshape(-1), reduction="none"
    )
    (loss.reshape(STEPS, BATCH) * given["weights"]).sum().backward()
    values = {name: torch.stack(many) for name, many in found.items() if many}
    slopes = {
        name.replace("/", "/d_"): torch.stack([one.grad for one in many])
        for name, many in found.items()
        if many
    }
    return values | slopes


def lstm_gates(cell: nn.LSTMCell, row: torch.Tensor, h: torch.Tensor) -> tuple[torch.Tensor, ...]:
    """i, f, g, o: torch's cell gives c and h in one go, but the gradient of c needs h to hang on c."""
    i, f, g, o = (row @ cell.weight_ih.T + cell.bias_ih + h @ cell.weight_hh.T + cell.bias_hh).chunk(4, 1)
    return torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)


def lstm_c(cell: nn.LSTMCell, row: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    i, f, g, _ = lstm_gates(cell, row, h)
    return f * c + i * g


def lstm_h(cell: nn.LSTMCell, row: torch.Tensor, h: torch.Tensor, c: torch.Tensor) -> torch.Tensor:
    return lstm_gates(cell, row, h)[3] * torch.tanh(c)


if __name__ == "__main__":
    main()
