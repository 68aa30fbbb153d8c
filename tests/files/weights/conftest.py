"""Networks to write, and files of weights to break."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnviz.engine.model import Model
from rnnviz.engine.spec import ModelSpec
from rnnviz.files.container import container_bytes
from rnnviz.files.network import Network


def _network(spec: ModelSpec, *, seed: int = 0, dtype: type = np.float32) -> Network:
    flat = np.random.default_rng(seed).standard_normal(Model(spec).size).astype(dtype)
    return Network(spec, flat.astype(np.float64), np.dtype(dtype).name)


@pytest.fixture(scope="session")
def network() -> Callable[..., Network]:
    """``network(spec, dtype=np.float64)``: random parameters of that precision."""
    return _network


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write(tensors, metadata)``: a safetensors file of them."""

    def call(tensors: Mapping[str, Any], metadata: Mapping[str, str] | None = None) -> Path:
        path = tmp_path / "w.safetensors"
        path.write_bytes(container_bytes(tensors, metadata or {}))
        return path

    return call
