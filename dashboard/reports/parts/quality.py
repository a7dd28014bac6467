"""How good the data are: what came in time, what was corrected, what is estimated, what is withheld."""

from collections import Counter
from typing import Any

import pandas as pd

import etl
from dashboard import sentences
from dashboard.reports import cells, cover
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Column,
    Fact,
    Facts,
    Group,
    Heading,
    Paragraph,
    Table,
    plain,
)
from schemas import words
from schemas.codes import Timeliness
from schemas.words import N_

IN_TIME = (Timeliness.ON_TIME, Timeliness.WITH_EXTENSION, Timeliness.WITHIN_GRACE)


def quality(of: Context) -> tuple[Block, ...]:
    """Return who reported in time, what was corrected and justified, and on what values rest."""
    told = [plain(one) for one in (_reported(of), *_corrected(of), cover.withheld(of)) if one]
    blocks: list[Block] = [Bullets(tuple(told))] if told else []
    if bases := _bases(of):
        blocks += [Heading(of.text("What the values rest on")), Facts(bases)]
    return (*blocks, *_punctuality(of))


def may_see_rounds(of: Context) -> bool:
    """Return whether the scope sees who has reported; on a past day nobody is told."""
    programme = of.data.programme
    return programme is not None and not of.is_past and of.scope.reaches(programme.programme_code)


def _reported(of: Context) -> str:
    """Return how many territories have reported for the last round that was due; empty where none was.

    Of a report on a period, the last round within it.
    """
    if of.data.programme is None or of.is_past:
        return ""
    row = of.round or etl.rounds.latest(
        of.conn,
        of.data.programme.programme_code,
        of.today,
        until=of.data.view.until,
        known_at=of.request.moment,
    )
    return reported_for(of, row) if row is not None else ""


def reported_for(of: Context, row: Any) -> str:
    """Return how many territories of the subject have reported for a round."""
    known = of.data.catalogue.places_of
    places = {place for one in of.projects for place in known.get(one.project_code, ())}
    reported, every = etl.rounds.told(of.conn, row, place_codes=places, known_at=of.request.moment)
    if not every:
        return ""
    period = words.period(row.period_start, row.period_end, of.language)
    return of.text(
        "{told} of {all} territories have reported for {round}.",
        told=words.number(reported, of.language),
        all=words.number(every, of.language),
        round=words.name(row.names, of.language) or period,
    )


def _corrected(of: Context) -> list[str]:
    """Return how many values later workbooks changed, and how many doubtful ones somebody vouched for."""
    found = of.accepted
    if found.empty:
        return []
    told = [
        of.text(
            "Accepted workbooks: {count}. Values in them that replaced earlier ones: {changed}; values taken back: {gone}.",
            count=words.number(found["submission_id"].nunique(), of.language),
            changed=words.number(int(found["changed"].sum()), of.language),
            gone=words.number(int(found["gone"].sum()), of.language),
        )
    ]
    own = found[found["is_own"].astype(bool)].drop_duplicates("submission_id")
    if len(own):
        told.append(
            of.text(
                "Doubtful values that were justified before they were accepted: {count}.",
                count=words.number(int(own["warnings"].sum()), of.language),
            )
        )
    return told


def _bases(of: Context) -> tuple[Fact, ...]:
    """Return how many of the reported values were measured, estimated, or otherwise come by."""
    counted = Counter(code for code in of.actuals["basis"] if code)
    return tuple(
        Fact(
            of.text(name),
            words.plural("{count} value", "{count} values", counted[code], of.language),
        )
        for code, name in sentences.BASES.items()
        if counted[code]
    )


def _punctuality(of: Context) -> tuple[Block, ...]:
    """Return how each project reported in the rounds that are over, for who may see that.

    Of a report on a period, in the rounds until its end.
    """
    if not may_see_rounds(of):
        return ()
    board = etl.rounds.board(
        of.conn,
        of.data.programme.programme_code,
        of.today,
        project_codes=[row.project_code for row in of.projects],
        known_at=of.request.moment,
    )
    tasks = board.tasks[board.tasks["timeliness"] != Timeliness.DUE]
    if until := of.data.view.until:
        ended = board.rounds[board.rounds["period_end"] <= pd.Timestamp(until)]
        tasks = tasks[tasks["round_code"].isin(ended["round_code"])]
    if tasks.empty:
        return ()
    heads = (
        Column(of.text("Project"), 2.4),
        *(
            Column(of.text(title), 0.9, is_number=True)
            for title in (N_("Rounds"), N_("In time"), N_("Late"), N_("Missing"))
        ),
        Column(of.text("Values received"), 1, is_number=True, under=of.text("Values expected")),
    )
    rows = [_project(of, str(code), own) for code, own in tasks.groupby("project_code")]
    return (Table("punctuality", of.text("Reporting rounds"), heads, (Group(tuple(rows)),)),)


def _project(of: Context, code: str, tasks: pd.DataFrame) -> tuple[Cell, ...]:
    words_of = tasks["timeliness"]
    counts = (
        len(tasks),
        int(words_of.isin(IN_TIME).sum()),
        int((words_of == Timeliness.LATE).sum()),
        int((words_of == Timeliness.MISSING).sum()),
    )
    received, expected = int(tasks["received"].sum()), int(tasks["expected"].sum())
    said = of.text("of {count}", count=words.number(expected, of.language))
    return (
        cells.text(of.data.name(of.data.catalogue.projects[code]), code=code),
        *(cells.count(number, of.language) for number in counts),
        cells.count(received, of.language, said),
    )


# --- The annex ------------------------------------------------------------------------------------


def acceptance(of: Context) -> tuple[Block, ...]:
    """Return when each workbook was accepted, and how many values it changed; not by whom."""
    found = of.accepted
    if found.empty:
        return ()
    heads = (
        Column(of.text("File"), 2.6),
        Column(of.text("Project"), 2),
        Column(of.text("Accepted on"), 1.1),
        Column(of.text("New values"), 0.8, is_number=True),
        Column(of.text("Changed values"), 0.8, is_number=True),
        Column(of.text("Values taken back"), 0.8, is_number=True),
    )
    rows = tuple(
        (
            cells.verbatim(row["file_name"]),
            cells.text(
                of.data.name(of.data.catalogue.projects[row["project_code"]]),
                code=row["project_code"],
            ),
            cells.day(row["decided_at"], of.language),
            *(cells.count(row[name], of.language) for name in ("new", "changed", "gone")),
        )
        for row in found.to_dict("records")
    )
    note = of.text("A workbook restates what is in it; what it does not name stays as it was.")
    return (
        Paragraph(plain(note)),
        Table("acceptance", of.text("Accepted workbooks"), heads, (Group(rows),)),
    )
