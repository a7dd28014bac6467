"""What has to be right in the catalogue, whoever changes it: by workbook or by form."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Table, literal, select

from etl import reference
from etl.catalogue.changes import Act, Change, Where
from etl.catalogue.columns import Column, Form, Kind, forms
from etl.catalogue.rows import Rows
from etl.reference import Key, Record, spelling
from schemas import tables, words
from schemas.codes import LANGUAGES, Measure, PlaceKind
from schemas.findings import Finding, finding
from schemas.tables import Base

Say = Callable[..., Finding]


def _runs_back(start: Any, end: Any) -> bool:
    return start is not None and end is not None and end < start


RULES: tuple[tuple[str, str, str, Callable[[Record], bool]], ...] = (
    ("programme", "threshold", "catalogue_below_one", lambda r: r["threshold"] < 1),
    (
        *("programme", "sensitive_threshold", "catalogue_below_threshold"),
        lambda r: r["sensitive_threshold"] < r["threshold"],
    ),
    ("programme", "round_months", "catalogue_below_one", lambda r: r["round_months"] < 1),
    ("programme", "currency", "catalogue_no_currency", lambda r: not _is_currency(r["currency"])),
    ("project", "currency", "catalogue_no_currency", lambda r: not _is_currency(r["currency"])),
    (
        *("exchange_rate", "currency", "catalogue_no_currency"),
        lambda r: not _is_currency(r["currency"]),
    ),
    ("exchange_rate", "per_eur", "catalogue_not_positive", lambda r: r["per_eur"] <= 0),
    (
        *("place", "parent_code", "catalogue_only_countries_are_roots"),
        lambda r: (r["kind"] == PlaceKind.COUNTRY) != (r["parent_code"] is None),
    ),
    ("place", "latitude", "catalogue_not_on_earth", lambda r: abs(r["latitude"] or 0) > 90),
    ("place", "longitude", "catalogue_not_on_earth", lambda r: abs(r["longitude"] or 0) > 180),
    (
        "project",
        "end_date",
        "catalogue_ends_first",
        lambda r: _runs_back(r["start_date"], r["end_date"]),
    ),
    ("project", "budget", "catalogue_negative", lambda r: (r["budget"] or 0) < 0),
    (
        *("project", "own_contribution", "catalogue_above_budget"),
        lambda r: _runs_back(r["own_contribution"], r["budget"]),
    ),
    (
        "round",
        "period_end",
        "catalogue_ends_first",
        lambda r: _runs_back(r["period_start"], r["period_end"]),
    ),
    (
        "round",
        "due_date",
        "catalogue_due_first",
        lambda r: _runs_back(r["period_end"], r["due_date"]),
    ),
    (
        "category",
        "age_to",
        "catalogue_ends_first",
        lambda r: _runs_back(r["age_from"], r["age_to"]),
    ),
    (
        *("indicator", "scale_max", "catalogue_scale"),
        lambda r: (
            r["scale_min"] is not None
            and r["scale_max"] is not None
            and r["scale_max"] <= r["scale_min"]
        ),
    ),
    (
        *("indicator", "numerator_time_rule", "catalogue_ratio_parts"),
        lambda r: (r["measure"] == Measure.RATIO) != bool(r["numerator_time_rule"]),
    ),
    (
        *("indicator", "denominator_time_rule", "catalogue_ratio_parts"),
        lambda r: (r["measure"] == Measure.RATIO) != bool(r["denominator_time_rule"]),
    ),
    ("unit", "decimals", "catalogue_decimals", lambda r: not 0 <= r["decimals"] <= 6),
)
"Table, column, finding, and whether a row breaks the rule."

FIXED = {("indicator", "programme_code"), ("project", "programme_code")}
"What cannot be changed once values were reported by it."


def _is_currency(code: Any) -> bool:
    return isinstance(code, str) and len(code) == 3 and code.isascii() and code.isupper()


def check(
    conn: Connection, before: Rows, after: Rows, changes: list[Change], where: Where
) -> Iterator[Finding]:
    """Yield everything that is wrong with changed rows, and with what refers to removed ones."""
    for change in changes:
        if change.act in (Act.ADD, Act.CHANGE, Act.END):
            row = after[change.table][change.key]
            form = forms()[change.table]
            missing = list(_missing(form, change, row, where))
            yield from missing
            if not missing:
                yield from _broken(change, row, where)
            yield from _languages(form, change, row, where)
            yield from _fixed(conn, change, where)
    yield from _links(conn, after, where)
    yield from _between(after, where)
    named = {(one.table, one.key) for one in changes if one.after.keys() & {"names", "aliases"}}
    yield from _words(after, named, where)
    yield from _lowered(changes, where)


def _missing(form: Form, change: Change, row: Record, where: Where) -> Iterator[Finding]:
    for column in form.columns:
        value = row[column.name]
        if column.is_needed and (value is None or value == {}):
            yield finding(
                "catalogue_needed",
                *where(form.name, change.key, column.name),
                found=reference.row_name(change.key),
                column=column.headers[0],
            )


def _broken(change: Change, row: Record, where: Where) -> Iterator[Finding]:
    for table, column, code, is_broken in RULES:
        if table == change.table and is_broken(row):
            found = "" if row[column] is None else row[column]
            yield finding(code, *where(table, change.key, column), found=found, column=column)


def _languages(form: Form, change: Change, row: Record, where: Where) -> Iterator[Finding]:
    for column in form.columns:
        if column.kind is not Kind.TEXTS or not row[column.name]:
            continue
        if column.name not in change.after:
            continue
        missing = [language for language in LANGUAGES if language not in row[column.name]]
        if missing:
            yield finding(
                "catalogue_language_missing",
                *where(form.name, change.key, column.name),
                found=reference.row_name(change.key),
                column=column.stem,
                languages=", ".join(words.LANGUAGES[tag] for tag in missing),
            )


def _fixed(conn: Connection, change: Change, where: Where) -> Iterator[Finding]:
    for column in change.before.keys() & change.after.keys():
        if (change.table, column) in FIXED and is_used(conn, forms()[change.table], change.key):
            yield finding(
                "catalogue_fixed",
                *where(change.table, change.key, column),
                found=change.before[column],
                column=column,
            )


def _lowered(changes: list[Change], where: Where) -> Iterator[Finding]:
    for change in changes:
        for name in ("threshold", "sensitive_threshold"):
            if change.act is Act.CHANGE and name in change.after:
                before, after = change.before[name], change.after[name]
                if after is not None and after < before:
                    yield finding(
                        "catalogue_threshold_lowered",
                        *where(change.table, change.key, name),
                        found=after,
                        before=before,
                    )


# --- Between rows ---------------------------------------------------------------------------------


def _links(conn: Connection, rows: Rows, where: Where) -> Iterator[Finding]:
    """Yield the codes that there is nothing of."""
    there: dict[type[Base], set[Any]] = {
        form.table: {key[0] for key in rows[form.name]} for form in forms().values()
    }
    targets = tables.SdgTarget
    there[targets] = set(conn.execute(select(targets.sdg_target)).scalars())
    for form in forms().values():
        linked = [column for column in form.columns if column.of is not None]
        for key, row in rows[form.name].items():
            for column in linked:
                for code in _codes(column, row[column.name]):
                    if code not in there[column.of]:  # type: ignore[index]
                        yield finding(
                            "catalogue_unknown_code",
                            *where(form.name, key, column.name),
                            found=code,
                            table=column.of.__tablename__,  # type: ignore[union-attr]
                            row=reference.row_name(key),
                        )


def _codes(column: Column, value: Any) -> list[str]:
    """Return the codes in a value; of `organisation:role` the first."""
    if column.kind is Kind.CODE:
        return [] if value is None else [value]
    has_roles = column.link is tables.ProjectOrganisation
    return [item.partition(":")[0] if has_roles else item for item in value or ()]


def _between(rows: Rows, where: Where) -> Iterator[Finding]:
    """Yield what does not go together between rows of different tables."""
    indicators, projects = rows["indicator"], rows["project"]
    for (code,), row in indicators.items():
        if (base := indicators.get((row["rests_on"],))) and (
            not base["is_people"] or base["programme_code"] != row["programme_code"]
        ):
            yield finding(
                "catalogue_rests_on",
                *where("indicator", (code,), "rests_on"),
                found=row["rests_on"],
            )
    for key, row in rows["project_indicator"].items():
        project, indicator = projects.get((key[0],)), indicators.get((key[1],))
        if project is None or indicator is None:
            continue
        if project["programme_code"] != indicator["programme_code"]:
            yield finding(
                "catalogue_other_programme",
                *where("project_indicator", key, "indicator_code"),
                found=key[1],
                project=key[0],
            )
        if more := [one for one in row["dimensions"] if one not in indicator["dimensions"]]:
            yield finding(
                "catalogue_not_its_dimension",
                *where("project_indicator", key, "dimensions"),
                found=", ".join(more),
                indicator=key[1],
            )
    yield from _lists(rows, where)
    yield from _circles(rows, where)


def _lists(rows: Rows, where: Where) -> Iterator[Finding]:
    for form in forms().values():
        for column in form.columns:
            if column.kind is not Kind.CODES:
                continue
            for key, row in rows[form.name].items():
                codes = _codes(column, row[column.name])
                if len(set(codes)) < len(codes):
                    twice = next(code for code in codes if codes.count(code) > 1)
                    yield finding(
                        "catalogue_item_twice", *where(form.name, key, column.name), found=twice
                    )
                is_pairs = column.link is tables.ProjectOrganisation
                if is_pairs and any(item.count(":") != 1 for item in row[column.name]):
                    yield finding(
                        "catalogue_no_role",
                        *where(form.name, key, column.name),
                        found=";".join(row[column.name]),
                    )


CIRCLES = (
    ("place", "parent_code"),
    ("indicator", "rests_on"),
    ("indicator", "shared_indicator_code"),
)


def _circles(rows: Rows, where: Where) -> Iterator[Finding]:
    """Yield the rows that lie within themselves."""
    for table, column in CIRCLES:
        for key, row in rows[table].items():
            seen, next_key = {key}, (row[column],)
            while next_key in rows[table] and next_key not in seen:
                seen.add(next_key)
                next_key = (rows[table][next_key][column],)
            if next_key == key:
                yield finding("catalogue_circle", *where(table, key, column), found=row[column])


GROUPS: dict[str, Callable[[Record], str]] = {
    "unit": lambda row: "",
    "dimension": lambda row: "",
    "category": lambda row: row["dimension_code"],
    "indicator": lambda row: row["programme_code"],
}
"Within what a word may mean one row only, by table."


def _words(rows: Rows, changed: set[tuple[str, Key]], where: Where) -> Iterator[Finding]:
    """Yield the words that would mean two rows of one list: nobody could tell which."""
    for table in {table for table, _ in changed} & GROUPS.keys():
        meant: dict[tuple[Any, str], Key] = {}
        told: set[Key] = set()
        code_at = len(forms()[table].keys) - 1
        # What was changed comes last: it is what a word is taken away from.
        ordered = sorted(rows[table].items(), key=lambda one, of=table: (of, one[0]) in changed)  # type: ignore[misc]
        for key, row in ordered:
            group = GROUPS[table](row)
            for word in (key[code_at], *(row["names"] or {}).values(), *row["aliases"]):
                other = meant.setdefault((group, spelling(str(word))), key)
                if other != key and key not in told and (table, key) in changed:
                    told.add(key)
                    yield finding(
                        "catalogue_word_twice",
                        *where(table, key, "names"),
                        found=word,
                        row=reference.row_name(other),
                    )


# --- What is in use -------------------------------------------------------------------------------


def is_used(conn: Connection, form: Form, key: Key) -> bool:
    """Return whether something beside the catalogue refers to a row: values, roles, decisions."""
    for statement in _uses(form, key):
        if conn.execute(statement.limit(1)).first() is not None:
            return True
    return False


def _uses(form: Form, key: Key) -> Iterator[Any]:
    own = Base.metadata.tables[form.name]
    catalogue = {table.__tablename__ for table in reference.TABLES}
    if len(key) == 1:
        for other in Base.metadata.tables.values():
            for foreign in _foreign(other, own) if other.name not in catalogue else ():
                yield select(literal(1)).where(foreign == key[0])
    seen, used = tables.Observation, tables.BreakdownCategory
    if form.name == "project_indicator":
        yield select(literal(1)).where(seen.project_code == key[0], seen.indicator_code == key[1])
    if form.name == "category":
        yield select(literal(1)).where(used.dimension_code == key[0], used.category_code == key[1])


def _foreign(table: Table, to: Table) -> Iterator[Any]:
    for column in table.columns:
        if any(foreign.column.table is to for foreign in column.foreign_keys):
            yield column
