"""Print what a report on paper costs: seconds, and memory: `python -m benchmarks.reports`."""

import io
import multiprocessing
from dataclasses import replace
from functools import partial

import pikepdf
from rich.table import Table

from benchmarks.memory import peak
from benchmarks.timing import best, out
from dashboard.reports.document import Document
from tests.papers import sample

LANGUAGES = ("en", "el", "ar")
CHARTS = 31
"So many of the sample's make a report of about twenty pages."


def paper(language: str) -> Document:
    """Return a document of about twenty pages: words, charts, tables."""
    document = sample(language)
    parts = [
        replace(part, blocks=part.blocks[:CHARTS]) if part.code == "charts" else part
        for part in document.parts
    ]
    return replace(document, parts=tuple(parts))


def pages(language: str) -> tuple[int, float, float, float, float]:
    """Return pages, kB, seconds of the first and of another PDF, and the peak of memory in MB.

    In a process of its own, which knows the program but has drawn nothing.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1, maxtasksperchild=1) as pool:
        return pool.apply(_made, (language,))


def _made(language: str) -> tuple[int, float, float, float, float]:
    from dashboard.reports.formats import as_pdf

    document = paper(language)
    write = partial(as_pdf.write, document)
    first = best(write, 1)
    again = best(write)
    data = write()
    reached = peak()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages), len(data) / 1000, first, again, reached


def main() -> None:
    """Measure the sample in three alphabets."""
    table = Table("language", "pages", "size", "first", "again", "peak", title="A report as PDF")
    for language in LANGUAGES:
        count, size, first, again, reached = pages(language)
        cells = (f"{size:,.0f} kB", f"{first:.2f} s", f"{again:.2f} s", f"{reached:,.0f} MB")
        table.add_row(language, str(count), *cells)
    out.print(table)


if __name__ == "__main__":
    main()
