"""Write the PyTorch weights that imports are tested with: ``python tests/make_weights.py``.

Needs torch; the tests need only the files.  For every kind and depth there is a file as PyTorch's users have
it, and beside it the same network's run: x (T, I), and in single and in double precision every layer's states
(T, H), the outputs and, with a readout, the logits.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

STEPS, INPUTS, HIDDEN, OUTPUTS = 12, 3, 5, 4
FOLDER = Path(__file__).parent / "reference" / "weights"
KINDS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind in KINDS:
        for layers in (1, 2, 3):
            for directions in (1, 2):
                torch.manual_seed(10 * layers + directions)
                write(kind, layers, directions)
    torch.manual_seed(0)
    write_embedding()


def write_embedding() -> None:
    """A network on symbols; x holds codes (T, 1)."""
    holder = nn.Module()
    holder.embedding, holder.rnn = nn.Embedding(7, INPUTS), nn.LSTM(INPUTS, HIDDEN)
    holder.readout = nn.Linear(HIDDEN, OUTPUTS)
    save_file(holder.state_dict(), FOLDER / "lstm-embedding.safetensors")
    codes = torch.randint(7, (STEPS, 1))
    found = {"x": codes}
    for dtype in (torch.float32, torch.float64):
        holder.to(dtype)
        out, _ = holder.rnn(holder.embedding(codes))
        values = {"layer0/h": out, "logits": holder.readout(out)}
        shown = str(dtype).removeprefix("torch.")
        found |= {f"{shown}/{key}": value[:, 0].detach().contiguous() for key, value in values.items()}
    save_file(found, FOLDER / "lstm-embedding-run.safetensors")


def write(kind: str, layers: int, directions: int) -> None:
    """One layer comes bare, two come in a module with a readout, three under a deeper prefix."""
    rnn = KINDS[kind](INPUTS, HIDDEN, layers, bidirectional=directions == 2)
    readout = nn.Linear(directions * HIDDEN, OUTPUTS) if layers == 2 else None
    holder = nn.Module()
    if layers == 1:
        holder = rnn
    elif readout is not None:
        holder.rnn, holder.readout = rnn, readout
    else:
        holder.model = nn.Module()
        setattr(holder.model, kind, rnn)
    name = f"{kind}{layers}" + ("-both" if directions == 2 else "")
    save_file(
        {key: value.clone() for key, value in holder.state_dict().items()}, FOLDER / f"{name}.safetensors"
    )

    x = torch.randn(STEPS, 1, INPUTS, dtype=torch.float64).float()
    found = {"x": x[:, 0]}
    for dtype in (torch.float32, torch.float64):
        rnn.to(dtype)
        values = run(rnn, x.to(dtype), directions)
        if readout is not None:
            values["logits"] = readout.to(dtype)(values["out"])
        shown = str(dtype).removeprefix("torch.")
        found |= {f"{shown}/{key}": value.detach().contiguous() for key, value in values.items()}
    save_file(found, FOLDER / f"{name}-run.safetensors")


def run(rnn: nn.RNNBase, x: torch.Tensor, directions: int) -> dict[str, torch.Tensor]:
    """Outputs (T, D·H); with one direction every layer's states, taken step by step."""
    out, _ = rnn(x)
    values = {"out": out[:, 0]}
    if directions == 2:
        return values
    state, steps = None, []
    for step in range(STEPS):
        _, state = rnn(x[step : step + 1], state)
        steps.append(state if isinstance(state, tuple) else (state,))
    for place, letter in enumerate("hc"[: len(steps[0])]):
        whole = torch.stack([states[place][:, 0] for states in steps])  # (T, L, H)
        values |= {f"layer{layer}/{letter}": whole[:, layer] for layer in range(rnn.num_layers)}
    return values


if __name__ == "__main__":
    main()
