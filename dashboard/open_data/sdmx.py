"""Observations as SDMX-CSV, and the structure (SDMX-ML) that says what its columns and codes mean.

SDMX 3.0, SDMX-CSV 2.0.0 and SDMX-ML 3.0.0: <https://sdmx.org/?page_id=5008>; concepts and codes after the
Content-Oriented Guidelines (cross-domain concepts; CL_FREQ, CL_OBS_STATUS, CL_AGE): `_T` is a total,
`_Z` not applicable, `_U` unknown. Periods that are no whole year, half-year, quarter, month or day are
time ranges (`2022-10-01/P243D`). The agency is the programme's code, which nobody has registered.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import pandas as pd
from lxml import etree

from dashboard import exports
from dashboard.frames import Data
from schemas import words
from schemas.codes import Answer, Basis, Qualifier, ReportedAs, ValueType
from schemas.rows import categories_of

VERSION = "1.0.0"
FLOW, STRUCTURE, CONCEPTS = "DF_RESULTS", "DSD_RESULTS", "CS_RESULTS"

TOTAL, NOT_APPLICABLE, UNKNOWN = "_T", "_Z", "_U"

NAMES = {"sex": "SEX", "age_group": "AGE"}
"Disaggregations that SDMX has concepts of."

Names = Mapping[str, str]

FREQUENCIES = {
    "A": "Annual",
    "S": "Half-yearly",
    "Q": "Quarterly",
    "M": "Monthly",
    "D": "Daily",
    "_O": "Other",
}

STATUSES = {"A": "Normal value", "E": "Estimated value", "O": "Missing value", "M": "Cannot exist"}
"Of CL_OBS_STATUS those in use."

ANSWERS = {Answer.NOTHING_TO_REPORT: "O", Answer.NOT_APPLICABLE: "M"}

QUALIFIERS = {
    Qualifier.EXACT: ("EQ", "Exact"),
    Qualifier.AT_LEAST: ("GE", "At least"),
    Qualifier.AT_MOST: ("LE", "At most"),
    Qualifier.ABOUT: ("AB", "About"),
}

TEXT, NUMBER = "String", "Double"


@dataclass(frozen=True)
class Component:
    """A column: its concept and its codes, or without codes the type of its text."""

    name: str
    title: Names
    codes: Mapping[str, Names] | None = None
    kind: str = TEXT


def identifier(code: str) -> str:
    """Return a code of ours in the letters that SDMX allows.

    >>> identifier("ES-SE-CAM"), identifier("30+")
    ('ES-SE-CAM', '30_')
    """
    return re.sub(r"[^A-Za-z0-9_@$-]", "_", code)


def period(start: date, end: date) -> tuple[str, str]:
    """Return frequency and time period of first and last day.

    >>> period(date(2023, 1, 1), date(2023, 6, 30)), period(date(2022, 10, 1), date(2023, 5, 31))
    (('S', '2023-S1'), ('_O', '2022-10-01/P243D'))
    """
    if start == end:
        return "D", start.isoformat()
    code = words.period_code(start, end)
    for frequency, form in (
        ("A", r"\d{4}"),
        ("S", r"\d{4}-S\d"),
        ("Q", r"\d{4}-Q\d"),
        ("M", r"\d{4}-\d\d"),
    ):
        if re.fullmatch(form, code):
            return frequency, code
    return "_O", f"{start.isoformat()}/P{(end - start).days + 1}D"


def write(data: Data) -> bytes:
    """Return the observations of a view (with all breakdowns) as SDMX-CSV; only the header where there are none."""
    flow = f"{agency(data)}:{FLOW}({VERSION})"
    columns = [one.name for one in (*dimensions(data), *MEASURES, *attributes(data))]
    rows = [
        {"STRUCTURE": "dataflow", "STRUCTURE_ID": flow, "ACTION": "I", **_row(data, one)}
        for one in data.observations.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=["STRUCTURE", "STRUCTURE_ID", "ACTION", *columns])
    return exports.as_csv(frame.astype(object), encoding="utf-8")


def _row(data: Data, one: Mapping[Any, Any]) -> dict[str, Any]:
    known = data.catalogue
    frequency, when = period(one["period_start"].date(), one["period_end"].date())
    categories = categories_of(one["breakdown_key"])
    status = "E" if one["basis"] == Basis.ESTIMATED else "A"
    return {
        "FREQ": frequency,
        "REF_AREA": identifier(one["place_code"]),
        "PROJECT": identifier(one["project_code"]) or NOT_APPLICABLE,
        "INDICATOR": identifier(one["indicator_code"]),
        "VALUE_TYPE": str(one["value_type"]).upper(),
        **{
            column: category_code(data, code, categories[code]) if code in categories else TOTAL
            for code, column in _disaggregations(data).items()
        },
        "TIME_PERIOD": when,
        "OBS_VALUE": one["value"],
        "OBS_STATUS": ANSWERS.get(one["answer"], status),
        "UNIT_MEASURE": identifier(known.indicators[one["indicator_code"]].unit_code),
        "CURRENCY": one["currency"],
        "REPORTED_AS": str(one["reported_as"]).upper(),
        "QUALIFIER": QUALIFIERS[one["qualifier"]][0],
        "NUMERATOR": one["numerator"],
        "DENOMINATOR": one["denominator"],
        "N_OBS": one["n"],
        "COMMENT_OBS": one["text"],
        "COMMENT_DSET": words.name(data.programme.notice, "en"),
    }


def agency(data: Data) -> str:
    """Return what stands for the maintenance agency; `ZZZ`, SDMX's own for none, where there is no programme."""
    return identifier(data.programme.programme_code) if data.programme else "ZZZ"


def category_code(data: Data, dimension_code: str, code: str) -> str:
    """Return the code of a category; age bands as in SDMX's CL_AGE (`Y18T29`, `Y_GE65`)."""
    row = data.catalogue.categories.get((dimension_code, code))
    if row is None:
        return identifier(code)
    if row.is_unknown:
        return UNKNOWN
    if row.age_from is None:
        return identifier(code)
    return f"Y_GE{row.age_from}" if row.age_to is None else f"Y{row.age_from}T{row.age_to}"


def _disaggregations(data: Data) -> dict[str, str]:
    """Return the column of each disaggregation of the catalogue, by its code."""
    taken = {one.name for one in (*BEFORE, *MEASURES)} | ATTRIBUTES
    named = {code: NAMES.get(code, identifier(code.upper())) for code in data.catalogue.dimensions}
    return {code: f"{name}_GROUP" if name in taken else name for code, name in named.items()}


# --- Structure ------------------------------------------------------------------------------------


def _plain(titles: Mapping[str, str]) -> dict[str, Names]:
    return {code: {"en": title} for code, title in titles.items()}


BEFORE = (
    Component("FREQ", {"en": "Frequency"}, _plain(FREQUENCIES)),
    Component("REF_AREA", {"en": "Reference area"}),
    Component("PROJECT", {"en": "Project"}),
    Component("INDICATOR", {"en": "Indicator"}),
    Component("VALUE_TYPE", {"en": "Baseline, target or actual"}),
)
"Dimensions before those of disaggregation; the codes of most come from the catalogue."

MEASURES = (Component("OBS_VALUE", {"en": "Observation value"}, kind=NUMBER),)

ATTRIBUTES = {
    *("OBS_STATUS", "UNIT_MEASURE", "CURRENCY", "REPORTED_AS", "QUALIFIER", "NUMERATOR"),
    *("DENOMINATOR", "N_OBS", "COMMENT_OBS", "COMMENT_DSET", "TIME_PERIOD"),
}
"Names that no disaggregation may have."


def dimensions(data: Data) -> list[Component]:
    """Return the dimensions in their order, time last."""
    known = data.catalogue
    codes: dict[str, dict[str, Names]] = {
        "REF_AREA": {identifier(code): row.names for code, row in sorted(known.places.items())},
        "PROJECT": {NOT_APPLICABLE: {"en": "Not applicable"}}
        | {identifier(row.project_code): row.names for row in data.projects()},
        "INDICATOR": {identifier(row.indicator_code): row.names for row in data.indicators()},
        "VALUE_TYPE": {str(one).upper(): {"en": str(one).capitalize()} for one in ValueType},
    }
    before = [Component(one.name, one.title, codes.get(one.name, one.codes)) for one in BEFORE]
    made = [*before]
    for code, column in _disaggregations(data).items():
        listed: dict[str, Names] = {TOTAL: {"en": "Total"}}
        for (dimension, category), row in known.categories.items():
            if dimension == code:
                listed.setdefault(category_code(data, code, category), row.names)
        made.append(Component(column, known.dimensions[code].names, listed))
    return [*made, Component("TIME_PERIOD", {"en": "Time period"}, kind="ObservationalTimePeriod")]


def attributes(data: Data) -> list[Component]:
    """Return the attributes of an observation in their order."""
    units = {identifier(code): row.names for code, row in data.catalogue.units.items()}
    qualifiers = dict(QUALIFIERS.values())
    ways = {str(one).upper(): str(one).replace("_", " ").capitalize() for one in ReportedAs}
    return [
        Component("OBS_STATUS", {"en": "Observation status"}, _plain(STATUSES)),
        Component("UNIT_MEASURE", {"en": "Unit of measure"}, units),
        Component("CURRENCY", {"en": "Currency (ISO 4217) of an amount"}),
        Component("REPORTED_AS", {"en": "Of the period, or since the start"}, _plain(ways)),
        Component("QUALIFIER", {"en": "How exact the value is"}, _plain(qualifiers)),
        Component("NUMERATOR", {"en": "Numerator of a ratio"}, kind=NUMBER),
        Component("DENOMINATOR", {"en": "Denominator of a ratio"}, kind=NUMBER),
        Component("N_OBS", {"en": "Number of answers behind a score"}, kind=NUMBER),
        Component("COMMENT_OBS", {"en": "An answer in words"}),
        Component("COMMENT_DSET", {"en": "What is to be known of all values"}),
    ]


SPACE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
MESSAGE, STRUCTURES, COMMON = (f"{{{SPACE}/{name}}}" for name in ("message", "structure", "common"))
SPACES = {"mes": f"{SPACE}/message", "str": f"{SPACE}/structure", "com": f"{SPACE}/common"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
MODEL = "urn:sdmx:org.sdmx.infomodel"


def write_structure(data: Data) -> bytes:
    """Return dataflow, code lists, concepts and data structure of `write` as SDMX-ML."""
    root = etree.Element(f"{MESSAGE}Structure", nsmap=SPACES)
    header = _sub(root, f"{MESSAGE}Header")
    _sub(header, f"{MESSAGE}ID").text = f"{agency(data)}_{FLOW}"
    _sub(header, f"{MESSAGE}Test").text = "false"
    moment = data.freshness.accepted_at or datetime.combine(data.day, time.min, UTC)
    prepared = moment.astimezone(UTC).replace(tzinfo=None)
    _sub(header, f"{MESSAGE}Prepared").text = f"{prepared.isoformat(timespec='seconds')}Z"
    _sub(header, f"{MESSAGE}Sender", id=agency(data))
    body = _sub(root, f"{MESSAGE}Structures")
    title = data.programme.names if data.programme else {"en": "Results"}
    flow = _artefact(_sub(body, f"{STRUCTURES}Dataflows"), "Dataflow", FLOW, data, title)
    _sub(flow, f"{STRUCTURES}Structure").text = _urn(data, "datastructure.DataStructure", STRUCTURE)
    told, beside = dimensions(data), attributes(data)
    lists = _sub(body, f"{STRUCTURES}Codelists")
    for one in (*told, *beside):
        if one.codes is not None:
            _code_list(lists, data, one)
    schemes = _sub(body, f"{STRUCTURES}ConceptSchemes")
    scheme = _artefact(schemes, "ConceptScheme", CONCEPTS, data, {"en": "Concepts"})
    for one in (*told, *MEASURES, *beside):
        concept = _sub(scheme, f"{STRUCTURES}Concept", id=one.name)
        _names(concept, one.title)
    structures = _sub(body, f"{STRUCTURES}DataStructures")
    structure = _artefact(structures, "DataStructure", STRUCTURE, data, title)
    _components(_sub(structure, f"{STRUCTURES}DataStructureComponents"), data, told, beside)
    etree.indent(root, space=" ")
    made: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return made + b"\n"


def _components(
    made: Any, data: Data, told: Iterable[Component], beside: Iterable[Component]
) -> None:
    listed = _sub(made, f"{STRUCTURES}DimensionList")
    *others, when = told
    for place, one in enumerate(others, start=1):
        _component(
            _sub(listed, f"{STRUCTURES}Dimension", id=one.name, position=str(place)), data, one
        )
    _component(_sub(listed, f"{STRUCTURES}TimeDimension", id=when.name), data, when)
    listed = _sub(made, f"{STRUCTURES}AttributeList")
    for one in beside:
        attribute = _sub(listed, f"{STRUCTURES}Attribute", usage="optional", id=one.name)
        _component(attribute, data, one)
        of = _sub(attribute, f"{STRUCTURES}AttributeRelationship")
        _sub(of, f"{STRUCTURES}Observation")
    listed = _sub(made, f"{STRUCTURES}MeasureList")
    for one in MEASURES:
        _component(_sub(listed, f"{STRUCTURES}Measure", id=one.name), data, one)


def _component(made: Any, data: Data, one: Component) -> None:
    """Add the concept of a column and what may stand in it."""
    concept = f"{_urn(data, 'conceptscheme.Concept', CONCEPTS)}.{one.name}"
    _sub(made, f"{STRUCTURES}ConceptIdentity").text = concept
    local = _sub(made, f"{STRUCTURES}LocalRepresentation")
    if one.codes is None:
        _sub(local, f"{STRUCTURES}TextFormat", textType=one.kind)
    else:
        listed = _urn(data, "codelist.Codelist", f"CL_{one.name}")
        _sub(local, f"{STRUCTURES}Enumeration").text = listed


def _code_list(lists: Any, data: Data, one: Component) -> None:
    made = _artefact(lists, "Codelist", f"CL_{one.name}", data, one.title)
    for code, names in (one.codes or {}).items():
        _names(_sub(made, f"{STRUCTURES}Code", id=code), names)


def _urn(data: Data, kind: str, name: str) -> str:
    return f"{MODEL}.{kind}={agency(data)}:{name}({VERSION})"


def _artefact(parent: Any, kind: str, name: str, data: Data, names: Names) -> Any:
    """Add something that an agency maintains, with its names."""
    made = _sub(parent, f"{STRUCTURES}{kind}", id=name, version=VERSION, agencyID=agency(data))
    _names(made, names)
    return made


def _names(parent: Any, names: Names) -> None:
    for tag in words.LANGUAGES:
        if text := names.get(tag):
            _sub(parent, f"{COMMON}Name", **{LANGUAGE: tag}).text = exports.NOT_XML.sub(
                "\ufffd", text
            )


def _sub(parent: Any, name: str, /, **attributes: str) -> Any:
    return etree.SubElement(parent, name, attributes)
