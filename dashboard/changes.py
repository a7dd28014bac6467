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
    columns = [*SERIES, "indicator_code", "low", "high", "qualifier", "currency", "status"]
    touched = preview[[*SERIES, "indicator_code"]].drop_duplicates()
    before = frames.results(data, SERIES)[columns]
    later = replace(data, observations=applied(data, preview), kept={})
    after = frames.results(later, SERIES)[columns]
    both = touched.merge(before, on=[*SERIES, "indicator_code"], how="left").merge(
        after, on=[*SERIES, "indicator_code"], how="left", suffixes=("_before", "_after")
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
