"""What a report may tell: the values and the records that can be in it, rather too many than too few.

A file that everybody may fetch is closed when one of them is withheld or taken back. What is here has to be
at least what the parts read; a part that nobody has listed is taken to read all of its programme.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from dashboard import queries
from dashboard.queries import Area
from dashboard.reports.context import Context
from dashboard.reports.fields import Values
from dashboard.reports.outlines import Chosen
from dashboard.reports.subjects import Subject
from schemas.codes import RecordKind

OF_SUBJECT = {
    *("summary", "key_figures", "results", "by_project", "in_period", "charts", "indicators"),
    *("money", "goals", "targets", "territories", "changes", "completeness", "missing", "findings"),
    *("roadmap", "published", "method", "funding", "definitions", "series", "disaggregations"),
    "sources",
}
"Parts that are made of the observations of their subject (`Context.data`), and tell no record."

OF_PROJECTS = {"quality", "acceptance"}
"Parts that count the values of all workbooks of the subject's projects."

RECORDS = {
    "theory_of_change": RecordKind.STEP,
    "outcomes": RecordKind.OUTCOME,
    "stories": RecordKind.STORY,
    "judgements": RecordKind.JUDGEMENT,
    "lessons": RecordKind.LESSON,
    "recommendations": RecordKind.RECOMMENDATION,
    "estimates": RecordKind.ESTIMATE,
}
"Parts that tell records of one kind."

WHOLE: Area = {}


def areas(of: Context, parts: Iterable[Chosen], texts: Iterable[str], values: Values) -> list[Area]:
    """Return the areas in which the values of a report lie: of its parts, and of the fields of its texts."""
    codes = {one.part for one in parts}
    found = [_of_subject(of)]
    if codes & OF_PROJECTS:
        found.append({"project_code": {row.project_code for row in of.projects}})
    is_estimated = "estimates" in codes and _told(of, {RecordKind.ESTIMATE})
    if is_estimated or codes - OF_SUBJECT - OF_PROJECTS - set(RECORDS):
        found.append(WHOLE)  # an estimate may compare with any territory
    found += [_of_field(of, one) for text in texts for one in values.asked(text)]
    return [WHOLE] if WHOLE in found else found


def _of_subject(of: Context) -> Area:
    code = of.request.code
    if of.subject == Subject.PROJECT:
        return {"project_code": {code}}
    if of.subject == Subject.TERRITORY:
        return {"place_code": {code}}
    if of.subject == Subject.COUNTRY:
        return {"place_code": set(_places_in(of, code))}
    if of.subject == Subject.INDICATOR:
        return {"indicator_code": {code}}
    return WHOLE


def _of_field(of: Context, asked: Mapping[str, str]) -> Area:
    """Return the area of a field: all places of its project count, whichever it names."""
    area = {"indicator_code": {asked["indicator"]}}
    if "project" in asked:
        area["project_code"] = {asked["project"]}
    if "country" in asked:
        area["place_code"] = set(_places_in(of, asked["country"]))
    return area


def _places_in(of: Context, country_code: str) -> Iterator[str]:
    places = of.data.catalogue.places.items()
    return (code for code, row in places if row.country_code == country_code)


def records(of: Context, parts: Collection[Chosen]) -> set[tuple[int, str]]:
    """Return the records that the parts of a report tell, as `queries.told_records`."""
    codes = {one.part for one in parts}
    kinds = {RECORDS[code] for code in codes & set(RECORDS)}
    if codes - OF_SUBJECT - OF_PROJECTS - set(RECORDS):
        kinds = set(RecordKind)
    return _told(of, kinds)


def _told(of: Context, kinds: Collection[RecordKind]) -> set[tuple[int, str]]:
    view = of.data.view
    if not kinds or view.known_at is None:
        return set()
    asked: dict[str, Any] = {
        "project_code": view.project,
        "place_code": view.place,
        "country_code": view.country,
        "kinds": kinds,
    }
    return queries.told_records(of.conn, view.programme, view.known_at, **asked)
