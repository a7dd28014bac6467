"""Text becomes numbers, dates and periods: what the whole column proves, or a question; never a guess.

Every function takes the cells of a column and reads each distinct text once. What a cell can mean
depends on its column: where "1.234" stands beside "20,5", the point is a thousands mark. What the
column cannot prove comes back as the kind `AMBIGUOUS` with the evidence, and has no value.
The words of languages are in `data/words/spreadsheets.toml`.
"""

from etl.parse.ages import age_band
from etl.parse.amounts import (
    BRACKETED,
    DATE,
    NUMBER,
    Numbers,
    Shape,
    numbers,
    read_number,
    yes_no,
)
from etl.parse.days import Dates, dates
from etl.parse.searches import find_partial, find_period, partial_period
from etl.parse.spans import (
    UNANCHORED,
    Headers,
    Periods,
    Span,
    header_periods,
    is_year,
    months_from,
    periods,
)
from etl.parse.texts import (
    AMBIGUOUS,
    MISSING,
    NO,
    NOT_APPLICABLE,
    NOTHING_TO_REPORT,
    TEXT,
    WITHHELD,
    WORDS,
    YES,
    Evidence,
    Objects,
    Texts,
    fold,
    meaning,
    repeated,
    slug,
    text_of,
    word_lists,
    words,
)

__all__ = [
    "AMBIGUOUS",
    "BRACKETED",
    "DATE",
    "MISSING",
    "NO",
    "NOTHING_TO_REPORT",
    "NOT_APPLICABLE",
    "NUMBER",
    "TEXT",
    "UNANCHORED",
    "WITHHELD",
    "WORDS",
    "YES",
    "Dates",
    "Evidence",
    "Headers",
    "Numbers",
    "Objects",
    "Periods",
    "Shape",
    "Span",
    "Texts",
    "age_band",
    "dates",
    "find_partial",
    "find_period",
    "fold",
    "header_periods",
    "is_year",
    "meaning",
    "months_from",
    "numbers",
    "partial_period",
    "periods",
    "read_number",
    "repeated",
    "slug",
    "text_of",
    "word_lists",
    "words",
    "yes_no",
]
