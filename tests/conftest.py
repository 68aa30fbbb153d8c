"""What every test shares: no screen, one BLAS thread, and examples that are the same in every run."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import HealthCheck, settings

# Derandomised: a red build must be red again when somebody looks.  No deadline: CI machines stall at will.
settings.register_profile(
    "rnnviz", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("rnnviz")
