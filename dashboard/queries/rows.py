"""What every query shares: how rows become frames."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from schemas.rows import DAY

AT_ONCE = 5000
"Ids in one statement; databases limit how many arguments a statement may have."


Record = Any
"A row of the database, its columns as attributes."


TEXTS = (
    "programme_code",
    "project_code",
    "place_code",
    "country_code",
    "indicator_code",
    "value_type",
    "breakdown_key",
    "qualifier",
    "basis",
    "reported_as",
    "currency",
    "answer",
    "text",
    "note",
    "parent_indicator_code",
    "level",
    "target_basis",
    "file_name",
    "sheet",
    "cell",
    "raw",
    "state",
    "code",
    "severity",
    "found",
    "justification",
)


NUMBERS = ("value", "numerator", "denominator", "n", "value_eur", "rate")


DATES = ("period_start", "period_end", "rate_date")


def tidy(rows: Iterable[Record], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows as a frame of our conventions: no null texts, days in seconds, NaN for no number."""
    frame = pd.DataFrame.from_records([tuple(row) for row in rows], columns=list(columns))
    for column in columns:
        if column in TEXTS:
            frame[column] = frame[column].fillna("").astype("str")
        elif column in NUMBERS:
            frame[column] = frame[column].astype("float64")
        elif column in DATES:
            frame[column] = pd.to_datetime(frame[column]).astype(DAY)  # type: ignore[call-overload]
    return frame
