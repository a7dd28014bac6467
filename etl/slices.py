"""Slices by name: what a submission restates, as decisions keep it and forms send it."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from schemas.rows import SLICE


class Slice(NamedTuple):
    """One slice within its programme (`schemas.rows.SLICE`); a context series has no project."""

    project_code: str
    place_code: str
    indicator_code: str
    period_start: date
    period_end: date
    value_type: str

    @property
    def words(self) -> list[str]:
        """The slice as texts, as a decision keeps it."""
        return [str(part) for part in self]

    def __str__(self) -> str:
        """Return the slice as a form sends it."""
        return "|".join(self.words)


def read(words: Iterable[str]) -> Slice:
    """Return a slice from its texts; ValueError where they are none.

    >>> str(read("PP|ESP|JOB|2023-01-01|2023-06-30|actual".split("|")))
    'PP|ESP|JOB|2023-01-01|2023-06-30|actual'
    """
    project, place, indicator, start, end, value_type = words
    return Slice(
        project, place, indicator, date.fromisoformat(start), date.fromisoformat(end), value_type
    )


def of_row(row: Any) -> Slice:
    """Return the slice of a row with the columns of one as attributes."""
    start, end = row.period_start, row.period_end
    return Slice(
        row.project_code or "",
        row.place_code,
        row.indicator_code,
        start.date() if isinstance(start, pd.Timestamp) else start,
        end.date() if isinstance(end, pd.Timestamp) else end,
        row.value_type,
    )


def of_frame(frame: pd.DataFrame) -> list[Slice]:
    """Return the slices of a frame's rows, one for each row."""
    return [of_row(row) for row in frame[SLICE].itertuples(index=False)]


def within(frame: pd.DataFrame, slices: Collection[Slice]) -> "pd.Series[bool]":
    """Return for each row of a frame whether it belongs to one of some slices."""
    wanted = set(slices)
    return pd.Series([one in wanted for one in of_frame(frame)], frame.index, dtype=bool)
