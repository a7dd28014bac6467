"""What stands at the head of a report: the report in sentences, key figures, what was published elsewhere."""

from dashboard import figures, frames, sentences, theme
from dashboard.reports import cells
from dashboard.reports.context import Context
from dashboard.reports.document import (
    Block,
    Bullets,
    Fact,
    Facts,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Style,
    plain,
)
from dashboard.reports.subjects import Subject
from dashboard.sentences import Row
from schemas import impact, words

TOLD = ("counts", "trends")
"What the summary tells besides how much is known: how many have which status, and the key figures."


def summary(of: Context, *, tell: tuple[str, ...] = TOLD) -> tuple[Block, ...]:
    """Return the report in sentences, all of them computed."""
    if of.found.empty and of.subject == Subject.GOAL:
        return (_lead(of.text("No indicator of the programme is linked to this goal.")),)
    if not of.told:
        soon = of.text("As soon as a workbook is accepted, its values are part of this report.")
        return (_lead(of.text("Nothing has been reported yet.")), Paragraph(plain(soon)))
    told = {"counts": _counted, "trends": _trends}
    return (
        _lead(_coverage(of)),
        Bullets(tuple(plain(one) for name in tell for one in told[name](of))),
    )


def _lead(told: str) -> Paragraph:
    return Paragraph(plain(told), Style.LEAD)


def _coverage(of: Context) -> str:
    """Return how many of the indicators have a value, and of which period the values are."""
    return of.text(
        "{told} of {all} indicators have a value; the values are of {period}.",
        told=words.number(len(of.told), of.language),
        all=words.number(len(of.found), of.language),
        period=sentences.period(frames.span(of.found), of.language),
    )


def _counted(of: Context) -> list[str]:
    """Return how many projects report, and how many indicators have which status."""
    counts = impact.status_counts(frames.told(of.found), [])
    each = (
        f"{of.text(theme.look(status).word)} {words.number(count, of.language)}"
        for status, count in zip(counts["status"], counts["count"], strict=True)
    )
    statuses = of.text("Statuses: {counts}.", counts=words.joined(each, of.language))
    if of.subject == Subject.PROJECT:
        return [statuses]
    projects = of.text(
        "Projects that report: {reporting} of {expected}.",
        reporting=words.number(of.reporting, of.language),
        expected=words.number(len(of.projects), of.language),
    )
    return [projects, statuses]


def _trends(of: Context) -> list[str]:
    """Return what the chart of each key figure says."""
    rows = [row for row in of.key_figures if row["indicator_code"] in of.trends]
    return [trend_of(of, row).title for row in rows]


def trend_of(of: Context, row: Row) -> figures.Figure:
    """Return a result over time, against the path to its target."""
    return figures.trend(
        of.trends[row["indicator_code"]],
        name=of.data.name(of.indicator(row["indicator_code"])),
        unit=sentences.unit_of(of.data, row),
        language=of.language,
        result=row,
    )


def key_figures(of: Context) -> tuple[Block, ...]:
    """Return the headline results with their way to the target."""
    if not of.told or not of.key_figures:
        return ()
    return (KeyFigures(tuple(_key_figure(of, row) for row in of.key_figures)),)


def _key_figure(of: Context, row: Row) -> KeyFigure:
    data = of.data
    value = cells.actual(data, row)
    note = " ".join(filter(None, sentences.target_note(data, row)))
    has_value = value.text != cells.NOTHING.text
    return KeyFigure(
        name=data.name(of.indicator(row["indicator_code"])),
        value=value,
        unit=sentences.unit_beside(data, row) if has_value else "",
        share=float(row["progress_low"]),
        expected=float(row["expected"]),
        status=str(row["status"]),
        status_word=of.text(theme.look(str(row["status"])).word),
        lines=(note,) if note and has_value else (),
    )


def published(of: Context) -> tuple[Block, ...]:
    """Return what was published elsewhere on the projects of the subject, with its source."""
    told = []
    for project in of.projects:
        for fact in project.facts:
            figure, day = (
                sentences.published(fact, of.language),
                sentences.day_of(fact, of.language),
            )
            name = "" if of.subject == Subject.PROJECT else f"{of.data.name(project)}: "
            term = f"{name}{sentences.in_words(fact.get('text'), of.language)}"
            text = words.joined(filter(None, (figure, day)), of.language)
            told.append(Fact(term, text, str(fact.get("source_url") or "")))
    if not told:
        return ()
    note = of.text(
        "As published elsewhere; they are not part of what was reported here, and are never added to it."
    )
    return Paragraph(plain(note), Style.NOTE), Facts(tuple(told))
