"""What lies side by side: the goals that results are linked to, and the territories."""

from collections.abc import Iterable

from dashboard import frames, queries, sentences, territories, theme
from dashboard.reports import cells
from dashboard.reports.context import Context, linked
from dashboard.reports.document import (
    Block,
    Cell,
    Column,
    Fact,
    Facts,
    Group,
    Paragraph,
    Style,
    Table,
    plain,
)
from dashboard.reports.parts.results import about
from dashboard.reports.subjects import Subject
from dashboard.sentences import Row
from schemas import impact, words
from schemas.codes import GOOD

MOST_COLUMNS = 3
"Key figures beside each territory."


def goals(of: Context) -> tuple[Block, ...]:
    """Return how many indicators are linked to each goal, and where they stand."""
    found = frames.by_goal(of.data, frames.told(of.found))
    if found.empty:
        return ()
    counts = impact.status_counts(found, ["sdg_goal"])
    heads = (
        Column(of.text("Goal"), 2),
        Column(of.text("SDG targets (link is ours)"), 1.2),
        Column(of.text("Indicators"), 2.6),
        Column(of.text("Statuses"), 2.4),
    )
    rows = []
    for goal, row in of.data.catalogue.goals.items():
        own = counts[counts["sdg_goal"] == goal]
        if own.empty:
            continue
        codes = list(dict.fromkeys(found[found["sdg_goal"] == goal]["indicator_code"]))
        targets = {
            target
            for code in codes
            for target in of.data.catalogue.sdg_targets_of.get(code, ())
            if target.split(".")[0] == str(goal)
        }
        name = words.name(row.short_names, of.language)
        statuses = words.joined(
            (
                f"{of.text(theme.look(one).word)} {words.number(number, of.language)}"
                for one, number in zip(own["status"], own["count"], strict=True)
            ),
            of.language,
        )
        rows.append(
            (
                cells.text(of.text("{goal} {name}", goal=goal, name=name), code=str(goal)),
                cells.text(words.joined(_codes(of, targets), of.language)),
                cells.text(
                    words.joined((of.data.name(of.indicator(one)) for one in codes), of.language)
                ),
                cells.text(statuses),
            )
        )
    note = of.text("A link to a goal is ours, and not an attribution.")
    table = Table(
        "goals",
        of.text("Contribution to the Sustainable Development Goals"),
        heads,
        (Group(tuple(rows)),),
        about=about(of, found),
    )
    return Paragraph(plain(note), Style.NOTICE), table


def _codes(of: Context, targets: Iterable[str]) -> list[str]:
    """Return the codes of SDG targets in their order, each running from left to right."""
    return [words.isolated(one, of.language) for one in sorted(targets, key=target_order)]


def targets(of: Context) -> tuple[Block, ...]:
    """Return the wording of the goal's targets that the programme's indicators are linked to."""
    if of.subject != Subject.GOAL:
        return ()
    codes = {
        target
        for code in linked(of.data)
        for target in of.data.catalogue.sdg_targets_of.get(code, ())
        if target.split(".")[0] == of.data.view.goal
    }
    texts = queries.sdg_targets(of.conn, codes)
    told = tuple(
        Fact(of.text("Target {code}", code=code), words.name(texts[code].names, of.language))
        for code in sorted(texts, key=target_order)
    )
    return (Facts(told),) if told else ()


def target_order(target: str) -> tuple[bool, str]:
    """Return the order of a target: 8.2 before 8.10, and 8.a after both."""
    part = target.split(".")[1]
    return not part.isdecimal(), part.zfill(2)


def side_by_side(of: Context) -> tuple[Block, ...]:
    """Return the territories with their projects, where they stand, and what each reports of key figures."""
    data, known = of.data, of.data.catalogue.places
    codes = [
        code
        for code in territories.of_projects(data, of.projects)
        if not data.view.country or known[code].country_code == data.view.country
    ]
    if len(codes) < 2 or not of.told:
        return ()
    own = set(of.found["indicator_code"])
    found = frames.results(data, ["place_code"])
    found = found[found["indicator_code"].isin(own)]
    shown = [row for row in of.key_figures if row["low"] == row["low"]][:MOST_COLUMNS]
    heads = (
        Column(of.text("Territory"), 1.8, under=of.text("Country")),
        Column(of.text("Projects"), 0.8, is_number=True),
        Column(of.text("On the path"), 1.2),
        *(
            Column(
                f"{data.name(of.indicator(row['indicator_code']))} ({sentences.unit_of(data, row)})",
                1.2,
                is_number=True,
            )
            for row in shown
        ),
    )
    rows = []
    for code in codes:
        mine = found[found["place_code"] == code]
        by_code = {str(row["indicator_code"]): row for row in mine.to_dict("records")}
        rows.append(
            (
                cells.text(
                    data.place_name(code), data.place_name(known[code].country_code), code=code
                ),
                cells.count(len(territories.projects_at(data, code)), of.language),
                _standing(of, list(mine[mine["status"] != ""]["status"])),
                *(_actual(of, by_code.get(str(row["indicator_code"]))) for row in shown),
            )
        )
    table = Table(
        "territories",
        of.text("Territories"),
        heads,
        (Group(tuple(rows)),),
        about=about(of, found),
    )
    note = of.text(
        "Indicators that are achieved, maintained or on track, of those that have a status."
    )
    return table, Paragraph(plain(f"{of.text('On the path')}: {note}"), Style.NOTE)


def _standing(of: Context, statuses: list[str]) -> Cell:
    if not statuses:
        return cells.text(of.text("no status yet"))
    return cells.text(
        of.text(
            "{good} of {all} on the path",
            good=words.number(sum(one in GOOD for one in statuses), of.language),
            all=words.number(len(statuses), of.language),
        )
    )


def _actual(of: Context, row: Row | None) -> Cell:
    return cells.actual(of.data, row) if row else cells.NOTHING
