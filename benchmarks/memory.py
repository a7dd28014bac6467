"""Print how much memory a long csv takes on its way to typed rows: `python -m benchmarks.memory`."""

import multiprocessing
import resource
import sys
from collections.abc import Callable, Iterator

ROWS = 1_000_000
HEADER = "place,indicator,period,value_type,value,unit"
TYPES = ("baseline", "target", "actual")


def lines(rows: int) -> Iterator[str]:
    """Yield the lines of a csv in six columns: 24 places, 40 indicators, quarters, three types."""
    yield HEADER
    for row in range(rows):
        place, indicator = row % 24, row // 24 % 40
        quarter, year = row // 960 % 4 + 1, 1990 + row // 3840 // 3 % 35
        kind = TYPES[row // 3840 % 3]
        value = row * 7919 % 1_000_003 / 4
        yield (
            f"TN{place:02},INDICATOR-OF-MANY-{indicator:02},{year}-Q{quarter},{kind},"
            f"{value:.2f},persons reached"
        )


def csv_file(rows: int) -> bytes:
    """Return a csv of so many observations."""
    return ("\n".join(lines(rows)) + "\n").encode()


def peak() -> float:
    """Return the most memory that this process has had so far, in MB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / (2**20 if sys.platform == "darwin" else 1024)


def read(path: str, tell: Callable[[tuple[str, float]], None]) -> None:
    """Read, recognise and parse a file, telling the peak after each step."""
    tell(("started", peak()))
    from etl import gate, layouts, reference, values, workbook

    tell(("imported", peak()))
    with open(path, "rb") as file:
        data = file.read()
    book = workbook.read(data, gate.examine(data, "observations.csv"))
    tell(("cells", peak()))
    recognition = layouts.recognise(book, layouts.read_layouts(), only="observations")
    tell(("recognised", peak()))
    parsed = values.parse_values(book, recognition, reference.read_files())
    assert len(parsed.rows) == len(book.sheets[0].rows) - 1, parsed.findings
    tell(("parsed", peak()))


def million_rows(rows: int = ROWS) -> dict[str, float]:
    """Return the peaks, in MB, of a process that reads a csv of a million rows, after each step."""
    import tempfile
    from pathlib import Path

    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, context.Pool(1, maxtasksperchild=1) as pool:
        path = Path(folder) / "observations.csv"
        path.write_bytes(csv_file(rows))
        told = pool.apply(_told, (str(path),))
        return {"size": path.stat().st_size / 2**20, **dict(told)}


def _told(path: str) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []
    read(path, told.append)
    return told


def main() -> None:
    """Print the peaks."""
    for step, megabytes in million_rows().items():
        print(f"{step:12} {megabytes:7,.0f} MB")


if __name__ == "__main__":
    main()
