"""The tables of the catalogue as people edit them: one declaration for sheets, forms and checks.

It follows from the tables of the database: types, what refers to what, what may be empty. Headers
are those of the files in `data/reference/`.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from sqlalchemy import JSON

from etl import reference
from schemas import codes, tables
from schemas.codes import LANGUAGES
from schemas.tables import Base
from schemas.words import N_


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    TEXTS = "texts"
    LIST = "list"
    CODE = "code"
    CODES = "codes"
    CHOICE = "choice"
    NUMBER = "number"
    WHOLE = "whole"
    DAY = "day"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class Column:
    """One column of a table: `of` is the table that its codes are of, `vocabulary` a closed list."""

    name: str
    kind: Kind
    is_key: bool = False
    is_needed: bool = False
    of: type[Base] | None = None
    vocabulary: type[StrEnum] | None = None
    link: type[Base] | None = None
    "The table of the database that a list of codes becomes."

    @property
    def stem(self) -> str:
        """The header of a text, without its language: `name` for `names`."""
        return self.name.removesuffix("s") if self.name.endswith("names") else self.name

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes that a column may hold, of a closed list; none where it is not of one."""
        return tuple(map(str, self.vocabulary or ()))

    @property
    def headers(self) -> list[str]:
        """The headers of the column in a sheet: one, or one for each language."""
        if self.kind is not Kind.TEXTS:
            return [self.name]
        return [f"{self.stem}_{language}" for language in LANGUAGES]


@dataclass(frozen=True)
class Form:
    """One table as people edit it."""

    table: type[Base]
    label: str
    columns: tuple[Column, ...]

    @property
    def name(self) -> str:
        """What the table is called in the database, in addresses and on its sheet."""
        return str(self.table.__tablename__)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The columns that tell its rows apart."""
        return tuple(column for column in self.columns if column.is_key)

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(column for column in self.columns if column.name == name)


LABELS: dict[type[Base], str] = {
    tables.Programme: N_("Programmes"),
    tables.Round: N_("Reporting rounds"),
    tables.Project: N_("Projects"),
    tables.ProjectIndicator: N_("What projects report"),
    tables.Indicator: N_("Indicators"),
    tables.Dimension: N_("Disaggregations"),
    tables.Category: N_("Categories"),
    tables.Place: N_("Territories and places"),
    tables.Organisation: N_("Organisations"),
    tables.Theme: N_("Themes"),
    tables.Unit: N_("Units"),
    tables.ExchangeRate: N_("Exchange rates"),
}
"The tables that are edited, in the order of their sheets; those of the UN are as they are."

TEXTS = frozenset(
    {
        *("names", "description", "notice", "definition", "verification", "summary"),
        *("numerator_names", "denominator_names"),
    }
)
"The columns in several languages."

LEFT_OUT = frozenset({"facts"})
"Published figures: they come with the source that each names."

CHOICES: dict[tuple[str, str], type[StrEnum]] = {
    ("place", "kind"): codes.PlaceKind,
    ("project", "kind"): codes.ProjectKind,
    ("exchange_rate", "kind"): codes.RateKind,
    ("programme", "rate_rule"): codes.RateKind,
    ("", "measure"): codes.Measure,
    ("", "time_rule"): codes.TimeRule,
    ("", "numerator_time_rule"): codes.TimeRule,
    ("", "denominator_time_rule"): codes.TimeRule,
    ("", "place_rule"): codes.PlaceRule,
    ("", "overlap"): codes.Overlap,
    ("", "direction"): codes.Direction,
    ("", "level"): codes.Level,
    ("", "reported_as"): codes.ReportedAs,
    ("", "target_basis"): codes.TargetBasis,
}
"The closed vocabularies, by table (empty for any) and column."

OTHERS: dict[tuple[str, str], type[Base]] = {
    ("place", "country_code"): tables.Place,
    ("project_indicator", "dimensions"): tables.Dimension,
}
"Columns that hold codes of a table without referring to it in the database."

LINKED: dict[type[Base], type[Base]] = {
    tables.ProjectPlace: tables.Place,
    tables.ProjectOrganisation: tables.Organisation,
    tables.IndicatorSdg: tables.SdgTarget,
    tables.IndicatorDimension: tables.Dimension,
}
"What the lists that become tables of their own are lists of."


@cache
def forms() -> dict[str, Form]:
    """Return the tables that are edited, by name."""
    found = [Form(table, label, tuple(_columns(table))) for table, label in LABELS.items()]
    return {form.name: form for form in found}


def _columns(table: type[Base]) -> list[Column]:
    columns = [
        _column(table.__tablename__, one)
        for one in Base.metadata.tables[table.__tablename__].columns
        if one.name not in LEFT_OUT
    ]
    lists = [
        Column(name, Kind.CODES, of=LINKED[link], link=link)
        for link, (parent, name, _) in reference.LISTS.items()
        if parent is table
    ]
    ended = [column for column in columns if column.name == "is_ended"]
    return [*(column for column in columns if column not in ended), *lists, *ended]


def _column(table: str, column: object) -> Column:
    """Return a column of a table of the database as it is edited."""
    name, kind = column.name, column.type  # type: ignore[attr-defined]
    is_key, is_null = column.primary_key, column.nullable  # type: ignore[attr-defined]
    is_needed = not is_null and column.default is None  # type: ignore[attr-defined]
    words = CHOICES.get((table, name)) or CHOICES.get(("", name))
    if words is not None:
        return Column(name, Kind.CHOICE, is_key, is_needed, vocabulary=words)
    for foreign in column.foreign_keys:  # type: ignore[attr-defined]
        other = next(
            one for one in reference.TABLES if one.__tablename__ == foreign.column.table.name
        )
        return Column(name, Kind.CODE, is_key, is_needed, of=other)
    of = OTHERS.get((table, name))
    if name in TEXTS:
        return Column(name, Kind.TEXTS, is_needed=name == "names")
    if isinstance(kind, JSON):
        return Column(name, Kind.CODES if of else Kind.LIST, of=of)
    if of:
        return Column(name, Kind.CODE, is_key, is_needed, of=of)
    plain = {bool: Kind.YES_NO, int: Kind.WHOLE, float: Kind.NUMBER, date: Kind.DAY}
    return Column(name, plain.get(kind.python_type, Kind.TEXT), is_key, is_needed)


EXPLAINED: dict[str, str] = {
    "names": N_("The name."),
    "aliases": N_("Other spellings, with semicolons between."),
    "is_ended": N_("No longer asked for. What was reported by it stays."),
    "threshold": N_("Counts below it are withheld from the public."),
    "sensitive_threshold": N_("The same, for sensitive groups."),
    "round_months": N_("How many months a reporting round takes."),
    "rate_rule": N_("Which exchange rate is taken for amounts."),
    "is_accepted_at_once": N_("Whether workbooks without errors count without a decision."),
    "is_invented": N_("Whether its values are invented; every page says so."),
    "measure": N_("What kind of value it has."),
    "time_rule": N_("How the periods of a series combine."),
    "place_rule": N_("How territories and projects combine."),
    "overlap": N_("Where the same person may be counted again."),
    "rests_on": N_("The indicator of people behind an amount, a ratio or hours."),
    "is_people": N_("Whether it counts persons; few of them are protected."),
    "is_sensitive": N_("Whether the higher threshold protects it."),
    "is_exclusive": N_("Whether one person has one category only."),
    "direction": N_("Which way is better."),
    "dimensions": N_("By which disaggregations it is asked, with semicolons between."),
    "sdg_targets": N_("The SDG targets that it is linked to, with semicolons between: 8.5;10.2"),
    "places": N_("Where it runs, with semicolons between."),
    "organisations": N_("Who runs it: organisation:role, with semicolons between."),
    "schemes": N_("The complete lists that the category is part of."),
    "parent_code": N_("The region or the country around it; empty for a country."),
    "sort": N_("Its place in lists."),
    "factor": N_("What a ratio is multiplied by: 100 for percent."),
    "facts": "",
}
"What a column is for, where its header does not say so."


def explained(column: Column) -> str:
    """Return a sentence on what belongs into a column (an msgid)."""
    kinds = {
        Kind.TEXT: N_("Text."),
        Kind.TEXTS: N_("Text, in this language."),
        Kind.LIST: N_("Words, with semicolons between."),
        Kind.CODE: N_("A code of the other sheet."),
        Kind.CODES: N_("Codes, with semicolons between."),
        Kind.CHOICE: N_("Choose from the list."),
        Kind.NUMBER: N_("A number."),
        Kind.WHOLE: N_("A whole number."),
        Kind.DAY: N_("A day: 2024-05-31"),
        Kind.YES_NO: N_("true or false"),
    }
    if column.is_key and column.kind is Kind.TEXT:
        return N_("The code, which cannot be changed later.")
    return EXPLAINED.get(column.name) or kinds[column.kind]


NAMED: dict[str, str] = {
    "programme_code": N_("Programme"),
    "round_code": N_("Code"),
    "project_code": N_("Project"),
    "indicator_code": N_("Indicator"),
    "dimension_code": N_("Disaggregation"),
    "category_code": N_("Category"),
    "place_code": N_("Place"),
    "organisation_code": N_("Organisation"),
    "theme_code": N_("Theme"),
    "unit_code": N_("Unit"),
    "names": N_("Name"),
    "description": N_("Description"),
    "notice": N_("Notice on every page"),
    "aliases": N_("Other spellings"),
    "definition": N_("Definition"),
    "verification": N_("Means of verification"),
    "summary": N_("Summary"),
    "numerator_names": N_("Name of the numerator"),
    "denominator_names": N_("Name of the denominator"),
    "numerator_time_rule": N_("How the numerator combines over time"),
    "denominator_time_rule": N_("How the denominator combines over time"),
    "time_rule": N_("How periods combine"),
    "place_rule": N_("How places combine"),
    "kind": N_("Kind"),
    "parent_code": N_("Within"),
    "country_code": N_("Country"),
    "latitude": N_("Latitude"),
    "longitude": N_("Longitude"),
    "source": N_("Source"),
    "source_url": N_("Address of the source"),
    "licence": N_("Licence"),
    "currency": N_("Currency"),
    "rate_rule": N_("Exchange rate"),
    "round_months": N_("Months of a reporting round"),
    "threshold": N_("Threshold"),
    "sensitive_threshold": N_("Threshold for sensitive groups"),
    "is_accepted_at_once": N_("Accepted at once"),
    "is_invented": N_("Values are invented"),
    "period_start": N_("First day"),
    "period_end": N_("Last day"),
    "due_date": N_("Due day"),
    "start_date": N_("First day"),
    "end_date": N_("Last day"),
    "budget": N_("Budget"),
    "own_contribution": N_("Own contribution"),
    "places": N_("Places"),
    "organisations": N_("Organisations"),
    "level": N_("Result level"),
    "parent_indicator_code": N_("Contributes to"),
    "reported_as": N_("Reported as"),
    "target_basis": N_("Targets are"),
    "dimensions": N_("Disaggregations"),
    "sdg_targets": N_("SDG targets"),
    "measure": N_("Kind of value"),
    "factor": N_("Factor"),
    "is_annualised": N_("Per year"),
    "is_people": N_("Counts people"),
    "is_sensitive": N_("Sensitive"),
    "is_exclusive": N_("One category for each person"),
    "is_unknown": N_("Stands for the unknown"),
    "is_ended": N_("No longer asked for"),
    "is_headline": N_("On the overview"),
    "overlap": N_("The same people again"),
    "rests_on": N_("Rests on"),
    "direction": N_("Better is"),
    "instrument": N_("Instrument"),
    "scale_min": N_("Lower end of the scale"),
    "scale_max": N_("Upper end of the scale"),
    "frequency": N_("Frequency"),
    "responsible": N_("Responsible"),
    "assumptions": N_("Assumptions"),
    "reason": N_("Why it is measured"),
    "provenance": N_("Provenance"),
    "shared_indicator_code": N_("Same as the shared indicator"),
    "sort": N_("Place in lists"),
    "schemes": N_("Complete lists"),
    "age_from": N_("From age"),
    "age_to": N_("To age"),
    "decimals": N_("Decimals"),
    "rate_date": N_("Day"),
    "per_eur": N_("For one euro"),
}
"What a column is called on pages."


def label(column: Column) -> str:
    """Return what a column is called on pages (an msgid)."""
    return NAMED.get(column.name, column.name)
