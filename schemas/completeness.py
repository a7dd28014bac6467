"""Who has to report what in a round, what of it came, and whether it came in time; pure.

A *task* is one project in one round. A value belongs to the round in which its period ends.
"""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from schemas.codes import Timeliness
from schemas.rows import DAY

TASK = ["round_code", "project_code"]

EXPECTED = [*TASK, "place_code", "indicator_code"]

URGENCY = (
    Timeliness.MISSING,
    Timeliness.DUE,
    Timeliness.LATE,
    Timeliness.WITHIN_GRACE,
    Timeliness.WITH_EXTENSION,
    Timeliness.ON_TIME,
)
"What stands for several tasks: the first of these that one of them has."


def tasks(rounds: pd.DataFrame, projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return which projects are expected in which rounds (columns `TASK`).

    `rounds`: round_code, programme_code, project_code (empty for all), period_start, period_end;
    `projects`: project_code, programme_code, start_date, end_date (NaT where nothing is known);
    `indicators`: project_code, indicator_code. A project is expected while it runs, if it has
    indicators; one with rounds of its own is expected in these alone.
    """
    own = set(rounds["project_code"]) - {""}
    known = projects[projects["project_code"].isin(indicators["project_code"])]
    pairs = rounds.rename(columns={"project_code": "only"}).merge(known, on="programme_code")
    is_asked = (pairs["only"] == pairs["project_code"]) | (
        (pairs["only"] == "") & ~pairs["project_code"].isin(own)
    )
    has_begun = pairs["start_date"].isna() | (pairs["start_date"] <= pairs["period_end"])
    has_not_ended = pairs["end_date"].isna() | (pairs["end_date"] >= pairs["period_start"])
    found = pairs.loc[is_asked & has_begun & has_not_ended, TASK]
    return found.sort_values(TASK, ignore_index=True)


def expected(tasks: pd.DataFrame, places: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the values that tasks ask for, one for each place and indicator (columns `EXPECTED`)."""
    whole = tasks.merge(places, on="project_code").merge(indicators, on="project_code")
    return whole[EXPECTED].sort_values(EXPECTED, ignore_index=True)


def received(
    expected: pd.DataFrame, rounds: pd.DataFrame, values: pd.DataFrame, answers: pd.DataFrame
) -> pd.DataFrame:
    """Return the expected values with `is_received`.

    `values`: project_code, place_code, indicator_code, period_end of what was reported; `answers`:
    `TASK` of those that were answered as a whole, which is as good as every value.
    """
    ends = rounds[["round_code", "period_start", "period_end"]]
    asked = expected.merge(
        ends.rename(columns={"period_start": "from", "period_end": "to"}), on="round_code"
    )
    met = asked.merge(values, on=["project_code", "place_code", "indicator_code"])
    met = met[met["period_end"].between(met["from"], met["to"])]
    there = pd.MultiIndex.from_frame(met[EXPECTED])
    told = pd.MultiIndex.from_frame(answers[TASK])
    is_received = pd.MultiIndex.from_frame(expected[EXPECTED]).isin(there)
    is_answered = pd.MultiIndex.from_frame(expected[TASK]).isin(told)
    return expected.assign(is_received=is_received | is_answered)


def completeness(received: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return how many values were expected and received (columns: `by`, expected, received, share)."""
    grouped = received.groupby(list(by), sort=True)["is_received"]
    counted = grouped.agg(expected="size", received="sum").reset_index()
    counted["received"] = counted["received"].astype(int)
    return counted.assign(share=counted["received"] / counted["expected"])


def arrivals(
    tasks: pd.DataFrame, rounds: pd.DataFrame, handed_in: pd.DataFrame, answers: pd.DataFrame
) -> pd.DataFrame:
    """Return the day on which something first came for a task (columns `TASK`, came_on).

    `handed_in`: project_code, period_end, came_on of workbooks that may count; `answers`: `TASK`,
    came_on.
    """
    ends = rounds[["round_code", "period_start", "period_end"]]
    asked = tasks.merge(
        ends.rename(columns={"period_start": "from", "period_end": "to"}), on="round_code"
    )
    met = asked.merge(handed_in, on="project_code")
    met = met[met["period_end"].between(met["from"], met["to"])]
    told = answers.merge(tasks, on=TASK)
    both = pd.concat([met[[*TASK, "came_on"]], told[[*TASK, "came_on"]]])
    return both.groupby(TASK, sort=True)["came_on"].min().reset_index()


def timeliness(
    tasks: pd.DataFrame,
    rounds: pd.DataFrame,
    arrivals: pd.DataFrame,
    extensions: pd.DataFrame,
    today: date,
) -> pd.DataFrame:
    """Return how each task stands (columns `TASK`, due_date, until, came_on, timeliness).

    `rounds` besides: due_date, grace_days; `extensions`: `TASK`, granted_until. `due_date` is the day
    that counts for the project, the granted one where that is later; `until` is the last day of the
    grace after it.
    """
    found = tasks.merge(rounds[["round_code", "due_date", "grace_days"]], on="round_code")
    longest = extensions.groupby(TASK)["granted_until"].max().reset_index()
    found = found.merge(longest, on=TASK, how="left").merge(arrivals, on=TASK, how="left")
    first = found["due_date"]
    found["due_date"] = first.where(~(found["granted_until"] > first), found["granted_until"])
    found["until"] = found["due_date"] + pd.to_timedelta(found["grace_days"], unit="D")
    now = pd.Timestamp(today)
    found["timeliness"] = [
        _word(came, day, due, until, now)
        for came, day, due, until in zip(
            found["came_on"], first, found["due_date"], found["until"], strict=True
        )
    ]
    for column in ("due_date", "until", "came_on"):
        found[column] = found[column].astype(DAY)  # type: ignore[call-overload]
    return found[[*TASK, "due_date", "until", "came_on", "timeliness"]]


def _word(
    came: pd.Timestamp,
    first: pd.Timestamp,
    due: pd.Timestamp,
    until: pd.Timestamp,
    now: pd.Timestamp,
) -> Timeliness:
    """Return the word for what came on a day, or has not come until now."""
    if pd.isna(came):
        return Timeliness.DUE if now <= until else Timeliness.MISSING
    if came <= first:
        return Timeliness.ON_TIME
    if came <= due:
        return Timeliness.WITH_EXTENSION
    return Timeliness.WITHIN_GRACE if came <= until else Timeliness.LATE


def most_urgent(words: Sequence[str]) -> str:
    """Return what stands for several tasks: what is still to come before what came, late before early.

    >>> most_urgent(["on_time", "late"])
    'late'
    """
    return str(min(map(Timeliness, words), key=URGENCY.index))
