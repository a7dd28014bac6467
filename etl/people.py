"""Persons, contacts and households are three units; those reached directly and indirectly two groups.

Words of six languages (`people_units` and `reach` in `data/words/spreadsheets.toml`) tell them apart.
"""

import re
from functools import cache, lru_cache

import pandas as pd

from etl import parse
from etl.reference import Indicator, Reference, spelling
from etl.remarks import first, lines
from schemas.codes import Measure, ValueType
from schemas.findings import Finding, finding

DIRECT, INDIRECT = "direct", "indirect"

SAME_PEOPLE = 20.0
"From so many people on, two equal counts of different people are no accident."

WHERE = ["project_code", "place_code", "period_end"]


@cache
def _pattern(section: str) -> tuple[re.Pattern[str], dict[str, str]]:
    """Return what finds the words of a section in a text, and what each belongs to."""
    known = {spelling(word): key for word, key in parse.words(section).items()}
    longest = sorted(map(re.escape, known), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)"), known


@lru_cache(maxsize=20_000)
def said(section: str, text: str) -> frozenset[str]:
    """Return which lists of a section of the word lists a text has words of."""
    pattern, known = _pattern(section)
    return frozenset(known[word] for word in pattern.findall(spelling(text)))


def reach_of(row: Indicator) -> str:
    """Return whether an indicator counts persons reached directly or indirectly; empty for others."""
    if row.measure != Measure.COUNT or row.unit_code != "persons":
        return ""
    told = frozenset[str]().union(
        *(said("reach", text) for text in (*row.names.values(), *row.aliases))
    )
    return INDIRECT if INDIRECT in told else DIRECT if DIRECT in told else ""


def compare_words(rows: pd.DataFrame, reference: Reference, programme: str) -> list[Finding]:
    """Ask about words that speak of another unit of people, or of others than the indicator counts.

    Looked at are the words for the indicator, and those beside the number. A name of the indicator
    cannot contradict it; a text that speaks of two ("persons in 40 households") proves nothing.
    """
    units = parse.words("people_units").values()
    codes = {
        code
        for code in set(rows["indicator_code"])
        if (row := reference.indicators.get(code)) and row.unit_code in units
    }
    counted = rows[rows["indicator_code"].isin(codes)]
    findings = []
    for column in ("indicator", "raw"):
        worded = counted[counted[column].str.contains(r"[^\W\d_]{2}", regex=True)]
        for (code, text), group in worded.groupby(["indicator_code", column], sort=False):
            row = reference.indicators[str(code)]
            if reference.find_indicator(str(text), programme) == code:
                continue
            findings += _differing_unit(row, str(text), group, reference)
            findings += _differing_reach(row, str(text), group)
    return findings


def _differing_unit(
    row: Indicator, text: str, group: pd.DataFrame, reference: Reference
) -> list[Finding]:
    told = said("people_units", text)
    if len(told) != 1 or row.unit_code in told:
        return []
    cell = first(group)
    unit = reference.units[next(iter(told))]
    expected = reference.units[row.unit_code]
    return [
        finding(
            "people_unit_differs",
            cell.sheet,
            cell.cell,
            found=text,
            said=unit.names.get("en", unit.unit_code),
            expected=expected.names.get("en", expected.unit_code),
            times=len(group),
        )
    ]


def _differing_reach(row: Indicator, text: str, group: pd.DataFrame) -> list[Finding]:
    told, own = said("reach", text), reach_of(row)
    if not own or len(told) != 1 or own in told:
        return []
    cell = first(group)
    name = row.names.get("en", "")
    return [
        finding(
            "reach_differs",
            cell.sheet,
            cell.cell,
            found=text,
            indicator=row.indicator_code,
            name=name,
            times=len(group),
        )
    ]


def counterparts(codes: set[str], reference: Reference) -> set[str]:
    """Return the indicators of people that some indicators are to be compared with."""
    kinds = {code: reach_of(row) for code, row in reference.indicators.items()}
    if not any(kinds.get(code) for code in codes):
        return set()
    programmes = {reference.indicators[code].programme_code for code in codes}
    return {
        code
        for code, kind in kinds.items()
        if kind and reference.indicators[code].programme_code in programmes
    }


def compare_reach(rows: pd.DataFrame, known: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask about people reached directly and indirectly that may be the same, or changed places.

    Told once for two series in one place, for the last period. `known` are the actual totals that the workbook does not restate.
    """
    kinds = {
        code: kind
        for code in {*rows["indicator_code"], *known["indicator_code"]}
        if (kind := reach_of(reference.indicators[code]))
    }
    if len(set(kinds.values())) < 2:
        return []
    columns = [*WHERE, "indicator_code", "value", "sheet", "cell", "raw"]
    new = rows.loc[
        (rows["value_type"] == ValueType.ACTUAL)
        & (rows["breakdown_key"] == "")
        & rows["value"].notna(),
        columns,
    ]
    frames = [new.assign(is_new=True)]
    if len(known):
        old = known.loc[known["breakdown_key"] == "", [*WHERE, "indicator_code", "value"]]
        frames.append(old.assign(sheet="", cell="", raw="", is_new=False))
    told = pd.concat(frames, ignore_index=True)
    told["reach"] = told["indicator_code"].map(kinds)
    direct = told[told["reach"] == DIRECT].sort_values("value", ascending=False, kind="stable")
    indirect = told[told["reach"] == INDIRECT]
    both = indirect.merge(direct, on=WHERE, suffixes=("", "_direct"))
    both = both[both["is_new"] | both["is_new_direct"]]
    same = both[(both["value"] == both["value_direct"]) & (both["value"] >= SAME_PEOPLE)]
    largest = both.drop_duplicates([*WHERE, "indicator_code"])
    below = largest[largest["value"] < largest["value_direct"]]
    findings = []
    pair = ["project_code", "place_code", "indicator_code", "indicator_code_direct"]
    for code, chosen in (("same_people_twice", same), ("indirect_below_direct", below)):
        counted = chosen.assign(times=chosen.groupby(pair)["value"].transform("size"))
        for row in lines(counted.drop_duplicates(pair, keep="last")):
            where = (row.sheet, row.cell) if row.is_new else (row.sheet_direct, row.cell_direct)
            findings.append(
                finding(
                    code,
                    *where,
                    found=row.raw if row.is_new else row.raw_direct,
                    indirect=float(row.value),
                    indicator=row.indicator_code,
                    direct=float(row.value_direct),
                    other=row.indicator_code_direct,
                    times=int(row.times),
                )
            )
    return findings
