"""Typed rows and reference become rows in codes, or findings; pure: no database, no files.

All findings come in one pass. Words are looked up once per distinct text, so that a workbook of
100,000 rows costs little more than its distinct words.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from babel.numbers import list_currencies

from etl.reference import Reference
from schemas.codes import Measure, ReportedAs, ValueType
from schemas.findings import Finding, finding
from schemas.rows import KEY, ROWS, SLICE, categories_of, empty

SERIES = ["project_code", "place_code", "indicator_code"]
CURRENCIES = frozenset(list_currencies())
"The codes of all currencies there are, by Unicode CLDR."

ADDITIVE = (Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY)
"What has parts that add up to a total."

SLACK = 1e-9
"Sums of decimals are not exact."

FAR = 10.0
"A value this many times its series' median, or this small a part of it, is asked about."


@dataclass(frozen=True)
class Checked:
    """The rows of a workbook in the codes of the reference (`schemas.rows.ROWS`), and its findings.

    Where there are errors the rows are those that could be made; nothing of them is to be stored.
    """

    rows: pd.DataFrame
    findings: list[Finding]


def check(
    parsed: pd.DataFrame,
    reference: Reference,
    known: Callable[[Iterable[str]], pd.DataFrame],
    *,
    programme_code: str,
    today: date,
) -> Checked:
    """Return what a parsed workbook (`schemas.rows.PARSED`) becomes in one programme.

    `known` returns the current observations of some indicators (KEY and `value` at least).
    """
    if parsed.empty:
        return Checked(empty(ROWS), [finding("no_values")])
    findings: list[Finding] = []
    rows = parsed.copy()
    for resolve in (_indicators, _projects, _places, _breakdowns):
        findings += resolve(rows, reference, programme_code)
    findings += _periods(rows, today)
    rows = rows[rows["is_known"]].drop(columns="is_known")
    if rows.empty:
        return Checked(empty(ROWS), findings)
    facts = _facts(rows, reference)
    findings += _units(rows, facts, reference)
    rows["value"] = _ratios(rows, facts)
    rows["reported_as"] = rows["reported_as"].where(rows["reported_as"] != "", facts["reported_as"])
    findings += _values(rows, facts)
    rows, repeated = _repeated(rows[list(ROWS.columns)].reset_index(drop=True))
    findings += repeated
    findings += _parts(rows, reference)
    findings += _overlapping(rows)
    findings += _against_known(rows, known(sorted(set(rows["indicator_code"]))))
    return Checked(ROWS.validate(rows, lazy=True), findings)


# --- Words become codes ------------------------------------------------------------------------


def _lines(rows: pd.DataFrame) -> Iterator[Any]:
    """Yield rows as named tuples, whose fields no type checker knows."""
    yield from rows.itertuples()


def _first(rows: pd.DataFrame) -> Any:
    """Return the first row as a named tuple."""
    return next(_lines(rows))


def _at(rows: pd.DataFrame, wrong: "pd.Series[bool]") -> Iterator[tuple[str, str, str]]:
    """Yield (sheet, cell, raw) of the rows that are wrong."""
    chosen = rows.loc[wrong, ["sheet", "cell", "raw"]]
    yield from chosen.itertuples(index=False, name=None)


def _each(
    rows: pd.DataFrame, wrong: "pd.Series[bool]", code: str, **arguments: str | int | float
) -> list[Finding]:
    """Return one finding for each row that is wrong, quoting its cell."""
    return [
        finding(code, sheet, cell, found=raw, **arguments) for sheet, cell, raw in _at(rows, wrong)
    ]


def _words(
    rows: pd.DataFrame,
    column: str,
    find: Callable[[str], str | None],
    suggest: Callable[[str], list[str]],
    code: str,
) -> tuple["pd.Series[str]", list[Finding]]:
    """Return the codes of a column of words, and one finding for each distinct unknown word."""
    codes: dict[str, str] = {}
    findings = []
    for word, group in rows.groupby(column, sort=False):
        word = str(word)
        found = find(word) if word else ""
        codes[word] = found or ""
        if word and not found:
            first = _first(group)
            close = suggest(word)
            findings.append(
                finding(
                    code,
                    first.sheet,
                    first.cell,
                    found=word,
                    times=len(group),
                    suggestion=" / ".join(close[:3]) or "–",
                )
            )
    return rows[column].map(codes), findings


def _indicators(rows: pd.DataFrame, reference: Reference, programme: str) -> list[Finding]:
    rows["indicator_code"], findings = _words(
        rows,
        "indicator",
        lambda word: reference.find_indicator(word, programme),
        lambda word: reference.suggestions(word, "indicator", programme),
        "unknown_indicator",
    )
    nameless = rows["indicator"] == ""
    rows["is_known"] = rows["indicator_code"] != ""
    return findings + _each(rows, nameless, "indicator_missing")


def _projects(rows: pd.DataFrame, reference: Reference, programme: str) -> list[Finding]:
    rows["project_code"], findings = _words(
        rows,
        "project",
        lambda word: reference.find_project(word, programme),
        lambda word: reference.suggestions(word, "project", programme),
        "unknown_project",
    )
    rows["is_known"] &= (rows["project_code"] != "") | (rows["project"] == "")
    return findings


def _places(rows: pd.DataFrame, reference: Reference, programme: str) -> list[Finding]:
    """Resolve places, those of the row's project first.

    A row that names none stands where its project does, if in one place only.
    """
    findings = []
    codes: dict[tuple[str, str], str] = {}
    for key, group in rows.groupby(["place", "project_code"], sort=False):
        word, project_code = map(str, key)
        project = reference.projects.get(project_code)
        own = project.place_codes if project else ()
        first = _first(group)
        where = first.sheet, first.cell
        code = reference.find_place(word, among=own) if word else ""
        if not word:
            code = own[0] if len(own) == 1 else ""
            if not code:
                findings.append(finding("place_missing", *where, found=first.raw))
        elif code is None:
            close = " / ".join(reference.suggestions(word, "place", programme)) or "–"
            findings.append(
                finding("unknown_place", *where, found=word, times=len(group), suggestion=close)
            )
        elif own and not {code, *reference.around(code)} & set(own):
            findings.append(
                finding("place_not_of_project", *where, found=word, project=project_code)
            )
        codes[word, project_code] = code or ""
    pairs = zip(rows["place"], rows["project_code"], strict=True)
    rows["place_code"] = [codes[pair] for pair in pairs]
    rows["is_known"] &= rows["place_code"] != ""
    return findings


def _breakdowns(rows: pd.DataFrame, reference: Reference, programme: str) -> list[Finding]:
    """Keep the keys whose dimensions and categories are all known, and which the indicator allows."""
    findings = []
    good = {""}
    for key, group in rows.groupby("breakdown", sort=False):
        first = _first(group)
        unknown = [
            (dimension, category)
            for dimension, category in categories_of(str(key)).items()
            if (dimension, category) not in reference.categories
        ]
        if not unknown:
            good.add(str(key))
        for dimension, category in unknown:
            findings.append(
                finding(
                    "unknown_category",
                    first.sheet,
                    first.cell,
                    found=category,
                    dimension=dimension,
                    times=len(group),
                    suggestion=" / ".join(reference.categories_in(dimension)) or "–",
                )
            )
    rows["breakdown_key"] = rows["breakdown"]
    rows["is_known"] &= rows["breakdown"].isin(good)
    used = rows[rows["is_known"] & (rows["breakdown"] != "")]
    for pair, group in used.groupby(["indicator_code", "breakdown"], sort=False):
        code, key = map(str, pair)
        allowed = reference.indicators[code].dimension_codes
        if extra := sorted(set(categories_of(key)) - set(allowed)):
            first = _first(group)
            findings.append(
                finding(
                    "unexpected_disaggregation",
                    first.sheet,
                    first.cell,
                    found=key,
                    indicator=code,
                    dimension=", ".join(extra),
                )
            )
    return findings


def _periods(rows: pd.DataFrame, today: date) -> list[Finding]:
    start, end = rows["period_start"], rows["period_end"]
    missing = start.isna() | end.isna()
    backwards = ~missing & (end < start)
    unlikely = ~missing & ~backwards & ((start.dt.year < 1950) | (end.dt.year > today.year + 30))
    future = (
        ~missing
        & ~unlikely
        & (rows["value_type"] == ValueType.ACTUAL)
        & (end > pd.Timestamp(today))
    )
    rows["is_known"] &= ~missing & ~backwards & ~unlikely
    findings = _each(rows, missing, "period_missing")
    for code, wrong in (("period_backwards", backwards), ("period_unlikely", unlikely)):
        for row in _lines(rows[wrong]):
            period = f"{row.period_start:%Y-%m-%d} – {row.period_end:%Y-%m-%d}"
            findings.append(finding(code, row.sheet, row.cell, found=period))
    return findings + _each(rows, future, "period_not_over", today=today.isoformat())


# --- Values ------------------------------------------------------------------------------------


def _facts(rows: pd.DataFrame, reference: Reference) -> pd.DataFrame:
    """Return, row by row, what the indicator (and its use in the project) says of its values."""
    attributes = (
        "measure",
        "unit_code",
        "factor",
        "is_annualised",
        "scale_min",
        "scale_max",
        "reported_as",
        "target_basis",
    )
    codes = rows["indicator_code"].unique()
    table = pd.DataFrame(
        {name: [getattr(reference.indicators[c], name) for c in codes] for name in attributes},
        index=codes,
    )
    facts = table.loc[rows["indicator_code"]].set_index(rows.index)
    used = reference.project_indicators
    pairs = pd.Series(
        list(zip(rows["project_code"], rows["indicator_code"], strict=True)), rows.index
    )
    for name in ("reported_as", "target_basis"):
        own = pairs.map(lambda pair, name=name: getattr(used[pair], name) if pair in used else None)
        facts[name] = own.where(own.notna(), facts[name])
    return facts


def _units(rows: pd.DataFrame, facts: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Compare the units that a workbook states with the catalogue's; a value needs its unit."""
    findings = []
    stated = rows["unit"] != ""
    is_number = rows["value"].notna()
    for (unit, expected), group in rows[stated].groupby(
        [rows["unit"], facts["unit_code"]], sort=False
    ):
        found = reference.find_unit(str(unit))
        if found == expected:
            continue
        first = _first(group)
        name = reference.units[str(expected)].names.get("en", str(expected))
        code = "unit_unknown" if found is None else "unit_differs"
        findings.append(
            finding(
                code,
                first.sheet,
                first.cell,
                found=str(unit),
                expected=name,
                times=len(group),
            )
        )
    if stated.any():
        findings += _each(rows, ~stated & is_number, "unit_missing")
    is_money = facts["measure"] == Measure.AMOUNT
    findings += _each(rows, is_money & is_number & (rows["currency"] == ""), "currency_missing")
    for currency, group in rows[~rows["currency"].isin(["", *CURRENCIES])].groupby("currency"):
        first = _first(group)
        findings.append(finding("currency_unknown", first.sheet, first.cell, found=str(currency)))
    return findings


def _ratios(rows: pd.DataFrame, facts: pd.DataFrame) -> "pd.Series[float]":
    """Return the values, those of ratios computed from their two parts where both are there."""
    months = (
        (rows["period_end"].dt.year - rows["period_start"].dt.year) * 12
        + rows["period_end"].dt.month
        - rows["period_start"].dt.month
        + 1
    )
    share = rows["numerator"] / rows["denominator"].replace(0, np.nan)
    per_year = np.where(facts["is_annualised"].astype(bool), 12 / months, 1.0)
    computed = share * facts["factor"].astype(float) * per_year
    return rows["value"].where(computed.isna(), computed)


def _values(rows: pd.DataFrame, facts: pd.DataFrame) -> list[Finding]:
    measure, value = facts["measure"], rows["value"]
    is_count = measure == Measure.COUNT
    is_share = (measure == Measure.RATIO) & (facts["factor"].astype(float) == 100)
    low, high = facts["scale_min"].astype(float), facts["scale_max"].astype(float)
    off_scale = (measure == Measure.SCORE) & ((value < low) | (value > high))
    zero = (rows["denominator"] == 0) & (rows["numerator"] > 0)
    findings = _each(rows, np.isinf(value.fillna(0)), "not_a_number")
    findings += _each(
        rows, (value < 0) & (is_count | (measure == Measure.QUANTITY)), "negative_value"
    )
    findings += _each(rows, is_count & (value % 1 != 0) & value.notna(), "fraction_of_count")
    findings += _each(rows, is_share & (value > 100), "share_above_100")
    findings += _each(rows, is_share & (value < 0), "negative_value")
    findings += _each(rows, zero, "zero_denominator")
    for row in _lines(rows.assign(low=low, high=high)[off_scale]):
        findings.append(
            finding(
                "score_off_scale", row.sheet, row.cell, found=row.raw, low=row.low, high=row.high
            )
        )
    unsaid = measure.isin([Measure.SCORE]) & value.notna() & rows["n"].isna()
    actual = rows["value_type"] == ValueType.ACTUAL
    return findings + _each(rows, unsaid & actual, "score_without_n")


def _repeated(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Return rows with one a key: the same value twice is a note, another value an error."""
    again = rows.duplicated(KEY, keep="first")
    if not again.any():
        return rows, []
    findings = []
    for _, group in rows[rows.duplicated(KEY, keep=False)].groupby(KEY, sort=False):
        first = _first(group)
        told = ["value", "text", "answer"]
        values = group[told].astype(object).fillna("")
        same = (values == values.iloc[0]).all(axis=1)
        others = group.iloc[1:]
        if same.all():
            cells = ", ".join(others["cell"].head(5))
            findings.append(
                finding(
                    "value_repeated",
                    first.sheet,
                    first.cell,
                    found=first.raw,
                    times=len(group),
                    cells=cells,
                )
            )
            continue
        for row in _lines(others[~same.iloc[1:]]):
            findings.append(
                finding(
                    "value_contradicted",
                    row.sheet,
                    row.cell,
                    found=row.raw,
                    other=str(first.raw),
                    other_cell=str(first.cell),
                )
            )
    return rows[~again].reset_index(drop=True), findings


def _parts(rows: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Compare parts with totals: their sum where they exclude each other, else each of them."""
    summed = [code for code, row in reference.indicators.items() if row.measure in ADDITIVE]
    told = rows[rows["value"].notna() & rows["indicator_code"].isin(summed)]
    if (told["breakdown_key"] == "").all():
        return []
    told = told.assign(slice=told.groupby(SLICE, sort=False).ngroup())
    is_total = told["breakdown_key"] == ""
    totals = told[is_total].set_index("slice")[["value", "cell"]].add_suffix("_total")
    parts = told[~is_total].join(totals, on="slice", how="inner")
    above = parts[parts["value"] > parts["value_total"] + SLACK]
    findings = [_part_finding(row, row.value, "part_above_total") for row in _lines(above)]
    groups = {key: _groups(str(key), reference) for key in parts["breakdown_key"].unique()}
    parts = parts.assign(group=parts["breakdown_key"].map(groups)).explode("group")
    parts = parts.dropna(subset="group").sort_values("value", ascending=False, kind="stable")
    by_group = parts.groupby(["slice", "group"], sort=False)
    parts = parts.assign(
        sum=by_group["value"].transform("sum"), size=by_group["value"].transform("size")
    )
    over = parts[(parts["size"] > 1) & (parts["sum"] > parts["value_total"] + SLACK)]
    largest = over.drop_duplicates(["slice", "group"])
    findings += [_part_finding(row, row.sum, "parts_above_total") for row in _lines(largest)]
    return sorted(set(findings))


def _groups(key: str, reference: Reference) -> list[str]:
    """Return the lists of categories a breakdown is part of, within which parts may be summed.

    One for each scheme (age bands of two schemes overlap), "unknown" in all of its dimension; none
    for a multi-choice dimension.
    """
    parts = categories_of(key)
    if not all(reference.dimensions[dimension].is_exclusive for dimension in parts):
        return []
    names = [""]
    for dimension, category in parts.items():
        own = reference.categories[dimension, category]
        schemes = list(own.schemes)
        if own.is_unknown:
            others = (row for (of, _), row in reference.categories.items() if of == dimension)
            schemes = list(dict.fromkeys(name for row in others for name in row.schemes))
        schemes = schemes or [""]
        names = [f"{name}|{dimension}:{scheme}" for name in names for scheme in schemes]
    return names


def _part_finding(row: Any, found: float, code: str) -> Finding:
    return finding(
        code,
        row.sheet,
        row.cell,
        found=f"{found:g}",
        total=float(row.value_total),
        total_cell=str(row.cell_total),
    )


def _overlapping(rows: pd.DataFrame) -> list[Finding]:
    """Ask about actuals of one series whose periods overlap: they are never added up."""
    actual = rows[
        (rows["value_type"] == ValueType.ACTUAL)
        & (rows["reported_as"] == ReportedAs.IN_PERIOD)
        & (rows["breakdown_key"] == "")
    ].sort_values([*SERIES, "period_start", "period_end"])
    same = (actual[SERIES] == actual[SERIES].shift()).all(axis=1)
    latest = actual.groupby(SERIES, sort=False)["period_end"].cummax().shift()
    overlapping = same & (actual["period_start"] <= latest)
    return _each(actual, overlapping, "periods_overlap")


# --- Against what is known ---------------------------------------------------------------------


def _against_known(rows: pd.DataFrame, known: pd.DataFrame) -> list[Finding]:
    """Compare with the observations that count today: falls, moved targets, unlikely values."""
    if known.empty:
        return []
    totals = rows[(rows["breakdown_key"] == "") & rows["value"].notna()]
    before = known[(known["breakdown_key"] == "") & known["value"].notna()]
    return [
        *_moved_targets(totals, before),
        *_falls(totals, before),
        *_far_values(totals, before),
    ]


def _moved_targets(totals: pd.DataFrame, before: pd.DataFrame) -> list[Finding]:
    both = totals.merge(before[[*SLICE, "value"]], on=SLICE, suffixes=("", "_before"))
    moved = both[(both["value_type"] != ValueType.ACTUAL) & (both["value"] != both["value_before"])]
    return [
        finding(
            "target_moved" if row.value_type == ValueType.TARGET else "baseline_moved",
            row.sheet,
            row.cell,
            found=row.raw,
            before=float(row.value_before),
        )
        for row in _lines(moved)
    ]


def _falls(totals: pd.DataFrame, before: pd.DataFrame) -> list[Finding]:
    """Ask about figures to date that are below those of an earlier period."""
    to_date = totals[
        (totals["value_type"] == ValueType.ACTUAL) & (totals["reported_as"] == ReportedAs.TO_DATE)
    ]
    earlier = before[before["value_type"] == ValueType.ACTUAL]
    both = to_date.merge(
        earlier[[*SERIES, "period_end", "value"]], on=SERIES, suffixes=("", "_before")
    )
    both = both[both["period_end_before"] < both["period_end"]]
    both = both.sort_values("period_end_before").groupby(["sheet", "cell"], sort=False).tail(1)
    return [
        finding("to_date_falls", row.sheet, row.cell, found=row.raw, before=float(row.value_before))
        for row in _lines(both[both["value"] < both["value_before"]])
    ]


def _far_values(totals: pd.DataFrame, before: pd.DataFrame) -> list[Finding]:
    """Ask about values far from the median of their own series of four values or more."""
    earlier = before[before["value_type"] == ValueType.ACTUAL]
    series = earlier.groupby(SERIES)["value"].agg(["median", "count"]).reset_index()
    series = series[(series["count"] >= 4) & (series["median"] > 0)]
    actual = totals[(totals["value_type"] == ValueType.ACTUAL) & (totals["value"] > 0)]
    both = actual.merge(series, on=SERIES)
    far = (both["value"] > FAR * both["median"]) | (both["value"] < both["median"] / FAR)
    return [
        finding(
            "value_far_from_series", row.sheet, row.cell, found=row.raw, median=float(row.median)
        )
        for row in _lines(both[far])
    ]
