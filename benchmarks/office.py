"""Print what a report with every chart and every kind of table costs as a Word file and as a deck.

Run by hand: python -m benchmarks.office
"""

import importlib
import multiprocessing
import time

from rich.table import Table

from benchmarks.memory import peak
from benchmarks.timing import out

FORMATS = ("docx", "pptx")


def write(file_format: str) -> tuple[float, float, float, int]:
    """Return the seconds of a first and of a second report, the peak in MB, and the size in bytes."""
    from tests.papers import sample

    writer = importlib.import_module(f"dashboard.reports.formats.as_{file_format}")
    taken = []
    for _ in range(2):
        document = sample()
        start = time.perf_counter()
        data: bytes = writer.write(document)
        taken.append(time.perf_counter() - start)
    return taken[0], taken[1], peak(), len(data)


def main() -> None:
    """Print the figures of each format, each made in a process of its own."""
    from tests.papers import sample

    charts = len(sample().charts)
    table = Table("format", "first", "second", "peak", "size", title=f"Reports, {charts} charts")
    context = multiprocessing.get_context("spawn")
    for file_format in FORMATS:
        with context.Pool(1, maxtasksperchild=1) as pool:
            first, second, memory, size = pool.apply(write, (file_format,))
        table.add_row(
            file_format,
            f"{first:.2f} s",
            f"{second:.2f} s",
            f"{memory:,.0f} MB",
            f"{size / 1000:,.0f} kB",
        )
    out.print(table)


if __name__ == "__main__":
    main()
