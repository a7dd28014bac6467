"""What every query shares: who reads, and how rows become frames."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, false, func, literal_column, or_, true

from schemas.rows import DAY

NOTHING: ColumnElement[str] = literal_column("''")
"The empty text, written out: only so does a database see that an index of ours fits."


AT_ONCE = 5000
"Ids in one statement; databases limit how many arguments a statement may have."


Record = Any
"A row of the database, its columns as attributes."


@dataclass(frozen=True)
class Scope:
    """What a reader may see; the first argument of every query after the connection.

    What is public sees everybody. Whoever may see more sees all of everything, or all that is of
    some programmes, projects or places, and what they sent themselves.
    """

    is_everything: bool = False
    programmes: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    sender: str = ""

    @property
    def is_public(self) -> bool:
        """Whether nothing is seen but what everybody sees."""
        return not (self.is_everything or self.programmes or self.projects or self.places)

    def reaches(self, programme_code: str, project_code: str = "", place_code: str = "") -> bool:
        """Return whether all is seen of something of a programme, a project and a place."""
        return (
            self.is_everything
            or programme_code in self.programmes
            or project_code in self.projects
            or place_code in self.places
        )

    def own(self, table: Any) -> ColumnElement[bool]:
        """Return the condition that all is seen of a row with a programme, a project and a place."""
        if self.is_everything:
            return true()
        columns = {
            table.programme_code: self.programmes,
            table.project_code: self.projects,
            table.place_code: self.places,
        }
        # Never null, so that its opposite is not null either.
        wanted = [
            func.coalesce(column, NOTHING).in_(sorted(codes))
            for column, codes in columns.items()
            if codes
        ]
        return or_(*wanted) if wanted else false()


PUBLIC, EVERYTHING = Scope(), Scope(is_everything=True)


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
