"""What reports tell in words: outcomes, stories, lessons, recommendations, judgements, theory of change.

Only what is published, as it was known on the day of the view. A part without a record has no blocks.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from dashboard import figures, queries, sentences
from dashboard.frames import Data
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Cell,
    Chart,
    Column,
    Group,
    Paragraph,
    Span,
    Style,
    Table,
)
from schemas import records, words
from schemas.codes import RecordKind
from schemas.records import CRITERIA, KINDS, NATURES, Shape

Told = Mapping[str, Any]


def read(of: Context, kind: RecordKind) -> list[dict[str, Any]]:
    """Return the published records of a kind that the view of a report is about.

    In a report on a period what happened, was told and was learned is of its time: what was first
    published until values of the period were due. Judgements, recommendations and theories of change
    are of who evaluates, who may write them long afterwards.
    """
    view = of.data.view
    return queries.published_records(
        of.conn,
        programme_code=view.programme,
        project_code=view.project,
        place_code=view.place,
        country_code=view.country,
        kinds=[kind],
        as_of=view.known_at,
        published_by=of.told_until if kind in records.ON_PAGES else None,
    )


def whose(data: Data, row: Told) -> str:
    """Return of which project and place a record is, as far as the report does not say it; else empty."""
    names = []
    project = data.catalogue.projects.get(row["project_code"])
    if project is not None and not data.view.project:
        names.append(data.name(project))
    if row["place_code"] and not data.view.place:
        names.append(data.place_name(row["place_code"]))
    return words.joined(names, data.language) if names else ""


def _label(data: Data, kind: RecordKind, name: str) -> str:
    return words.text(KINDS[kind].field(name).label, data.language)


def _cell(data: Data, kind: RecordKind, name: str, row: Told, *under: str) -> Cell:
    """Return what a field says, in whatever language it was written; “–” where it says nothing."""
    one = KINDS[kind].field(name)
    text = " ".join(records.said(one, row["fields"], data.language).split())
    lines = tuple(line for line in under if line)
    if one.shape is Shape.DAY and text:
        day = date.fromisoformat(row["fields"][name])
        return Cell(text, day, pattern="yyyy-mm-dd", under=lines)
    is_verbatim = bool(text) and one.shape in (Shape.TEXT, Shape.LINE)
    language = row["language"] if is_verbatim else ""
    return Cell(text or "–", under=lines, is_verbatim=is_verbatim, language=language)


def _marked(data: Data, kind: RecordKind, names: Iterable[str], row: Told) -> str:
    """Return some fields with their labels, as one smaller line."""
    told = [
        words.text(
            "{term}: {text}",
            data.language,
            term=_label(data, kind, name),
            text=_apart(text, row, data.language),
        )
        for name in names
        if (text := records.said(KINDS[kind].field(name), row["fields"], data.language))
    ]
    return " · ".join(told)


def _apart(text: str, row: Told, language: str) -> str:
    """Return what was written so that its direction is its own between the words of a label."""
    if words.is_rtl(row["language"]) == words.is_rtl(language):
        return text
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _own(row: Told, name: str, *, is_strong: bool = False) -> Span:
    """Return what a field says, as it was written."""
    text = " ".join(row["fields"].get(name, "").split())
    return Span(text, is_strong=is_strong, is_verbatim=True, language=row["language"])


def _columns(data: Data, kind: RecordKind, **widths: float) -> tuple[Column, ...]:
    return tuple(Column(_label(data, kind, name), width) for name, width in widths.items())


# --- Outcomes -------------------------------------------------------------------------------------


def outcomes(of: Context) -> tuple[Block, ...]:
    """Return what changed, by kind of change: for whom, what the project contributed, what shows it."""
    data = of.data
    kind = RecordKind.OUTCOME
    rows = read(of, kind)
    if not rows:
        return ()
    groups = [
        Group(
            tuple(
                (
                    _cell(
                        data,
                        kind,
                        "change",
                        row,
                        _marked(data, kind, ("whom", "when", "where"), row),
                        whose(data, row),
                    ),
                    _cell(data, kind, "side", row),
                    _cell(data, kind, "contribution", row),
                    _cell(data, kind, "significance", row),
                    _cell(data, kind, "evidence", row, _marked(data, kind, ("source",), row)),
                )
                for row in rows
                if row["fields"].get("nature") == nature
            ),
            words.text(word, data.language),
        )
        for nature, word in NATURES.items()
    ]
    columns = _columns(
        data, kind, change=2.2, side=0.8, contribution=1.6, significance=1.4, evidence=1.4
    )
    table = Table(
        "outcomes",
        words.text(KINDS[kind].plural, data.language),
        columns,
        tuple(group for group in groups if group.rows),
        words.text(
            "Outcome harvesting: first what changed, then how the project contributed to it.",
            data.language,
        ),
    )
    return (Paragraph((Span(_counted(data, rows)),), Style.LEAD), table)


def _counted(data: Data, rows: list[dict[str, Any]]) -> str:
    """Return how many outcomes there are, and how many of them were not meant, or are not good."""
    told = words.plural(
        "{count} outcome is recorded.",
        "{count} outcomes are recorded.",
        len(rows),
        data.language,
    )
    fields = [row["fields"] for row in rows]
    unintended = sum(one.get("nature") == "unintended" for one in fields)
    negative = sum(one.get("side") == "negative" for one in fields)
    more = words.text(
        "Unintended: {unintended}; negative: {negative}.",
        data.language,
        unintended=words.number(unintended, data.language),
        negative=words.number(negative, data.language),
    )
    return f"{told} {more}"


# --- Stories and lessons --------------------------------------------------------------------------


def stories(of: Context) -> tuple[Block, ...]:
    """Return stories as quotes, each with the pseudonym of who tells it."""
    data = of.data
    blocks: list[Block] = []
    for row in read(of, RecordKind.STORY):
        fields = row["fields"]
        blocks += [
            Paragraph((Span(paragraph, is_verbatim=True, language=row["language"]),), Style.QUOTE)
            for paragraph in _paragraphs(fields.get("text", ""))
        ]
        theirs = whose(data, row)
        teller = (_own(row, "teller", is_strong=True),)
        more = (Span(" · "), Span(theirs)) if theirs else ()
        blocks.append(Paragraph((*teller, *more), Style.NOTE))
    if not blocks:
        return ()
    note = words.text(
        "Told under a pseudonym and published with the consent of whoever tells it.", data.language
    )
    return (*blocks, Paragraph((Span(note),), Style.NOTE))


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def lessons(of: Context) -> tuple[Block, ...]:
    """Return lessons as a list: what was learned, in what situation, for whom."""
    data = of.data
    kind = RecordKind.LESSON
    items = []
    for row in read(of, kind):
        spans = [_own(row, "learned", is_strong=True), Span(" "), _own(row, "context")]
        more = [_marked(data, kind, ("whom",), row), whose(data, row)]
        if said := " · ".join(filter(None, more)):
            spans.append(Span(f" {said}", is_emphasis=True))
        items.append(tuple(spans))
    return (Bullets(tuple(items)),) if items else ()


# --- Recommendations ------------------------------------------------------------------------------


def recommendations(of: Context) -> tuple[Block, ...]:
    """Return recommendations by priority, each with the management response where there is one."""
    data = of.data
    kind = RecordKind.RECOMMENDATION
    rows = read(of, kind)
    if not rows:
        return ()
    groups = [
        Group(
            tuple(_recommended(data, row) for row in rows if row["fields"].get("priority") == code),
            words.text(
                "Priority: {priority}", data.language, priority=words.text(word, data.language)
            ),
        )
        for code, word in records.PRIORITIES.items()
    ]
    columns = _columns(data, kind, text=2, addressed=1, response=1.6, action=1.6, due=0.9)
    table = Table(
        "recommendations",
        words.text(KINDS[kind].plural, data.language),
        columns,
        tuple(group for group in groups if group.rows),
    )
    return (table,)


def _recommended(data: Data, row: Told) -> tuple[Cell, ...]:
    kind = RecordKind.RECOMMENDATION
    response = _cell(data, kind, "response", row, row["fields"].get("reasons", ""))
    if "response" not in row["fields"]:
        response = Cell(words.text("No response yet", data.language))
    return (
        _cell(data, kind, "text", row, whose(data, row)),
        _cell(data, kind, "addressed", row),
        response,
        _cell(data, kind, "action", row, _marked(data, kind, ("who",), row)),
        _cell(
            data,
            kind,
            "due",
            row,
            records.said(KINDS[kind].field("progress"), row["fields"], data.language),
        ),
    )


# --- Judgements -----------------------------------------------------------------------------------


def judgements(of: Context) -> tuple[Block, ...]:
    """Return the evaluation matrix: the six criteria in their order, those without a judgement too."""
    data = of.data
    kind = RecordKind.JUDGEMENT
    rows = read(of, kind)
    if not rows:
        return ()
    nothing = Cell(words.text("Not judged", data.language))
    groups = []
    for code, word in CRITERIA.items():
        told = tuple(
            (
                _cell(data, kind, "question", row, whose(data, row)),
                _cell(data, kind, "judgement", row),
                _cell(data, kind, "evidence", row),
                _cell(data, kind, "strength", row),
                _cell(data, kind, "limitations", row),
            )
            for row in rows
            if row["fields"].get("criterion") == code
        )
        blank = ((nothing, *[Cell("–")] * 4),)
        groups.append(Group(told or blank, words.text(word, data.language)))
    columns = _columns(
        data, kind, question=1.4, judgement=2, evidence=1.6, strength=0.9, limitations=1.4
    )
    table = Table(
        "judgements",
        words.text("Evaluation matrix", data.language),
        columns,
        tuple(groups),
        words.text(
            "By the six criteria of the OECD's Development Assistance Committee (2019).",
            data.language,
        ),
    )
    return (table,)


# --- The theory of change -------------------------------------------------------------------------


def theory_of_change(of: Context) -> tuple[Block, ...]:
    """Return the chain of steps, drawn, of each project or programme that has one; then what it assumes."""
    data = of.data
    rows = read(of, RecordKind.STEP)
    chains: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        chains.setdefault(row["project_code"] or "", []).append(row)
    blocks: list[Block] = []
    for project, steps in chains.items():
        code = f"theory_{project.lower().replace('-', '_')}" if project else "theory"
        known = data.catalogue.projects.get(project)
        title = words.text(KINDS[RecordKind.STEP].plural, data.language)
        if known is not None and not data.view.project:
            title = f"{title}: {data.name(known)}"
        figure = figures.chain(_steps(steps), language=data.language)
        blocks.append(Chart(code, title, figure, sentences.as_of(data)))
        blocks += _assumptions(data, steps)
    return tuple(blocks)


def _steps(rows: list[dict[str, Any]]) -> pd.DataFrame:
    told = [
        {
            "step": row["record_id"],
            "stage": row["fields"]["stage"],
            "text": row["fields"]["text"],
            "leads_to": row["fields"].get("leads_to", []),
            "assumption": row["fields"].get("assumption", ""),
        }
        for row in rows
    ]
    return pd.DataFrame(told, columns=["step", "stage", "text", "leads_to", "assumption"])


def _assumptions(data: Data, rows: list[dict[str, Any]]) -> list[Block]:
    told = [row for row in rows if row["fields"].get("assumption")]
    if not told:
        return []
    lead = words.text("What has to be so for the next step to follow.", data.language)
    items = tuple(
        (_own(row, "text", is_strong=True), Span(": "), _own(row, "assumption")) for row in told
    )
    return [Paragraph((Span(lead),)), Bullets(items)]
