"""A series over time: what is known of it, and what the workbook says anew, period by period.

A *history* is one row for each period of a series that the workbook has a value of: totals of
actuals, those that are known and not restated, and those that are new.
"""

import numpy as np
import pandas as pd

from etl.parts import ADDITIVE
from etl.reference import Reference
from schemas.codes import ReportedAs, TimeRule, ValueType
from schemas.rows import SLICE

SERIES = ["project_code", "place_code", "indicator_code"]

LENGTHS = (46, 137, 275, 550)
"Days that part months from quarters, half-years, years and longer periods."


def actuals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the actuals that have a number."""
    return rows[(rows["value_type"] == ValueType.ACTUAL) & rows["value"].notna()]


def not_restated(known: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the known actuals whose slice the workbook does not restate."""
    actual = actuals(known)
    if actual.empty:
        return actual
    restated = rows[SLICE].drop_duplicates().assign(is_restated=True)
    both = actual.merge(restated, on=SLICE, how="left")
    return actual[both["is_restated"].isna().to_numpy()]


def history_of(rows: pd.DataFrame, before: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return the history of the series of a workbook, sorted by series and period.

    Columns: SERIES, period_start, period_end, value, reported_as, currency, denominator, n, sheet,
    cell, raw, is_new; track (number of the series, for each currency), length (kind of period), and
    measure, time_rule, overlap, factor, scale (width of it) of the indicator.
    """
    columns = [*SERIES, "period_start", "period_end", "value", "reported_as", "currency"]
    extra = ["denominator", "n"]
    new = actuals(rows[rows["breakdown_key"] == ""])
    new = new[[*columns, *extra, "sheet", "cell", "raw"]].assign(is_new=True)
    old = before[before["breakdown_key"] == ""].merge(new[SERIES].drop_duplicates(), on=SERIES)
    if len(old):
        old = old.reindex(columns=[*columns, *extra])
        old = old.assign(sheet="", cell="", raw="", is_new=False)
        new = pd.concat([new, old], ignore_index=True)
    new = new.assign(
        track=new.groupby([*SERIES, "currency"], sort=False).ngroup(),
        length=np.digitize((new["period_end"] - new["period_start"]).dt.days + 1, LENGTHS),
    )
    new = pd.concat([new, rules(new["indicator_code"], reference)], axis=1)
    order = ["track", "period_end", "period_start"]
    return new.sort_values(order, kind="stable").reset_index(drop=True)


def rules(codes: "pd.Series[str]", reference: Reference) -> pd.DataFrame:
    """Return what the indicators of a column of codes say of their values.

    Columns: measure, time_rule, overlap, factor, and scale (the width of it, 0 where it has none).
    """
    places, used = pd.factorize(codes)
    rows = [reference.indicators[str(code)] for code in used]
    told = pd.DataFrame(
        {
            "measure": pd.Categorical([row.measure for row in rows]),
            "time_rule": pd.Categorical([row.time_rule for row in rows]),
            "overlap": pd.Categorical([row.overlap for row in rows]),
            "factor": [row.factor for row in rows],
            "scale": [(row.scale_max or 0.0) - (row.scale_min or 0.0) for row in rows],
        }
    )
    return told.take(places).set_axis(codes.index)


def flows_of(history: pd.DataFrame) -> pd.DataFrame:
    """Return what counts its own period only and adds up over time."""
    return history[
        (history["reported_as"] == ReportedAs.IN_PERIOD)
        & (history["time_rule"] == TimeRule.SUM)
        & history["measure"].isin(ADDITIVE)
    ]


def to_date_of(history: pd.DataFrame) -> pd.DataFrame:
    """Return what counts everything since the start, and so cannot fall."""
    return history[
        (history["reported_as"] == ReportedAs.TO_DATE) & history["measure"].isin(ADDITIVE)
    ]
