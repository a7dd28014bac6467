"""Print what the annotated copy of a workbook costs, as a multiple of openpyxl's load and save.

Run by hand: python -m benchmarks.annotate
"""

import io
from functools import partial

import openpyxl
import xlsxwriter
from rich.table import Table

from benchmarks.timing import best, out
from etl import annotate
from etl.workbook import address
from schemas.findings import Finding, finding

BYTES = 2 * 2**20
COLUMNS = 12


def workbook(rows: int) -> bytes:
    """Return an xlsx with texts, numbers and formulas in twelve columns."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Datos")
        money = book.add_format({"num_format": "#,##0.00"})
        for row in range(rows):
            sheet.write_row(row, 0, [f"Action {row}", f"Place {row % 300}", "actual", "women"])
            for column in range(4, COLUMNS - 1):
                sheet.write_number(
                    row, column, (row * 7919 + column * 104_729) % 100_003 / 7, money
                )
            sheet.write_formula(row, COLUMNS - 1, f"=SUM(E{row + 1}:K{row + 1})", money, 1)
    return stream.getvalue()


def findings(rows: int, count: int) -> list[Finding]:
    """Return findings on cells all over the sheet."""
    step = max(1, rows // count)
    return [
        finding("negative_value", "Datos", address(row, 4 + row % 7), found="-1")
        for row in range(0, rows, step)
    ]


def load_and_save(data: bytes) -> bytes:
    """Read the workbook with openpyxl and write it again, unchanged."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def main() -> None:
    """Measure a workbook of two megabytes with few and with many findings."""
    per_row = len(workbook(2_000)) / 2_000
    rows = int(BYTES / per_row)
    data = workbook(rows)
    openpyxls = best(partial(load_and_save, data), 1)
    title = f"Annotated copy, {len(data) / 2**20:.1f} MB, {rows * COLUMNS:,} cells"
    table = Table("findings", "openpyxl", "annotated", "annotated again", title=title)
    for count in (20, 500, 5_000):
        told = findings(rows, count)
        made = partial(annotate, data, "datos.xlsx", told, "es")
        again = partial(annotate, made().data, "datos.xlsx", told, "es")
        cells = [f"{t:.2f} s = {t / openpyxls:.2f} x" for t in (best(made), best(again))]
        table.add_row(f"{len(told):,}", f"{openpyxls:.2f} s", *cells)
    out.print(table)


if __name__ == "__main__":
    main()
