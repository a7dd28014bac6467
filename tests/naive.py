"""A second, naive implementation of adding up, progress and status: loops over dicts, in fractions.

Written from the rules, not from `schemas.impact`, and as slow as it likes. A row is a dict of the
fields of an observation (None for a missing number), `rules` a dict of an indicator's attributes,
`sexes` the categories of the one dimension it knows, "sex", besides "unknown".
"""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

Fields = dict[str, Any]

ORDER = [
    "not_a_number",
    "no_value",
    "total_missing",
    "overlapping_periods",
    "straddling_periods",
    "two_values",
    "periods_not_additive",
    "different_periods",
    "context_apart",
    "not_additive",
    "nested_places",
    "mixed_currencies",
    "parts_missing",
    "no_denominator",
    "n_missing",
]


# --- Days ---------------------------------------------------------------------------------------


def months_earlier(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(months):
        month -= 1
        if month == 0:
            year, month = year - 1, 12
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


# --- Rows of one slice become one row -------------------------------------------------------------


def usable(row: Fields) -> bool:
    if row["answer"] == "nothing_to_report":
        return True
    if row["answer"] == "not_applicable":
        return False
    return not (row["value"] is None and row["numerator"] is None)


def number(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def as_entry(row: Fields, rules: Fields) -> Fields:
    """Return a reported total in the form that the rest of this module works with."""
    return {
        "start": row["period_start"],
        "end": row["period_end"],
        "value": number(row["value"]),
        "numerator": number(row["numerator"]),
        "denominator": number(row["denominator"]),
        "n": number(row["n"]),
        "eur": number(row["value_eur"]),
        "currency": row["currency"] if rules["measure"] == "amount" else "",
        "qualifier": row["qualifier"],
        "to_date": row["reported_as"] == "to_date",
        "nothing": row["answer"] == "nothing_to_report",
        "partial": False,
        "sexes": {},
    }


def slices_of(rows: list[Fields]) -> list[list[Fields]]:
    slices: list[list[Fields]] = []
    for row in rows:
        for known in slices:
            other = known[0]
            if all(
                row[name] == other[name] for name in ("period_start", "period_end", "reported_as")
            ):
                known.append(row)
                break
        else:
            slices.append([row])
    return slices


def entries(rows: list[Fields], rules: Fields, sexes: list[str]) -> list[Fields]:
    """Return one entry per reported period of one series and value type."""
    found = []
    for rows_of_slice in slices_of(rows):
        totals = [row for row in rows_of_slice if row["breakdown_key"] == ""]
        parts = [row for row in rows_of_slice if row["breakdown_key"] != "" and usable(row)]
        if totals:
            entry = as_entry(totals[0], rules) if usable(totals[0]) else None
        else:
            entry = sum_of_parts(parts, rules, sexes)
        if entry is None:
            continue
        for row in parts:
            if row["qualifier"] in ("=", ">="):
                sex = row["breakdown_key"].removeprefix("sex=")
                entry["sexes"][sex] = number(row["value"]) or Fraction(0)
        found.append(entry)
    return found


def sum_of_parts(parts: list[Fields], rules: Fields, sexes: list[str]) -> Fields | None:
    if not parts or rules["measure"] in ("yes_no", "text"):
        return None
    is_complete = all(any(part["breakdown_key"] == f"sex={sex}" for part in parts) for sex in sexes)
    if rules["measure"] in ("ratio", "score") and not is_complete:
        return None
    told = [as_entry(part, rules) for part in parts if part["answer"] == "value"]
    if not told:
        return as_entry(parts[0], rules)
    if rules["measure"] == "amount" and len({entry["currency"] for entry in told}) > 1:
        for entry in told:
            if entry["currency"] != "EUR":
                entry["value"], entry["currency"] = entry["eur"], "EUR"
            if entry["value"] is None:
                return None
    whole = dict(told[0])
    for name in ("value", "numerator", "denominator", "n", "eur"):
        values = [entry[name] for entry in told]
        whole[name] = None if None in values else sum(values, Fraction(0))
    if len(told) > 1 and rules["measure"] == "ratio":
        whole["value"] = None
    if len(told) > 1 and rules["measure"] == "score":
        whole["value"] = weighed_mean(told)
    whole["qualifier"] = joined([entry["qualifier"] for entry in told])
    if not is_complete:
        whole["qualifier"] = joined([whole["qualifier"], ">="])
        whole["partial"] = True
    whole["sexes"] = {}
    return whole


def weighed_mean(entries_with_n: list[Fields]) -> Fraction | None:
    people, points = Fraction(0), Fraction(0)
    for entry in entries_with_n:
        if entry["n"] is None or entry["value"] is None:
            return None
        people += entry["n"]
        points += entry["n"] * entry["value"]
    return points / people if people else None


def joined(qualifiers: list[str]) -> str:
    answer = "="
    for qualifier in qualifiers:
        if qualifier == "=" or qualifier == answer:
            continue
        answer = qualifier if answer == "=" else "~"
    return answer


# --- One series over time -------------------------------------------------------------------------


def series_of(rows: list[Fields]) -> list[list[Fields]]:
    known: dict[tuple[str, str], list[Fields]] = {}
    for row in rows:
        known.setdefault((row["project_code"], row["place_code"]), []).append(row)
    return list(known.values())


def counting(given: list[Fields], rule: str) -> tuple[list[Fields], list[str]]:
    """Return the entries that count under a time rule, and everything that is wrong with them."""
    if rule == "max" or not given:
        return given, []
    if rule in ("last", "none"):
        return newest(given)
    told_to_date = [entry for entry in given if entry["to_date"]]
    wrong: list[str] = []
    counted: list[Fields] = []
    since: date | None = None
    if told_to_date:
        counted, wrong = newest(told_to_date)
        since = counted[0]["end"]
    later: list[Fields] = []
    for entry in given:
        if entry["to_date"] or (since and entry["end"] <= since):
            continue
        if since and entry["start"] <= since:
            wrong.append("straddling_periods")
        for other in later:
            if entry["start"] <= other["end"] and other["start"] <= entry["end"]:
                wrong.append("overlapping_periods")
        later.append(entry)
    if rule == "mean" and counted and later:
        wrong.append("periods_not_additive")
    return counted + later, wrong


def newest(given: list[Fields]) -> tuple[list[Fields], list[str]]:
    last = given[0]
    for entry in given:
        if entry["end"] > last["end"]:
            last = entry
    last_ones = [entry for entry in given if entry["end"] == last["end"]]
    for entry in last_ones:
        for name in ("value", "numerator", "denominator", "n", "currency", "qualifier"):
            if entry[name] != last[name]:
                return last_ones, ["two_values"]
    return [last], []


def together(values: list[Fraction], rule: str) -> Fraction:
    if rule == "max":
        return max(values)
    whole = sum(values, Fraction(0))
    return whole / len(values) if rule == "mean" else whole


def told_by(rows: list[Fields], rules: Fields, sexes: list[str], as_of: date) -> Fields | None:
    """Return what one series contributes by a day; None where it has not answered by then."""
    actual = [row for row in rows if row["value_type"] == "actual"]
    known = [entry for entry in entries(actual, rules, sexes) if entry["end"] <= as_of]
    if not known:
        return None
    told = [entry for entry in known if not entry["nothing"]]
    below: list[Fields] = []
    if rules["measure"] == "ratio" and rules["time_rule"] != "none":
        above, wrong = counting(told, rules["numerator_time_rule"])
        below, more = counting(told, rules["denominator_time_rule"])
        wrong = wrong + more
    else:
        above, wrong = counting(told, rules["time_rule"])
        if rules["measure"] == "ratio":
            below = above
    allowed = {"score": ["mean"], "yes_no": ["max"]}.get(rules["measure"])
    if allowed and len(above) > 1 and rules["time_rule"] not in allowed:
        wrong.append("periods_not_additive")
    quiet = [entry for entry in known if entry["nothing"]] if rules["time_rule"] == "sum" else []
    behind = above + below + quiet
    return {
        "project": rows[0]["project_code"],
        "place": rows[0]["place_code"],
        "country": rows[0]["country_code"],
        "began": min(entry["start"] for entry in known),
        "above": above,
        "below": below,
        "quiet": quiet,
        "wrong": wrong,
        "end": max(entry["end"] for entry in behind) if behind else None,
        "answered": max(entry["end"] for entry in known),
    }


# --- Several series -------------------------------------------------------------------------------


def in_currency(entry: Fields, currency: str) -> Fraction | None:
    if entry["currency"] == currency:
        return entry["value"]  # type: ignore[no-any-return]
    return entry["eur"] if currency == "EUR" else None


def meeting_currency(given: list[Fields]) -> str | None:
    currencies = sorted({entry["currency"] for entry in given})
    if len(currencies) == 0:
        return ""
    if len(currencies) == 1:
        return str(currencies[0])
    for entry in given:
        if in_currency(entry, "EUR") is None:
            return None
    return "EUR"


def total(
    rows: list[Fields],
    rules: Fields,
    sexes: list[str],
    as_of: date,
    *,
    round_months: int = 6,
    currency: str | None = None,
    only: set[tuple[str, str]] | None = None,
) -> Fields:
    """Return low, high, qualifier, currency, reason, projects (that answered) and ends (per series).

    `only` restricts the sum, but not which day is the newest, to some series.
    """
    given = [told_by(series, rules, sexes, as_of) for series in series_of(rows)]
    answers = [one for one in given if one]
    used = [one for one in answers if one["end"]]
    projects = {one["project"] for one in answers}
    if rules["time_rule"] in ("last", "none") and used:
        newest_day = max(one["end"] for one in used)
        oldest_day = newest_day
        if rules["time_rule"] == "last":
            oldest_day = months_earlier(newest_day, round_months)
        used = [one for one in used if one["end"] >= oldest_day]
        projects = {one["project"] for one in answers if one["answered"] >= oldest_day}
    wrong: list[str] = []
    if rules["measure"] == "text":
        wrong.append("not_a_number")
    is_additive = rules["measure"] in ("count", "amount", "quantity")
    if not any(one["above"] for one in used) and not (used and is_additive):
        asked = [row for row in rows if only is None or named(row) in only]
        wrong.append("total_missing" if only_parts(asked, rules, sexes, as_of) else "no_value")
    for one in used:
        wrong += one["wrong"]
    telling = [one for one in used if one["above"]]
    if not wrong:
        wrong = wrong_together(telling, rules)
    ends = {(one["project"], one["place"]): one["end"] for one in used}
    if only is not None:
        used = [one for one in used if (one["project"], one["place"]) in only]
        telling = [one for one in telling if (one["project"], one["place"]) in only]
    all_told = [entry for one in used for entry in one["above"] + one["below"]]
    if currency is None:
        currency = meeting_currency(all_told)
    answer: Fields = {
        "low": None,
        "high": None,
        "qualifier": joined([entry["qualifier"] for entry in all_told]),
        "currency": currency or "",
        "projects": projects - {""},
        "ends": ends,
        "told": all_told,
    }
    if not wrong:
        if rules["measure"] == "ratio":
            low, reason = ratio(telling, rules)
            high = low
        elif rules["measure"] == "score":
            low, reason = score(telling)
            high = low
        else:
            low, high, reason = plain_sum(telling, rules, sexes, currency)
        answer["low"], answer["high"] = low, high
        if reason:
            wrong.append(reason)
    answer["reason"] = sorted(wrong, key=ORDER.index)[0] if wrong else ""
    return answer


def only_parts(rows: list[Fields], rules: Fields, sexes: list[str], as_of: date) -> bool:
    for series in series_of(rows):
        actual = [row for row in series if row["value_type"] == "actual"]
        is_parts = bool(actual) and all(row["breakdown_key"] for row in actual)
        has_begun = any(row["period_end"] <= as_of for row in actual)
        if is_parts and has_begun and not entries(actual, rules, sexes):
            return True
    return False


def wrong_together(telling: list[Fields], rules: Fields) -> list[str]:
    wrong = []
    for one in telling:
        for other in telling:
            if one is other:
                continue
            if (
                rules["time_rule"] == "none"
                and one["above"][0]["start"] != other["above"][0]["start"]
            ):
                wrong.append("different_periods")
            if (one["project"] == "") != (other["project"] == ""):
                wrong.append("context_apart")
            pooled = rules["measure"] in ("ratio", "score")
            if rules["place_rule"] != ("weighted" if pooled else "sum"):
                wrong.append("not_additive")
            if one["project"] == other["project"] and one["country"] == other["place"]:
                wrong.append("nested_places")
    return wrong


def ratio(telling: list[Fields], rules: Fields) -> tuple[Fraction | None, str]:
    distinct: list[Fields] = []
    for one in telling:
        for entry in one["above"] + one["below"]:
            if not any(entry is known for known in distinct):
                distinct.append(entry)
    if len(distinct) == 1 and distinct[0]["value"] is not None:
        return distinct[0]["value"], ""
    for entry in distinct:
        if entry["numerator"] is None or entry["denominator"] is None:
            return None, "parts_missing"
    above, below = Fraction(0), Fraction(0)
    for one in telling:
        part = together(
            [entry["numerator"] for entry in one["above"]], rules["numerator_time_rule"]
        )
        if rules["is_annualised"]:
            part = part * 12 / whole_months(one)
        above += part
        below += together(
            [entry["denominator"] for entry in one["below"]], rules["denominator_time_rule"]
        )
    if below == 0:
        return None, "no_denominator"
    return Fraction(rules["factor"]) * above / below, ""


def whole_months(one: Fields) -> int:
    """Return the months behind a numerator, for periods of whole months only."""
    months = 0
    for entry in one["above"]:
        day = one["began"] if entry["to_date"] else entry["start"]
        while day <= entry["end"]:
            months += 1
            day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return months


def score(telling: list[Fields]) -> tuple[Fraction | None, str]:
    given = [entry for one in telling for entry in one["above"]]
    if len(given) == 1 and given[0]["value"] is not None:
        return given[0]["value"], ""
    mean = weighed_mean(given)
    return mean, "n_missing" if mean is None else ""


def plain_sum(
    telling: list[Fields], rules: Fields, sexes: list[str], currency: str | None
) -> tuple[Fraction | None, Fraction | None, str]:
    if currency is None:
        return None, None, "mixed_currencies"
    crowds: dict[Any, list[tuple[Any, Fraction, dict[str, Fraction]]]] = {}
    high = Fraction(0)
    countries = {one["place"] for one in telling}
    for position, one in enumerate(telling):
        values = [in_currency(entry, currency) for entry in one["above"]]
        if None in values:
            return None, None, "mixed_currencies"
        value = together([v for v in values if v is not None], rules["time_rule"])
        high += value
        where: Any = position
        if rules["overlap"] in ("projects", "both"):
            where = one["country"] if one["country"] in countries else one["place"]
        crowd = crowds.setdefault(where, [])
        if rules["overlap"] in ("periods", "both") and rules["time_rule"] == "sum":
            for entry, part in zip(one["above"], values, strict=True):
                crowd.append((one["place"], part or Fraction(0), entry["sexes"]))
        else:
            by_sex: dict[str, Fraction] = {}
            for sex in sexes:
                cells = [entry["sexes"].get(sex) for entry in one["above"]]
                if None not in cells and (len(cells) == 1 or rules["time_rule"] == "sum"):
                    by_sex[sex] = sum((c for c in cells if c is not None), Fraction(0))
            crowd.append((one["place"], value, by_sex))
    if rules["measure"] != "count" or rules["overlap"] == "none":
        return high, high, ""
    low = Fraction(0)
    for where, crowd in crowds.items():
        everybody = at_least([(value, cells) for _, value, cells in crowd], sexes)
        # Inside a country people of two places differ, whatever the country itself counted.
        inside = Fraction(0)
        for place in {place for place, _, _ in crowd if place != where}:
            inside += at_least([(v, cells) for p, v, cells in crowd if p == place], sexes)
        low += max(everybody, inside)
    return low, high, ""


def at_least(crowd: list[tuple[Fraction, dict[str, Fraction]]], sexes: list[str]) -> Fraction:
    fewest = max(value for value, _ in crowd)
    told = [cells for _, cells in crowd if all(sex in cells for sex in sexes)]
    if told:
        different = Fraction(0)
        for sex in sexes:
            different += max(cells[sex] for cells in told)
        fewest = max(fewest, different)
    return min(fewest, sum((value for value, _ in crowd), Fraction(0)))


# --- Progress, expectation, status ----------------------------------------------------------------


def share_of_way(baseline: Fraction, target: Fraction, value: Fraction) -> Fraction:
    return (value - baseline) / (target - baseline)


def on_path(stops: list[tuple[date, Fraction]], day: date) -> Fraction:
    """Return the value expected on a day, by walking day by day from stop to stop."""
    here, level = stops[0]
    for there, goal in stops[1:]:
        step = (goal - level) / Fraction((there - here).days)
        while here < there and here < day:
            here += timedelta(days=1)
            level += step
        if here >= day:
            return level
    return level


def whole_goals(series: list[Fields], kind: str, rules: Fields, sexes: list[str]) -> list[Fields]:
    """Return a series' targets or baselines that have a number, by date."""
    rows = [row for row in series if row["value_type"] == kind]
    found = [e for e in entries(rows, rules, sexes) if not e["nothing"] and not e["partial"]]
    return sorted(found, key=lambda entry: entry["end"])


def goal_of(entry: Fields, rules: Fields, currency: str) -> Fraction | None:
    if entry["value"] is None and entry["denominator"]:
        return Fraction(rules["factor"] * entry["numerator"] / entry["denominator"])
    return in_currency(entry, currency)


def course(series: list[Fields], rules: Fields, sexes: list[str], currency: str) -> Fields | str:
    """Return baseline, target, stops of the path and due day; or why there are none."""

    targets = whole_goals(series, "target", rules, sexes)
    baselines = whole_goals(series, "baseline", rules, sexes)
    if not targets:
        return "target_missing"
    is_level = rules["target_basis"] == "level"
    if is_level and not baselines:
        has_row = any(row["value_type"] == "baseline" for row in series)
        return "baseline_unknown" if has_row else "baseline_missing"
    stops = [(entry["end"], goal_of(entry, rules, currency)) for entry in targets]
    baseline = goal_of(baselines[-1], rules, currency) if is_level else Fraction(0)
    if baseline is None or any(level is None for _, level in stops):
        return "mixed_currencies" if rules["measure"] == "amount" else "target_missing"
    due = stops[-1][0]
    actual = [row for row in series if row["value_type"] == "actual"]
    starts = [entry["start"] for entry in entries(actual, rules, sexes)]
    start = baselines[-1]["end"] if baselines else min(starts) if starts else due
    known = [(day, level) for day, level in stops if level is not None]
    way = [(start, baseline)] + [stop for stop in known if stop[0] > start]
    return {
        "baseline": baseline,
        "target": known[-1][1],
        "stops": way if start < due else known[-1:],
        "due": due,
        "qualifier": baselines[-1]["qualifier"] if is_level else "=",
    }


def named(row: Fields) -> tuple[str, str]:
    return row["project_code"], row["place_code"]


def bounds(low: Fraction, high: Fraction, qualifier: str, measure: str) -> list[Fraction | None]:
    """Return the ends between which a value lies; None for an end that is not known."""
    if qualifier == ">=":
        return [low, None]
    if qualifier == "<=":
        return [min(Fraction(0), low) if measure in ("count", "quantity") else None, high]
    if qualifier == "~":
        return [low - abs(low) / 10, high + abs(high) / 10]
    return [low, high]


def of_last_period(
    rows: list[Fields], rules: Fields, sexes: list[str], as_of: date
) -> list[Fields]:
    """Return only the rows of the last period by a day that has a target and a value of its own."""

    def is_flow(row: Fields) -> bool:
        return row["reported_as"] != "to_date" or rules["time_rule"] not in ("sum", "mean")

    targets = []
    for series in series_of(rows):
        goals = whole_goals(series, "target", rules, sexes)
        targets += [(goal["end"], goal["start"]) for goal in goals]
    if not targets:
        return rows
    told = []
    for series in series_of(rows):
        flows = [row for row in series if row["value_type"] == "actual" and is_flow(row)]
        told += [(entry["end"], entry["start"]) for entry in entries(flows, rules, sexes)]
    past = [period for period in targets if period[0] <= as_of]
    both = [period for period in past if period in told]
    chosen = max(both or past or [min(targets)])
    return [
        row
        for row in rows
        if (row["period_end"], row["period_start"]) == chosen
        and (row["value_type"] == "target" or (row["value_type"] == "actual" and is_flow(row)))
    ]


def standing(rows: list[Fields], rules: Fields, sexes: list[str], as_of: date) -> Fields:
    """Return baseline, target, progress (low, high), expected, status and status_reason."""
    answer: Fields = {"status": "", "status_reason": "", "progress": None, "expected": None}
    whole = total(rows, rules, sexes, as_of)
    goals: list[Fields] = []
    final_days: dict[tuple[str, str], date] = {}
    for series in series_of(rows):
        targets = whole_goals(series, "target", rules, sexes)
        goals += targets + whole_goals(series, "baseline", rules, sexes)
        final_days[named(series[0])] = max([goal["end"] for goal in targets], default=date.max)
    currency = meeting_currency(whole["told"] + goals)
    if currency is None:
        currency = meeting_currency(whole["told"]) or ""
    if rules["target_basis"] == "per_period":
        rows = of_last_period(rows, rules, sexes, as_of)
    known = total(rows, rules, sexes, as_of)
    compared: dict[tuple[str, str], Fields] = {}
    others: list[str] = []
    for key, final_day in final_days.items():
        series = [row for row in rows if named(row) == key]
        way = course(series, rules, sexes, currency)
        if isinstance(way, str):
            others.append(way)
            continue
        actual = [row for row in series if row["value_type"] == "actual"]
        given = [e for e in entries(actual, rules, sexes) if e["end"] <= as_of and not e["nothing"]]
        end = known["ends"].get(key)
        if end is None and not given:
            others.append("actual_missing")
        elif end is None or (end < months_earlier(as_of, 6) and end < final_day):
            others.append("outdated")
        else:
            compared[key] = way
    if not compared:
        order = ["mixed_currencies", "target_missing", "actual_missing", "baseline_missing"]
        order += ["baseline_unknown", "outdated"]
        answer["status_reason"] = max(others, key=order.index)
        return answer
    if whole["reason"]:
        answer["status_reason"] = whole["reason"]
        return answer
    pooled = rules["measure"] in ("ratio", "score")
    if len(compared) > 1 and (rules["place_rule"] != "sum" or pooled):
        answer["status_reason"] = "target_not_additive"
        return answer
    actual_total = total(rows, rules, sexes, as_of, currency=currency, only=set(compared))
    if actual_total["reason"]:
        answer["status_reason"] = actual_total["reason"]
        return answer
    ways = list(compared.values())
    baseline = sum((way["baseline"] for way in ways), Fraction(0))
    target = sum((way["target"] for way in ways), Fraction(0))
    answer["baseline"], answer["target"] = baseline, target
    low, high = actual_total["low"], actual_total["high"]
    expected = None
    if target != baseline:
        answer["progress"] = sorted(share_of_way(baseline, target, end) for end in (low, high))
        there = sum(
            (on_path(way["stops"], known["ends"][key]) for key, way in compared.items()),
            Fraction(0),
        )
        answer["expected"] = expected = share_of_way(baseline, target, there)
    if rules["direction"] == "down" and rules["target_basis"] != "level":
        answer["status_reason"] = "ceiling"
        return answer
    is_over = all(
        known["ends"][key] >= way["due"] and as_of > way["due"] for key, way in compared.items()
    )
    start_ends = bounds(
        baseline, baseline, joined([way["qualifier"] for way in ways]), rules["measure"]
    )
    value_ends = bounds(low, high, actual_total["qualifier"], rules["measure"])
    verdicts = set()
    for start in start_ends:
        for value in value_ends:
            is_up = value is value_ends[1]
            verdicts.add(
                verdict(
                    start, baseline, target, value, is_up, expected, is_over, rules["direction"]
                )
            )
    if len(verdicts) == 1:
        answer["status"], answer["status_reason"] = verdicts.pop()
    else:
        answer["status_reason"] = "straddles_threshold"
    return answer


def verdict(
    start: Fraction | None,
    baseline: Fraction,
    target: Fraction,
    value: Fraction | None,
    is_upper_end: bool,
    expected: Fraction | None,
    is_over: bool,
    direction: str,
) -> tuple[str, str]:
    """Return the status at one corner of what is known, and why there is none."""
    huge = Fraction(10**15)
    if value is None:
        value = huge if is_upper_end else -huge
    if start == baseline == target:
        good = {"up": value >= target, "down": value <= target, "none": value == target}
        return ("maintained" if good[direction] else "not_maintained"), ""
    if start is None or start == target or expected is None:
        return "", "straddles_threshold"
    share = share_of_way(start, target, value)
    tiny = Fraction(1, 10**9)
    if expected < Fraction(1, 10) - tiny:
        return "", "too_early"
    if share >= 1 - tiny:
        return "achieved", ""
    if is_over:
        return ("partly_achieved" if share >= Fraction(6, 10) - tiny else "not_achieved"), ""
    pace = share / expected
    for threshold, word in [
        (Fraction(95, 100), "on_track"),
        (Fraction(60, 100), "acceleration_needed"),
        (Fraction(0), "limited_progress"),
    ]:
        if pace >= threshold - tiny:
            return word, ""
    return "moving_away", ""
