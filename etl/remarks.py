"""Findings about the rows of a frame: which rows are wrong becomes which cells are told."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from schemas import words
from schemas.findings import Finding, finding

SHOWN = 6
"So many of the last points of a series are shown in a finding."


def lines(rows: pd.DataFrame) -> Iterator[Any]:
    """Yield rows as named tuples, whose fields no type checker knows."""
    if len(rows):  # pandas makes a class for every table, and most have nothing to tell
        yield from rows.itertuples()


def first(rows: pd.DataFrame) -> Any:
    """Return the first row as a named tuple."""
    return next(lines(rows.head(1)))


def each(
    rows: pd.DataFrame, wrong: "pd.Series[bool]", code: str, **arguments: str | int | float
) -> list[Finding]:
    """Return one finding for each row that is wrong, quoting its cell."""
    chosen = rows.loc[wrong, ["sheet", "cell", "raw"]]
    return [
        finding(code, sheet, cell, found=raw, **arguments)
        for sheet, cell, raw in chosen.itertuples(index=False, name=None)
    ]


def series_text(points: pd.DataFrame) -> str:
    """Return the last points of a series as people read it: "2022: 14; 2023-S1: 7.5"."""
    last = points[["period_start", "period_end", "value"]].tail(SHOWN)
    told = [
        f"{words.period_code(row.period_start.date(), row.period_end.date())}: {row.value:.10g}"
        for row in lines(last)
    ]
    return "; ".join(["…", *told] if len(points) > SHOWN else told)
