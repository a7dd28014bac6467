"""Observations as a table with HXL hashtags below its heads.

Humanitarian Exchange Language 1.1: tagging conventions <https://hxlstandard.org/standard/1-1final/tagging/>,
hashtag dictionary <https://hxlstandard.org/standard/1-1final/dictionary/>. Names are in one language, whose
tag says which (`+i_es`); codes are the same in all.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import exports, sentences
from dashboard.frames import Data
from schemas import words
from schemas.codes import Qualifier
from schemas.rows import categories_of

Row = Mapping[Any, Any]

TAGS = {
    "project_code": "#activity+code",
    "project": "#activity+name{language}",
    "country_code": "#country+code+v_iso3",
    "country": "#country+name{language}",
    "place_code": "#loc+code",
    "place": "#loc+name{language}",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "indicator_code": "#indicator+code",
    "indicator": "#indicator+name{language}",
    "level": "#indicator+type+level",
    "sdg_targets": "#meta+code+sdg",
    "value_type": "#indicator+type",
    "period_start": "#date+start",
    "period_end": "#date+end",
    "reported_as": "#meta+reported_as",
    "value": "#indicator+value+num",
    "unit": "#indicator+unit{language}",
    "currency": "#currency+code",
    "qualifier": "#indicator+value+qualifier",
    "numerator": "#indicator+numerator+num",
    "denominator": "#indicator+denominator+num",
    "n": "#indicator+respondents+num",
    "text": "#indicator+value+text",
    "answer": "#meta+answer",
    "notice": "#meta+notice{language}",
}
"The hashtag of each column."

GROUP = "#indicator+group+{dimension}"
"The hashtag of a disaggregation; empty where the value is of everybody."


def write(data: Data) -> bytes:
    """Return the observations of a view (with all breakdowns); only heads and hashtags where there are none."""
    language = f"+i_{words.base(data.language)}"
    groups = _groups(data)
    tags = {name: tag.format(language=language) for name, tag in TAGS.items()}
    tags |= {code: GROUP.format(dimension=code.replace("-", "_")) for code in groups}
    rows = [_row(data, one, groups) for one in data.observations.to_dict("records")]
    frame = pd.DataFrame([tags, *rows], columns=list(tags), dtype=object)
    return exports.as_csv(frame, encoding="utf-8")


def _groups(data: Data) -> list[str]:
    """Return the disaggregations that values are by, in the order of the catalogue."""
    keys = data.observations["breakdown_key"].unique()
    present = {code for key in keys for code in categories_of(key)}
    return [code for code in data.catalogue.dimensions if code in present]


def _row(data: Data, one: Row, groups: list[str]) -> dict[str, Any]:
    known = data.catalogue
    indicator, place = known.indicators[one["indicator_code"]], known.places[one["place_code"]]
    project = known.projects.get(one["project_code"])
    categories = categories_of(one["breakdown_key"])
    beside = {
        "project": data.name(project) if project else "",
        "country": data.place_name(place.country_code),
        "place": data.name(place),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "indicator": data.name(indicator),
        "level": data.levels.get((indicator.indicator_code, one["project_code"]), indicator.level),
        "sdg_targets": ",".join(known.sdg_targets_of.get(indicator.indicator_code, ())),
        "unit": sentences.unit(data, indicator),
        # By its name: a spreadsheet could take the sign for a formula.
        "qualifier": Qualifier(one["qualifier"]).name.lower(),
        "notice": words.name(data.programme.notice, data.language),
        **{code: categories.get(code, "") for code in groups},
    }
    return {name: beside[name] if name in beside else one[name] for name in (*TAGS, *groups)}
