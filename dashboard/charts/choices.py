"""Which charts tell most of a subject: what pages and reports of countries and territories begin with."""

from dashboard import frames
from dashboard.charts import places
from dashboard.frames import Data
from dashboard.views import View


def contributing(data: Data, by: str, *, place_code: str = "") -> str:
    """Return the indicator whose total is told by its parts: the chosen one, else the first that fits.

    It adds up, and at least two countries, places or projects have reported it.
    """
    column = places.column_of(View(by=by))
    by_code = {row.indicator_code: row for row in data.indicators()}
    ranked = sorted(by_code, key=lambda code: not by_code[code].is_headline)
    found = places.found_at(data, place_code, (column,))
    told = found[found["low"].notna()]["indicator_code"].value_counts()
    for code in [data.view.indicator, *ranked]:
        if code in by_code and places.adds_up(data, code) and told.get(code, 0) > 1:
            return str(code)
    return ""


def people(data: Data, place_code: str = "") -> list[tuple[str, str, str]]:
    """Return the charts of who was reached: kind, indicator, and the dimension that it is by.

    By sex and age together where that was reported, else by each.
    """
    code = places.people_indicator(data, place_code)
    if not code:
        return []
    told = places.at(data, place_code)
    if frames.may_be_crossed(told, code) and len(places.by_sex_and_age(told, code)):
        return [("pyramid", code, ""), ("shares", code, "sex")]
    if len(frames.told_by(told, code, "age_group")):
        return [("shares", code, "sex"), ("shares", code, "age_group")]
    return [("shares", code, "sex")]
