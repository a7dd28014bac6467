"""One reporting round: who has reported, what is missing, and what the checks found."""

from typing import Any

import etl
from dashboard import queries, sentences
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Cell,
    Column,
    Group,
    Paragraph,
    Style,
    Table,
    plain,
)
from dashboard.reports.parts.quality import may_see_rounds, reported_for
from schemas import words
from schemas.codes import Severity, Timeliness
from schemas.findings import Finding


def completeness(of: Context) -> tuple[Block, ...]:
    """Return how many territories have reported, and how each project stands, for who may see that."""
    if of.round is None or of.is_past:
        return ()
    told = reported_for(of, of.round)
    lead: tuple[Block, ...] = (Paragraph(plain(told), Style.LEAD),) if told else ()
    if not may_see_rounds(of):
        return lead
    tasks = _board(of).tasks
    if tasks.empty:
        return (*lead, Paragraph(plain(of.text("Nobody is expected in this round"))))
    heads = (
        Column(of.text("Project"), 2.6),
        Column(of.text("State"), 1.4),
        Column(of.text("Due on"), 1.2),
        Column(of.text("Came on"), 1.2),
        Column(of.text("Received"), 1, is_number=True, under=of.text("Values expected")),
        Column(of.text("Share"), 0.8, is_number=True),
    )
    rows = tuple(_task(of, task) for task in tasks.to_dict("records"))
    return (*lead, Table("tasks", of.text("Projects"), heads, (Group(rows),)))


def _board(of: Context) -> etl.rounds.Board:
    programme, codes = of.round.programme_code, [of.round.round_code]
    return etl.rounds.board(
        of.conn, programme, of.today, round_codes=codes, known_at=of.request.moment
    )


def _task(of: Context, task: dict[Any, Any]) -> tuple[Cell, ...]:
    word, code = Timeliness(task["timeliness"]), str(task["project_code"])
    said = of.text("of {count}", count=words.number(task["expected"], of.language))
    return (
        cells.text(of.data.name(of.data.catalogue.projects[code]), code=code),
        Cell(of.text(sentences.TIMELINESS[word]), status=sentences.PUNCTUAL[word], code=str(word)),
        cells.day(task["due_date"], of.language),
        cells.day(task["came_on"], of.language),
        cells.count(task["received"], of.language, said),
        cells.share(task["share"], of.language),
    )


def missing(of: Context) -> tuple[Block, ...]:
    """Return the values that did not come, by project and territory, for who may see that."""
    if of.round is None or not may_see_rounds(of):
        return ()
    received = _board(of).received
    gone = received[~received["is_received"]]
    if gone.empty:
        return (Paragraph(plain(of.text("No value is missing."))),)
    known = of.data.catalogue
    rows = tuple(
        (
            cells.text(of.data.name(known.projects[str(project)]), code=str(project)),
            cells.text(of.data.place_name(str(place)), code=str(place)),
            cells.text(
                words.joined((of.data.name(of.indicator(code)) for code in codes), of.language)
            ),
        )
        for (project, place), codes in gone.groupby(["project_code", "place_code"])[
            "indicator_code"
        ]
    )
    heads = (
        Column(of.text("Project"), 1.6),
        Column(of.text("Territory"), 1),
        Column(of.text("Indicators"), 3),
    )
    return (Table("missing", of.text("Values that are missing"), heads, (Group(rows),)),)


def findings(of: Context) -> tuple[Block, ...]:
    """Return what the checks said of the workbooks that the round's values come from, and the answers.

    Of workbooks that are the scope's own: findings quote cells.
    """
    if of.round is None:
        return ()
    sources = of.sources
    within = sources["period_end"].between(
        *(day.isoformat() for day in (of.round.period_start, of.round.period_end))
    )
    named = sources[within].drop_duplicates("submission_id")
    groups = []
    for row in named.sort_values("file_name").to_dict("records"):
        found = queries.findings(of.conn, of.scope, int(row["submission_id"]), as_of=of.known_at)
        told = [_finding(of, one) for one in found.to_dict("records")]
        if told:
            groups.append(Group(tuple(told), str(row["file_name"])))
    if not groups:
        return ()
    heads = (
        Column(of.text("Severity"), 0.8),
        Column(of.text("Sheet and cell"), 1.2),
        Column(of.text("Found there"), 1.2),
        Column(of.text("What it is, and what to do"), 3, under=of.text("Reason given")),
    )
    title = of.text("Findings")
    return (Table("findings", title, heads, tuple(groups), grouped_by=of.text("File")),)


def _finding(of: Context, row: dict[Any, Any]) -> tuple[Cell, ...]:
    said = Finding(
        row["sheet"],
        row["cell"],
        row["code"],
        Severity(row["severity"]),
        row["found"],
        row["arguments"] or {},
    )
    where = "!".join(filter(None, (row["sheet"], row["cell"])))
    reason = row["justification"]
    return (
        cells.text(of.text(sentences.SEVERITIES[row["severity"]]), code=str(row["severity"])),
        cells.verbatim(where) if where else cells.text(of.text("the whole file")),
        cells.verbatim(words.quoted(said, of.language)),
        cells.text(
            words.sentence(said, of.language),
            of.text("Reason given: {reason}", reason=reason) if reason else "",
            code=row["code"],
        ),
    )
