"""What the values of one slice say of each other: parts and totals, shares, sources of funding.

Pure functions over rows in codes (`schemas.rows.ROWS`); each returns its findings.
"""

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from etl.reference import Indicator, Reference
from etl.remarks import lines
from schemas.codes import Measure, ValueType
from schemas.findings import Finding, finding
from schemas.rows import SLICE, categories_of

ADDITIVE = (Measure.COUNT, Measure.AMOUNT, Measure.QUANTITY)
"What has parts that add up to a total."

SLACK = 1e-9
"Sums of decimals are not exact: so much of a total is nothing."

FUNDING = "funding_source"
"The dimension that makes an amount an expenditure, and a share a share of co-financing."

GRANT, OWN, IN_KIND = "eu_grant", "own", "in_kind"
"The sources of a sub-grant: what the programme pays and what the grantee does."

NEAR_WHOLE = 5.0
"""Percentages of three or more parts that come this near to 100 are meant to be shares of a whole.

Rates of separate groups (61 % of the women, 48 % of the men ...) add up to anything."""


def compare_parts(rows: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Return every disagreement among the values of one slice."""
    if (rows["breakdown_key"] == "").all():
        return _funding_shares(rows, reference)
    measures = rows["indicator_code"].map(
        {code: row.measure for code, row in reference.indicators.items()}
    )
    summed = rows[measures.isin(ADDITIVE)]
    pooled = rows[measures == Measure.RATIO]
    findings = [
        *_parts(summed, "value", reference),
        *_parts(pooled, "numerator", reference),
        *_parts(pooled, "denominator", reference),
        *_shares_of_a_whole(pooled, reference),
    ]
    # A part is told once, though its whole may be too large as well.
    return [*sorted(set(findings)), *_funding_shares(rows, reference)]


def precision(value: float) -> float:
    """Return half of the last digit that a number is written to: 0.5 for 86, 0.05 for 86.5."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** min(int(exponent), 0)


# --- Parts and totals --------------------------------------------------------------------------


def _parts(rows: pd.DataFrame, column: str, reference: Reference) -> list[Finding]:
    """Compare parts with totals: their sum where they exclude each other, else each of them.

    `column` is what adds up: values, or one of the two numbers of a ratio.
    """
    told = rows[rows[column].notna()]
    if told.empty or (told["breakdown_key"] == "").all():
        return []
    told = told.assign(part=told[column], slice=told.groupby(SLICE, sort=False).ngroup())
    is_total = told["breakdown_key"] == ""
    totals = told[is_total].set_index("slice")[["part", "cell"]]
    totals.columns = pd.Index(["total", "total_cell"])
    parts = told[~is_total].join(totals, on="slice", how="inner")
    if column == "denominator":
        # Parts of one whole repeat its size: there is nothing to add up.
        parts = parts[parts["part"] != parts["total"]]
    slack = SLACK * parts["total"].abs().clip(lower=1)
    above = parts[parts["part"] > parts["total"] + slack]
    findings = [_part_finding(row, row.part, "part_above_total") for row in lines(above)]
    groups = {key: _groups(str(key), reference) for key in parts["breakdown_key"].unique()}
    parts = parts.assign(slack=slack, group=parts["breakdown_key"].map(groups)).explode("group")
    parts = parts.dropna(subset="group").sort_values("part", ascending=False, kind="stable")
    by_group = parts.groupby(["slice", "group"], sort=False)["part"]
    parts = parts.assign(sum=by_group.transform("sum"), size=by_group.transform("size"))
    over = parts[(parts["size"] > 1) & (parts["sum"] > parts["total"] + parts["slack"])]
    largest = over.drop_duplicates(["slice", "group"])
    findings += [_part_finding(row, row.sum, "parts_above_total") for row in lines(largest)]
    return findings + (_missing(parts, reference) if column == "value" else [])


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
        found=f"{found:.10g}",
        total=float(row.total),
        total_cell=str(row.total_cell),
    )


def _missing(parts: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Remark on parts that claim to be all and do not reach the total.

    Parts need not cover their total, and the pages show how far they do. But sources of funding do
    (grant and own contribution are the whole), and whoever counts those not known has counted all.
    """
    keys = parts["breakdown_key"].drop_duplicates()
    said = {key: categories_of(str(key)) for key in keys}
    unknown = {
        key for key in keys if any(reference.categories[p].is_unknown for p in said[key].items())
    }
    source = {key: of.get(FUNDING, "") if len(of) == 1 else "" for key, of in said.items()}
    parts = parts.assign(
        is_unknown=parts["breakdown_key"].isin(unknown), source=parts["breakdown_key"].map(source)
    )
    short = parts[parts["sum"] < parts["total"] - parts["slack"]]
    claims = (short["is_unknown"] | (short["source"] == OWN)).groupby(
        [short["slice"], short["group"]]
    )
    findings = []
    for _, group in short[claims.transform("any")].groupby(["slice", "group"], sort=False):
        row: Any = next(group.itertuples())
        missing = float(row.total - row.sum)
        is_funding = {GRANT, OWN} <= set(group["source"])
        rounding = sum(map(precision, [row.total, *group["part"]]))
        if is_funding and missing > rounding:
            code = "funding_below_total"
        elif group["is_unknown"].any() and len(group) > 2:
            code = "parts_below_total"
        else:
            continue
        findings.append(
            finding(
                code,
                row.sheet,
                row.cell,
                found=f"{row.sum:.10g}",
                total=float(row.total),
                total_cell=str(row.total_cell),
                missing=missing,
            )
        )
    return findings


# --- Shares ------------------------------------------------------------------------------------


def _is_share(row: Indicator) -> bool:
    return row.measure == Measure.RATIO and row.factor == 100


def _shares_of_a_whole(rows: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask about percentages of exclusive parts that should be 100 together and are not.

    Only without the two numbers behind them, which say more, and only where they are shares of one
    whole: the total says 100, or three or more of them come near to it.
    """
    shares = {code for code, row in reference.indicators.items() if _is_share(row)}
    told = rows[
        rows["indicator_code"].isin(shares) & rows["value"].notna() & rows["denominator"].isna()
    ]
    parts = told[told["breakdown_key"] != ""]
    if parts.empty:
        return []
    whole = told[told["breakdown_key"] == ""].set_index(SLICE)["value"].rename("whole")
    parts = parts.join(whole, on=SLICE)
    groups = {key: _groups(str(key), reference) for key in parts["breakdown_key"].unique()}
    parts = parts.assign(group=parts["breakdown_key"].map(groups)).explode("group")
    findings = []
    for _, group in parts.dropna(subset="group").groupby([*SLICE, "group"], sort=False):
        total = float(group["value"].sum())
        is_whole = group["whole"].iloc[0] == 100
        is_near = group["whole"].isna().all() and abs(total - 100) <= NEAR_WHOLE
        if len(group) < (2 if is_whole else 3) or not (is_whole or is_near):
            continue
        if abs(total - 100) > group["value"].map(precision).sum() + SLACK:
            row: Any = next(group.itertuples())
            findings.append(
                finding("shares_not_100", row.sheet, row.cell, found=row.raw, sum=round(total, 6))
            )
    return findings


def stated_shares(rows: pd.DataFrame, facts: pd.DataFrame, computed: Any) -> list[Finding]:
    """Compare shares that are stated with those computed from the two numbers beside them.

    A share agrees to the precision that it is written to: 12,975 of 15,000 may be written as 86.5
    and as 86. As 87 only where no money is shared: there a share that is exactly between two
    numbers is not rounded up, because what can be paid ends at it. A fraction (0.865) is a share.
    """
    findings = []
    both = rows.assign(
        computed=computed,
        factor=facts["factor"].astype(float),
        is_funding=facts["is_funding"].astype(bool),
    )[rows["value"].notna() & computed.notna()]
    off = (both["value"] - both["computed"]).abs() > SLACK * both["computed"].abs().clip(lower=1)
    for row in lines(both[off]):
        if _agrees(row.value, row.computed, is_capped=row.is_funding):
            continue
        is_share = row.factor == 100
        if is_share and 0 < row.value <= 1 and _agrees(row.value, row.computed / 100):
            continue
        is_rest = is_share and _agrees(row.value, 100 - row.computed)
        findings.append(
            finding(
                "share_of_the_rest" if is_rest else "share_differs_from_parts",
                row.sheet,
                row.cell,
                found=row.raw,
                stated=float(row.value),
                numerator=float(row.numerator),
                denominator=float(row.denominator),
                computed=round(float(row.computed), 6),
            )
        )
    return findings


def _agrees(stated: float, computed: float, *, is_capped: bool = False) -> bool:
    """Return whether a number as written can stand for a computed one."""
    half = max(precision(stated), 1e-6)
    if is_capped and stated - computed >= half - SLACK:
        return False
    return abs(stated - computed) <= half + SLACK


# --- Co-financing ------------------------------------------------------------------------------


def is_expenditure(row: Indicator) -> bool:
    """Return whether an indicator counts money by the source that pays it."""
    return row.measure == Measure.AMOUNT and FUNDING in row.dimension_codes


def is_funding_share(row: Indicator) -> bool:
    """Return whether an indicator is a share of co-financing."""
    return _is_share(row) and FUNDING in row.dimension_codes


def _funding_shares(rows: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Compare co-financing shares with the expenditure by source, and with the project's budget."""
    shares = {code for code, row in reference.indicators.items() if is_funding_share(row)}
    told = rows[
        rows["indicator_code"].isin(shares)
        & (rows["breakdown_key"] == "")
        & rows["value"].notna()
        & (rows["value_type"] == ValueType.ACTUAL)
    ]
    if told.empty:
        return []
    return [*_by_source(told, rows, reference), *_by_catalogue(told, reference)]


def _by_source(told: pd.DataFrame, rows: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Compare shares with the sources of the expenditure of the same place and period.

    What is given in kind may or may not be part of the own contribution: either is right.
    """
    spent = {code for code, row in reference.indicators.items() if is_expenditure(row)}
    keys = {"": "total", **{f"{FUNDING}={name}": name for name in (OWN, IN_KIND)}}
    where = ["project_code", "place_code", "period_start", "period_end", "value_type"]
    sources = rows[rows["indicator_code"].isin(spent) & rows["breakdown_key"].isin(keys)]
    table = sources.assign(source=sources["breakdown_key"].map(keys)).pivot_table(
        index=where, columns="source", values="value", aggfunc="first"
    )
    table = table.reindex(columns=["total", OWN, IN_KIND]).dropna(subset=["total", OWN])
    both = told.join(table[table["total"] > 0], on=where, how="inner")
    findings = []
    for row in lines(both):
        in_kind = 0.0 if np.isnan(row.in_kind) else row.in_kind
        possible = [100 * own / row.total for own in (row.own, row.own + in_kind)]
        # To one decimal, as the calls say it, even if both numbers have many.
        if any(abs(row.value - share) <= max(precision(row.value), 0.05) for share in possible):
            continue
        findings.append(
            finding(
                "funding_share_differs",
                row.sheet,
                row.cell,
                found=row.raw,
                stated=float(round(row.value, 6)),
                own=float(row.own),
                total=float(row.total),
                computed=round(float(possible[0]), 6),
            )
        )
    return findings


SHARE_GAP = 10.0
"""A share of one period may differ by so many points from that of the whole project.

Own money is often spent first or last; beyond that the other share was most likely meant."""


def _by_catalogue(told: pd.DataFrame, reference: Reference) -> list[Finding]:
    findings = []
    for row in lines(told):
        project = reference.projects.get(row.project_code)
        if not project or not project.budget or project.own_contribution is None:
            continue
        expected = 100 * project.own_contribution / project.budget
        if abs(row.value - expected) > SHARE_GAP:
            findings.append(
                finding(
                    "share_differs_from_catalogue",
                    row.sheet,
                    row.cell,
                    found=row.raw,
                    stated=float(round(row.value, 6)),
                    own=project.own_contribution,
                    total=project.budget,
                    computed=round(expected, 6),
                )
            )
    return findings
