"""Stock and flow: figures of a period that behave like figures to date, and the other way round.

Pure functions over a history (`etl.history`); also flows that were copied from period to period.
"""

import math

import pandas as pd

from etl.history import SERIES, actuals, flows_of, rules, to_date_of
from etl.parts import ADDITIVE, SLACK
from etl.reference import Reference
from etl.remarks import first, lines, series_text
from schemas.codes import Overlap, ReportedAs, TimeRule
from schemas.findings import Finding, finding

KEYS = ["track", "length"]
"What makes one flow: quarters and the years that they make up are two."

TWICE_FALLEN_OF = 4
"So many figures to date, of which two or more fall, are most likely none."

STEADY = 2.0
"The earlier periods of a flow are steady where the largest is at most so many times the smallest."

PLATEAU_POINTS = 5
"So many values that never fall, with a repetition among them, look like a figure to date."

SAME, SAME_FROM = 3, 20.0
"""The same value in so many periods, one after the other, may have been copied.

From 20 on, and not for multiples of five, which are often estimates, quotas or capacities; smaller
counts agree by accident."""

BLOCK, BLOCK_DIFFERENT = 5, 3
"At least so many flows, of which so many differ from each other, make a block that may be copied."

BLOCK_SHARE = 0.8
"So much of what is reported for the period has to be in the block."


def falling_totals(history: pd.DataFrame) -> list[Finding]:
    """Ask about figures to date that are below those of an earlier period.

    Where that happens more than once in a series of four or more, no slip explains it: then the
    whole series is told, once.
    """
    largest = history.groupby(["track", "period_end"])["value"].max().reset_index()
    by_track = largest.groupby("track")
    largest = largest.assign(
        before=by_track["value"].shift(), day=by_track["period_end"].shift()
    ).drop(columns="value")
    totals = to_date_of(history).merge(largest, on=["track", "period_end"])
    totals = totals.assign(
        is_fall=totals["value"] < totals["before"] - SLACK * totals["before"].abs()
    )
    groups = totals.groupby("track", sort=False)
    often = (groups["is_fall"].transform("sum") > 1) & (
        groups["value"].transform("size") >= TWICE_FALLEN_OF
    )
    findings = [
        finding(
            "to_date_falls",
            row.sheet,
            row.cell,
            found=row.raw,
            before=float(row.before),
            day=f"{row.day:%Y-%m-%d}",
        )
        for row in lines(totals[totals["is_fall"] & totals["is_new"] & ~often])
    ]
    for _, points in totals[often].groupby("track", sort=False):
        for row in lines(points[points["is_fall"] & points["is_new"]].tail(1)):
            text = series_text(points.loc[: row.Index])
            findings.append(
                finding("to_date_like_flow", row.sheet, row.cell, found=row.raw, series=text)
            )
    return findings


def small_totals(history: pd.DataFrame) -> list[Finding]:
    """Ask about figures to date below what the single periods have brought so far.

    Only where nobody is counted in two periods, and where no single period is larger: then the
    figure falls, which is told already.
    """
    findings = []
    totals = to_date_of(history)
    alone = history["overlap"].isin([Overlap.NONE, Overlap.PROJECTS])
    both = history["track"].isin(totals["track"]) & history["track"].isin(
        flows_of(history)["track"]
    )
    for _, points in history[alone & both].groupby("track"):
        flows = flows_of(points)
        if flows.empty or (flows["period_start"] <= flows["period_end"].shift()).any():
            continue
        for row in lines(to_date_of(points[points["is_new"]])):
            earlier = flows[flows["period_end"] <= row.period_end]
            total = math.fsum(earlier["value"])
            last = earlier["value"].max() if len(earlier) else math.inf
            if last <= row.value < total * (1 - SLACK):
                findings.append(
                    finding(
                        "to_date_below_sum",
                        row.sheet,
                        row.cell,
                        found=row.raw,
                        sum=total,
                        series=series_text(earlier),
                    )
                )
    return findings


def flows_like_totals(history: pd.DataFrame) -> list[Finding]:
    """Ask about figures of single periods that behave like figures to date; one for each cell."""
    flows = flows_of(history)
    found = {**_never_falling(flows), **_running_sums(flows), **_switched(history)}
    return [*found.values()]


def _running_sums(flows: pd.DataFrame) -> dict[int, Finding]:
    """Return what equals the sum of all earlier periods, or exceeds it by about one more.

    The sum exactly: from two earlier periods on, round numbers (200 = 100 + 100) from three on. About one more (from half of the smallest to one
    and a half times the largest): from three on, and only if they were steady; growth is no error.
    """
    groups = flows.groupby(KEYS, sort=False)
    earlier = pd.DataFrame(
        {
            "count": groups.cumcount(),
            "sum": groups["value"].cumsum() - flows["value"],
            "low": groups["value"].cummin().groupby([flows[k] for k in KEYS]).shift(),
            "high": groups["value"].cummax().groupby([flows[k] for k in KEYS]).shift(),
        }
    )
    more = flows["value"] - earlier["sum"]
    is_sum = (earlier["count"] >= 2) & (more.abs() <= SLACK * flows["value"].abs())
    is_sum &= (earlier["count"] >= 3) | (flows["value"] % 5 != 0)
    is_steady = (earlier["count"] >= 3) & (earlier["high"] <= STEADY * earlier["low"])
    is_next = is_steady & (more >= 0.5 * earlier["low"]) & (more <= 1.5 * earlier["high"])
    is_asked = (is_sum | is_next) & (earlier["low"] > 0) & (flows["value"] >= SAME_FROM)
    findings = {}
    for row in lines(flows[is_asked & flows["is_new"]]):
        before = flows[(flows["track"] == row.track) & (flows["length"] == row.length)]
        findings[row.Index] = finding(
            "flow_like_running_sum",
            row.sheet,
            row.cell,
            found=row.raw,
            sum=float(earlier["sum"][row.Index]),
            series=series_text(before.loc[: row.Index]),
        )
    return findings


def _never_falling(flows: pd.DataFrame) -> dict[int, Finding]:
    """Return the last new value of each series that never falls, at times stands still, and doubles.

    Growth alone is no sign; but a flow hardly repeats a value exactly while it grows, and a figure
    to date does wherever nothing was added.
    """
    groups = flows.groupby(KEYS, sort=False)
    step = groups["value"].diff()
    is_plateau = (step == 0) & (flows["value"] >= SAME_FROM)
    shape = pd.DataFrame(
        {
            "lowest": step.groupby([flows[k] for k in KEYS]).transform("min"),
            "plateaus": is_plateau.groupby([flows[k] for k in KEYS]).transform("sum"),
            "size": groups["value"].transform("size"),
            "first": groups["value"].transform("first"),
            "last": groups["value"].transform("last"),
        }
    )
    asked = flows[
        (shape["size"] >= PLATEAU_POINTS)
        & (shape["lowest"] >= 0)
        & (shape["plateaus"] > 0)
        & (shape["last"] >= 2 * shape["first"])
    ]
    findings = {}
    for _, points in asked.groupby(KEYS, sort=False):
        for row in lines(points[points["is_new"]].tail(1)):
            findings[row.Index] = finding(
                "flow_never_falls",
                row.sheet,
                row.cell,
                found=row.raw,
                times=len(points),
                series=series_text(points),
            )
    return findings


def _switched(history: pd.DataFrame) -> dict[int, Finding]:
    """Return what is said to be of its period, where the last two were to date and smaller."""
    told = history[(history["time_rule"] == TimeRule.SUM) & history["measure"].isin(ADDITIVE)]
    groups = told.groupby("track", sort=False)
    is_to_date = told["reported_as"] == ReportedAs.TO_DATE
    by_track = is_to_date.groupby(told["track"])
    after = by_track.shift(1, fill_value=False) & by_track.shift(2, fill_value=False)
    last = groups["value"].shift()
    asked = told[~is_to_date & after & told["is_new"] & (told["value"] >= last) & (last > 0)]
    findings = {}
    for row in lines(asked):
        points = told[told["track"] == row.track]
        findings[row.Index] = finding(
            "flow_after_to_date",
            row.sheet,
            row.cell,
            found=row.raw,
            before=float(last[row.Index]),
            series=series_text(points.loc[: row.Index]),
        )
    return findings


# --- Copies ------------------------------------------------------------------------------------


def copied_values(history: pd.DataFrame) -> list[Finding]:
    """Ask about flows that say exactly the same in three or more periods, one after the other."""
    flows = flows_of(history)
    flows = flows.sort_values([*KEYS, "period_end"], kind="stable")
    flows = flows.assign(run=(flows.groupby(KEYS)["value"].diff() != 0).cumsum())
    is_told = (flows["value"] >= SAME_FROM) & (flows["value"] % 5 != 0)
    size = flows.groupby("run")["value"].transform("size")
    findings = []
    for _, points in flows[is_told & (size >= SAME)].groupby("run", sort=False):
        for row in lines(points[points["is_new"]].tail(1)):
            findings.append(
                finding(
                    "value_copied",
                    row.sheet,
                    row.cell,
                    found=row.raw,
                    times=len(points),
                    series=series_text(points),
                )
            )
    return findings


def copied_blocks(rows: pd.DataFrame, before: pd.DataFrame, reference: Reference) -> list[Finding]:
    """Ask once for each project and place whether all flows of a period are those of the one before."""
    key = [*SERIES, "breakdown_key", "currency"]
    columns = [*key, "period_start", "period_end", "value", "reported_as"]
    told = actuals(rows)[[*columns, "sheet", "cell"]].assign(is_new=True)
    where = ["project_code", "place_code"]
    old = before.merge(told[where].drop_duplicates(), on=where)
    if len(old):
        old = old[columns].assign(sheet="", cell="", is_new=False)
        told = pd.concat([told, old], ignore_index=True)
    if told.empty:
        return []
    told = flows_of(pd.concat([told, rules(told["indicator_code"], reference)], axis=1))
    told = told.assign(key=told.groupby(key, sort=False).ngroup())
    told = told.sort_values(["key", "period_end"], kind="stable").reset_index(drop=True)
    is_next = told["key"] == told["key"].shift()
    told = told.assign(
        end_before=told["period_end"].shift().where(is_next),
        is_same=is_next
        & (told["value"] == told["value"].shift())
        & (told["period_end"].shift() < told["period_start"]),
    )
    period = [*where, "period_start", "period_end"]
    told = told[told["is_new"]]
    told = told.assign(block=told.groupby(period, sort=False).ngroup())
    same = told.groupby("block")["is_same"].transform("sum")
    told = told[same >= BLOCK]
    numbered = told.assign(number=told["value"].where(told["value"] != 0))
    blocks = numbered.groupby("block").agg(
        **{name: (name, "first") for name in period},
        size=("is_same", "size"),
        compared=("end_before", "count"),
        same=("is_same", "sum"),
        different=("number", "nunique"),
        first_end=("end_before", "min"),
        last_end=("end_before", "max"),
    )
    copied = blocks[
        (blocks["same"] == blocks["compared"])
        & (blocks["same"] >= BLOCK_SHARE * blocks["size"])
        & (blocks["different"] >= BLOCK_DIFFERENT)
        & (blocks["first_end"] == blocks["last_end"])
    ].sort_values("period_end")
    findings = []
    for _, periods in copied.groupby(where, sort=False):
        row = next(lines(periods.tail(1)))
        cell = first(told[told["block"] == row.Index])
        findings.append(
            finding(
                "period_copied",
                cell.sheet,
                cell.cell,
                times=int(row.same),
                before=f"{row.last_end:%Y-%m-%d}",
            )
        )
    return findings
