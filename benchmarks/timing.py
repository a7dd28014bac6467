"""What every benchmark measures and prints with."""

import gc
import time
from collections.abc import Callable

from rich.console import Console

out = Console()


def best(call: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of several times, in seconds: the one least disturbed."""
    measured = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        call()
        measured.append(time.perf_counter() - start)
    return min(measured)
