"""The typed rows that a workbook becomes on its way into the database."""

from enum import StrEnum

import pandas as pd
import pandera.pandas as pa

from schemas.codes import Answer, Basis, Qualifier, ReportedAs, ValueType

KEY = [
    "project_code",
    "place_code",
    "indicator_code",
    "period_start",
    "period_end",
    "value_type",
    "breakdown_key",
]
"What makes an observation one of a kind within its programme."

SLICE = [column for column in KEY if column != "breakdown_key"]
"What a submission restates, together with the programme."

DAY = "datetime64[s]"
"The type of a date column in every frame."

NUMBERS = ["value", "numerator", "denominator", "n"]


def _word(vocabulary: type[StrEnum]) -> pa.Column:
    return pa.Column(str, pa.Check.isin([word.value for word in vocabulary]))


PARSED = pa.DataFrameSchema(
    {
        "sheet": pa.Column(str),
        "cell": pa.Column(str),
        "indicator": pa.Column(str),
        "project": pa.Column(str),
        "place": pa.Column(str),
        "period_start": pa.Column(DAY, nullable=True),
        "period_end": pa.Column(DAY, nullable=True),
        "value_type": _word(ValueType),
        "breakdown": pa.Column(str),
        "unit": pa.Column(str),
        "currency": pa.Column(str),
        "qualifier": _word(Qualifier),
        "value": pa.Column(float, nullable=True),
        "numerator": pa.Column(float, nullable=True),
        "denominator": pa.Column(float, nullable=True),
        "n": pa.Column(float, nullable=True),
        "text": pa.Column(str),
        "answer": _word(Answer),
        "basis": _word(Basis),
        "reported_as": pa.Column(str, pa.Check.isin(["", *[word.value for word in ReportedAs]])),
        "note": pa.Column(str),
        "raw": pa.Column(str),
    },
    strict=True,
)
"""One row per value found, in the words of the workbook: what `etl.layouts` and `etl.parse` make.

`indicator`, `project` and `place` are as written (a code or a name); `breakdown` is canonical
(`sex=F|age_group=18-29` sorted by dimension) where the words are known, else words as written.
Numbers are NaN where absent, texts empty, dates NaT; `raw` is the cell as its author sees it.
"""

ROWS = pa.DataFrameSchema(
    {
        "sheet": pa.Column(str),
        "cell": pa.Column(str),
        "project_code": pa.Column(str),
        "place_code": pa.Column(str, pa.Check.str_length(min_value=1)),
        "indicator_code": pa.Column(str, pa.Check.str_length(min_value=1)),
        "period_start": pa.Column(DAY),
        "period_end": pa.Column(DAY),
        "value_type": _word(ValueType),
        "breakdown_key": pa.Column(str),
        "currency": pa.Column(str),
        "qualifier": _word(Qualifier),
        "value": pa.Column(float, nullable=True),
        "numerator": pa.Column(float, nullable=True),
        "denominator": pa.Column(float, nullable=True),
        "n": pa.Column(float, nullable=True),
        "text": pa.Column(str),
        "answer": _word(Answer),
        "basis": _word(Basis),
        "reported_as": _word(ReportedAs),
        "note": pa.Column(str),
        "raw": pa.Column(str),
    },
    unique=KEY,
    strict=True,
)
"""One row per observation to be, in the codes of the reference: what `etl.check` lets through.

`project_code` is empty for a context series; the other conventions are those of `PARSED`.
"""


def breakdown_key(categories: dict[str, str]) -> str:
    """Return the canonical key of a combination of categories, empty for the total.

    >>> breakdown_key({"sex": "F", "age_group": "18-29"})
    'age_group=18-29|sex=F'
    """
    return "|".join(f"{dimension}={categories[dimension]}" for dimension in sorted(categories))


def categories_of(key: str) -> dict[str, str]:
    """Return the categories of a canonical key, by dimension: `breakdown_key` undone."""
    return dict(part.split("=", 1) for part in key.split("|")) if key else {}


def empty(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """Return a frame of a schema without any row."""
    # Not the schema's own types: pandera calls text string[python] and days nanoseconds.
    kinds = {"float64": "float64", "datetime64[ns]": DAY}
    return pd.DataFrame(
        {
            name: pd.Series([], dtype=kinds.get(str(column.dtype), "str"))
            for name, column in schema.columns.items()
        }
    )
