"""Typed rows and reference become rows in codes, or findings; pure: no database, no files.

All findings come in one pass. Words are looked up once per distinct text, so that a workbook of
100,000 rows costs little more than its distinct words. What the rows say of each other and of what
is known already, `etl.parts`, `etl.people` and `etl.compare` look at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from babel.numbers import list_currencies

from etl import compare, parts, people
from etl.history import not_restated
from etl.questions import SKIP, key
from etl.reference import Reference
from etl.remarks import each, first, lines
from schemas.codes import LANGUAGES, Measure, ValueType
from schemas.findings import Finding, finding
from schemas.rows import KEY, ROWS, breakdown_key, categories_of, empty
from schemas.words import UNKNOWN

CURRENCIES = frozenset(list_currencies())
"The codes of all currencies there are, by Unicode CLDR."

LISTED = 12
"So many categories are listed in a sentence; of more, those closest to what was written."


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
    terms: Mapping[str, str] | None = None,
) -> Checked:
    """Return what a parsed workbook (`schemas.rows.PARSED`) becomes in one programme.

    `known` returns the current observations of some indicators (KEY, `value`, `reported_as` and
    `currency` at least). `terms` are the answers about unknown words, by the names that
    `etl.questions.key` gives them: a code or a name, or `SKIP` to leave their rows out.
    """
    if parsed.empty:
        return Checked(empty(ROWS), [finding("no_values")])
    rows, findings = _left_out(parsed, terms or {})
    for resolve in (_indicators, _projects, _places, _breakdowns):
        findings += resolve(rows, reference, programme_code, terms or {})
    findings += _periods(rows, today)
    rows = rows[rows["is_known"]].drop(columns="is_known")
    if rows.empty:
        return Checked(empty(ROWS), findings)
    facts = _facts(rows, reference)
    findings += _units(rows, facts, reference)
    findings += people.compare_words(rows, reference, programme_code)
    computed = _ratios(rows, facts)
    findings += parts.stated_shares(rows, facts, computed)
    rows["value"] = rows["value"].where(computed.isna(), computed)
    rows["reported_as"] = rows["reported_as"].where(rows["reported_as"] != "", facts["reported_as"])
    findings += _values(rows, facts)
    rows, repeated = _repeated(rows[list(ROWS.columns)].reset_index(drop=True))
    findings += repeated
    findings += parts.compare_parts(rows, reference)
    codes = set(rows["indicator_code"])
    current = known(sorted(codes | people.counterparts(codes, reference)))
    findings += people.compare_reach(rows, not_restated(current, rows), reference)
    findings += compare.compare(rows, current, reference)
    return Checked(ROWS.validate(rows, lazy=True), findings)


# --- Words become codes ------------------------------------------------------------------------


def _key(code: str, word: str) -> str:
    """Return the name of the question that an unknown word raises."""
    return key(finding(code, found=word))


def _left_out(parsed: pd.DataFrame, terms: Mapping[str, str]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a copy of the rows without those whose word is to be left out, and a note for each."""
    rows, findings = parsed.copy(), []
    if SKIP not in terms.values():
        return rows, []
    for code, column in (
        ("unknown_indicator", "indicator"),
        ("unknown_project", "project"),
        ("unknown_place", "place"),
        ("unknown_category", "breakdown"),
    ):
        for text in rows[column].unique():
            words = categories_of(text).values() if column == "breakdown" else [text]
            for word in words:
                own = rows[rows[column] == text]
                if terms.get(_key(code, word)) == SKIP and len(own):
                    told = first(own)
                    note = finding(
                        "word_left_out", told.sheet, told.cell, found=word, times=len(own)
                    )
                    findings.append(note)
                    rows = rows.drop(own.index)
    return rows, findings


def _answered(
    find: Callable[[str], str | None], code: str, terms: Mapping[str, str]
) -> Callable[[str], str | None]:
    """Return a look-up that knows what was answered about unknown words, too."""

    def look_up(word: str) -> str | None:
        answer = terms.get(_key(code, word), "")
        return (find(answer) if answer else None) or find(word)

    return look_up


Offer = tuple[str, Mapping[str, str]]
"A code that may have been meant, with its names by language."


def _offer(
    words: Iterable[str], find: Callable[[str], str | None], names: Mapping[str, Mapping[str, str]]
) -> list[Offer]:
    """Return the codes that words of the catalogue stand for; in English with the word that is alike."""
    offers: dict[str, Mapping[str, str]] = {}
    for word in words:
        if code := find(word):
            offers.setdefault(code, names[code] if word == code else {**names[code], "en": word})
    return [*offers.items()]


def _unknown(
    code: str, rows: pd.DataFrame, word: str, offers: list[Offer], **arguments: str
) -> Finding:
    """Return the question what an unknown word means; `options` are the codes to choose from.

    `suggestion` names them in English, `suggestion_es` … in the other languages.
    """
    told = first(rows)
    for language in LANGUAGES[1:] if offers else ():
        arguments[f"suggestion_{language}"] = _named(offers, language)
    return finding(
        code,
        told.sheet,
        told.cell,
        found=word,
        times=len(rows),
        suggestion=_named(offers, "en") or UNKNOWN,
        options="|".join(one for one, _ in offers),
        **arguments,
    )


ASKED = 40
"So many unknown words of one kind are asked about, with what may be meant."


def _named(offers: list[Offer], language: str) -> str:
    """Return codes with their names in a language, else in English, in one line."""
    told = ((code, names.get(language) or names.get("en", "")) for code, names in offers[:LISTED])
    return " / ".join(f"{code} {name}" if name not in ("", code) else code for code, name in told)


def _words(
    rows: pd.DataFrame,
    column: str,
    find: Callable[[str], str | None],
    offer: Callable[[str], list[Offer]],
    code: str,
) -> tuple["pd.Series[str]", list[Finding]]:
    """Return the codes of a column of words, and a finding for each of the first unknown words.

    Nobody answers thousands of questions: of more unknown words only the number is told.
    """
    codes = {str(word): (find(str(word)) if word else "") or "" for word in rows[column].unique()}
    unknown = {word for word, found in codes.items() if word and not found}
    wrong = rows[rows[column].isin(unknown)]
    findings = []
    for place, (word, group) in enumerate(wrong.groupby(column, sort=False)):
        if place == ASKED:
            row = first(group)
            left = len(unknown) - ASKED
            findings.append(finding("more_unknown_words", row.sheet, row.cell, times=left))
            break
        findings.append(_unknown(code, group, str(word), offer(str(word))))
    return rows[column].map(codes), findings


def _indicators(
    rows: pd.DataFrame, reference: Reference, programme: str, terms: Mapping[str, str]
) -> list[Finding]:
    def find(word: str) -> str | None:
        return reference.find_indicator(word, programme)

    def offer(word: str) -> list[Offer]:
        close = reference.suggestions(word, "indicator", programme)
        return _offer(close, find, {c: row.names for c, row in reference.indicators.items()})

    code = "unknown_indicator"
    rows["indicator_code"], findings = _words(
        rows, "indicator", _answered(find, code, terms), offer, code
    )
    nameless = rows["indicator"] == ""
    rows["is_known"] = rows["indicator_code"] != ""
    return findings + each(rows, nameless, "indicator_missing")


def _projects(
    rows: pd.DataFrame, reference: Reference, programme: str, terms: Mapping[str, str]
) -> list[Finding]:
    def find(word: str) -> str | None:
        return reference.find_project(word, programme)

    def offer(word: str) -> list[Offer]:
        close = reference.suggestions(word, "project", programme)
        return _offer(close, find, {c: row.names for c, row in reference.projects.items()})

    code = "unknown_project"
    rows["project_code"], findings = _words(
        rows, "project", _answered(find, code, terms), offer, code
    )
    rows["is_known"] &= (rows["project_code"] != "") | (rows["project"] == "")
    return findings


def _places(
    rows: pd.DataFrame, reference: Reference, programme: str, terms: Mapping[str, str]
) -> list[Finding]:
    """Resolve places, those of the row's project first.

    A row that names none stands where its project does, if in one place only.
    """
    findings = []
    codes: dict[tuple[str, str], str] = {}
    for names, group in rows.groupby(["place", "project_code"], sort=False):
        word, project_code = map(str, names)
        project = reference.projects.get(project_code)
        own = project.place_codes if project else ()
        told = first(group)
        where = told.sheet, told.cell

        def find(text: str, own: tuple[str, ...] = own) -> str | None:
            return reference.find_place(text, among=own)

        code = _answered(find, "unknown_place", terms)(word) if word else ""
        if not word:
            code = own[0] if len(own) == 1 else ""
            if not code:
                findings.append(finding("place_missing", *where, found=told.raw))
        elif code is None:
            offers = _offered_places(word, reference, programme)
            findings.append(_unknown("unknown_place", group, word, offers))
        elif own and not {code, *reference.around(code)} & set(own):
            findings.append(
                finding("place_not_of_project", *where, found=word, project=project_code)
            )
        codes[word, project_code] = code or ""
    pairs = zip(rows["place"], rows["project_code"], strict=True)
    rows["place_code"] = [codes[pair] for pair in pairs]
    rows["is_known"] &= rows["place_code"] != ""
    return findings


def _offered_places(word: str, reference: Reference, programme: str) -> list[Offer]:
    used = {
        place
        for project in reference.projects.values()
        for place in project.place_codes
        if project.programme_code == programme
    }
    return _offer(
        reference.suggestions(word, "place", programme),
        lambda text: reference.find_place(text, among=used) or reference.find_place(text),
        {code: row.names for code, row in reference.places.items()},
    )


def _breakdowns(
    rows: pd.DataFrame, reference: Reference, programme: str, terms: Mapping[str, str]
) -> list[Finding]:
    """Keep the keys whose dimensions and categories are all known, and which the indicator allows."""
    findings = []
    keys = {"": ""}
    for text, group in rows.groupby("breakdown", sort=False):
        said = {
            dimension: _category(dimension, word, reference, terms)
            for dimension, word in categories_of(str(text)).items()
        }
        unknown = [pair for pair in said.items() if pair not in reference.categories]
        if not unknown:
            keys[str(text)] = breakdown_key(said)
        for dimension, word in unknown:
            offers = _offered_categories(dimension, word, reference)
            findings.append(_unknown("unknown_category", group, word, offers, dimension=dimension))
    rows["breakdown_key"] = rows["breakdown"].map(keys).fillna("")
    rows["is_known"] &= rows["breakdown"].isin(keys)
    used = rows[rows["is_known"] & (rows["breakdown_key"] != "")]
    for pair, group in used.groupby(["indicator_code", "breakdown_key"], sort=False):
        code, breakdown = map(str, pair)
        allowed = reference.indicators[code].dimension_codes
        if extra := sorted(set(categories_of(breakdown)) - set(allowed)):
            told = first(group)
            findings.append(
                finding(
                    "unexpected_disaggregation",
                    told.sheet,
                    told.cell,
                    found=breakdown,
                    indicator=code,
                    dimension=", ".join(extra),
                )
            )
    return findings


def _category(dimension: str, word: str, reference: Reference, terms: Mapping[str, str]) -> str:
    """Return a category as it was answered where it is unknown, else as it is."""
    if (dimension, word) in reference.categories:
        return word
    answer = terms.get(_key("unknown_category", word), "")
    return (reference.find_category(dimension, answer) if answer else None) or word


def _offered_categories(dimension: str, word: str, reference: Reference) -> list[Offer]:
    """Return the categories of a dimension, those closest to a word first."""
    codes = reference.categories_in(dimension)
    close = (
        reference.find_category(dimension, text)
        for text in reference.suggestions(word, "category", dimension)
    )
    ordered = dict.fromkeys([*(code for code in close if code), *codes])
    return [(code, reference.categories[dimension, code].names) for code in ordered]


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
    findings = each(rows, missing, "period_missing")
    for code, wrong in (("period_backwards", backwards), ("period_unlikely", unlikely)):
        for row in lines(rows[wrong]):
            period = f"{row.period_start:%Y-%m-%d} – {row.period_end:%Y-%m-%d}"
            findings.append(finding(code, row.sheet, row.cell, found=period))
    return findings + each(rows, future, "period_not_over", today=today.isoformat())


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
    table["is_funding"] = [parts.is_funding_share(reference.indicators[c]) for c in codes]
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
        told = first(group)
        name = reference.units[str(expected)].names.get("en", str(expected))
        code = "unit_unknown" if found is None else "unit_differs"
        findings.append(
            finding(
                code,
                told.sheet,
                told.cell,
                found=str(unit),
                expected=name,
                times=len(group),
            )
        )
    if stated.any():
        findings += each(rows, ~stated & is_number, "unit_missing")
    is_money = facts["measure"] == Measure.AMOUNT
    findings += each(rows, is_money & is_number & (rows["currency"] == ""), "currency_missing")
    for currency, group in rows[~rows["currency"].isin(["", *CURRENCIES])].groupby("currency"):
        told = first(group)
        findings.append(finding("currency_unknown", told.sheet, told.cell, found=str(currency)))
    return findings


def _ratios(rows: pd.DataFrame, facts: pd.DataFrame) -> "pd.Series[float]":
    """Return what the two parts of a ratio make, NaN where they are not both there."""
    months = (
        (rows["period_end"].dt.year - rows["period_start"].dt.year) * 12
        + rows["period_end"].dt.month
        - rows["period_start"].dt.month
        + 1
    )
    share = rows["numerator"] / rows["denominator"].replace(0, np.nan)
    per_year = np.where(facts["is_annualised"].astype(bool), 12 / months, 1.0)
    return share * facts["factor"].astype(float) * per_year


def _values(rows: pd.DataFrame, facts: pd.DataFrame) -> list[Finding]:
    measure, value = facts["measure"], rows["value"]
    is_count = measure == Measure.COUNT
    is_share = (measure == Measure.RATIO) & (facts["factor"].astype(float) == 100)
    low, high = facts["scale_min"].astype(float), facts["scale_max"].astype(float)
    off_scale = (measure == Measure.SCORE) & ((value < low) | (value > high))
    zero = (rows["denominator"] == 0) & (rows["numerator"] > 0)
    findings = each(rows, np.isinf(value.fillna(0)), "not_a_number")
    findings += each(
        rows, (value < 0) & (is_count | (measure == Measure.QUANTITY)), "negative_value"
    )
    findings += each(rows, is_count & (value % 1 != 0) & value.notna(), "fraction_of_count")
    findings += each(rows, is_share & (value > 100), "share_above_100")
    findings += each(rows, is_share & (value < 0), "negative_value")
    findings += each(rows, zero, "zero_denominator")
    for row in lines(rows.assign(low=low, high=high)[off_scale]):
        findings.append(
            finding(
                "score_off_scale", row.sheet, row.cell, found=row.raw, low=row.low, high=row.high
            )
        )
    unsaid = measure.isin([Measure.SCORE]) & value.notna() & rows["n"].isna()
    actual = rows["value_type"] == ValueType.ACTUAL
    return findings + each(rows, unsaid & actual, "score_without_n")


def _repeated(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Return rows with one a key: the same value twice is a note, another value an error."""
    again = rows.duplicated(KEY, keep="first")
    if not again.any():
        return rows, []
    findings = []
    for _, group in rows[rows.duplicated(KEY, keep=False)].groupby(KEY, sort=False):
        told = first(group)
        said = ["value", "text", "answer"]
        values = group[said].astype(object).fillna("")
        same = (values == values.iloc[0]).all(axis=1)
        others = group.iloc[1:]
        if same.all():
            cells = ", ".join(others["cell"].head(5))
            findings.append(
                finding(
                    "value_repeated",
                    told.sheet,
                    told.cell,
                    found=told.raw,
                    times=len(group),
                    cells=cells,
                )
            )
            continue
        for row in lines(others[~same.iloc[1:]]):
            findings.append(
                finding(
                    "value_contradicted",
                    row.sheet,
                    row.cell,
                    found=row.raw,
                    other=str(told.raw),
                    other_cell=str(told.cell),
                )
            )
    return rows[~again].reset_index(drop=True), findings
