"""What accepting a submission would change, in terms of the pages: pure, from two sets of observations."""

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard import frames
from dashboard.frames import Data
from schemas.rows import KEY

SERIES = ["project_code", "place_code"]


def applied(data: Data, preview: pd.DataFrame) -> pd.DataFrame:
    """Return the observations as they would be: changed and gone ones out, new and changed ones in."""
    now = data.observations
    moved = preview[preview["change"] != "same"]
    merged = now.merge(moved[KEY], on=KEY, how="left", indicator=True)
    kept = now[(merged["_merge"] == "left_only").to_numpy()]
    countries = {code: place.country_code for code, place in data.catalogue.places.items()}
    added = moved[moved["change"] != "gone"]
    added = added.assign(
        programme_code=data.view.programme,
        country_code=added["place_code"].map(countries).fillna(""),
        value_eur=np.nan,  # found at acceptance; no project reports in two currencies in one place
        observation_id=-np.arange(1, len(added) + 1),  # none yet, so no cell to lead to
    )
    return pd.concat([kept, added[now.columns]], ignore_index=True) if len(added) else kept


def of_results(data: Data, preview: pd.DataFrame) -> pd.DataFrame:
    """Return the results that would change: SERIES, indicator_code, and low, high, qualifier,

    currency and status, each with `_before` and `_after`.
    """
    touched = preview[[*SERIES, "indicator_code"]].drop_duplicates()
    later = replace(data, observations=applied(data, preview), kept={})
    return _moved(data, later, touched)


RESULT = ["low", "high", "qualifier", "currency", "status"]


def since(data: Data, former: pd.DataFrame, touched: pd.DataFrame) -> pd.DataFrame:
    """Return the results of the touched series that are others than they were, as `of_results` does.

    `touched` are series of projects (`history.moved`), `former` their observations as they counted
    before (`history.before`).
    """
    return _moved(frames.only(data, former), data, touched)


def _moved(before: Data, after: Data, touched: pd.DataFrame) -> pd.DataFrame:
    """Return the touched results that differ between two states of the data."""
    key = [*SERIES, "indicator_code"]
    then, now = (frames.results(data, SERIES)[[*key, *RESULT]] for data in (before, after))
    both = touched.merge(then, on=key, how="left").merge(
        now, on=key, how="left", suffixes=("_before", "_after")
    )
    for side in ("before", "after"):
        for column, missing in (("qualifier", "="), ("currency", ""), ("status", "")):
            both[f"{column}_{side}"] = both[f"{column}_{side}"].fillna(missing)
    is_same = (both["status_before"] == both["status_after"]) & (
        both["qualifier_before"] == both["qualifier_after"]
    )
    for column in ("low", "high"):
        one, other = both[f"{column}_before"], both[f"{column}_after"]
        is_same &= (one == other) | (one.isna() & other.isna())
    return both[~is_same].reset_index(drop=True)
