"""Reports that people write: the list, the page on which one is written, and what was made of it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dash import html
from flask import Response, abort, request
from sqlalchemy import Connection
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

import etl
from dashboard import access, accounts, building, documents, queries, reports, working
from dashboard.components import cards, forms, marks, published, tables
from dashboard.queries import Catalogue, Closed, Record
from dashboard.reports import fields
from dashboard.reports.outlines import Chosen, Outline
from dashboard.reports.subjects import named
from dashboard.work import narrated, subjects
from dashboard.work import parts as work_parts
from schemas import database, words
from schemas.words import N_

PAGE = "/work/reports"
TITLE = N_("Evaluation reports")


def found(conn: Connection, report_id: int) -> Record:
    """Return a report that who asks may write; 404 for any other."""
    row = queries.report(conn, access.scope(), report_id)
    if row is None or row.removed_at or building.outline_of(row) is None:
        abort(404)
    return row


def outline(row: Record) -> Outline:
    """Return the outline of a report that was found."""
    return reports.outlines()[row.kind]


def _name(conn: Connection, known: Catalogue, row: Record) -> str:
    return named(conn, known, outline(row).subject, row.code, access.language())


# --- The list -------------------------------------------------------------------------------------


def list_reports() -> Response:
    """Show the reports of whoever evaluates, and the kinds that one can be begun of."""
    language = access.language()
    with database.connect() as conn:
        known = queries.catalogue(conn)
        rows = [row for row in queries.reports(conn, access.scope()) if building.outline_of(row)]
        names = {row.report_id: _name(conn, known, row) for row in rows}
    return documents.page(
        documents.text(TITLE),
        cards.page_head(
            documents.text(TITLE),
            documents.text(
                "Figures, charts and sources come from the data; what only people know is written"
                " beside them. A report that was made stays as it was."
            ),
        ),
        html.Div([_kinds(), _list(rows, names, language)], className="grid work"),
    )


def _kinds() -> html.Section:
    """Return the ways to a new report of each kind."""
    ways = [
        html.Li(
            html.A(
                [marks.icon("edit"), documents.text(one.title)],
                href=f"{PAGE}/new/{kind}",
                className="tool",
            ),
            className="task",
        )
        for kind, one in reports.outlines().items()
    ]
    faults = [
        html.P(
            documents.text(
                "A kind of report cannot be used: {fault}",
                fault=words.isolated(fault, access.language()),
            ),
            className="muted",
        )
        for fault in reports.faults().values()
    ]
    return cards.card(
        documents.text("Begin a report"), "new", html.Ul(ways, className="tasks"), *faults, span=4
    )


def _list(rows: list[Record], names: dict[int, str], language: str) -> html.Section:
    heading = documents.text("Reports under way")
    if not rows:
        nothing = cards.empty(
            documents.text("No report yet"),
            documents.text("Choose a kind: its figures are there at once, the words are yours."),
        )
        return cards.card(heading, "reports", nothing, span=8)
    body: list[list[tables.Cell]] = [
        [
            {"t": names[row.report_id], "href": f"{PAGE}/{row.report_id}"},
            documents.text(outline(row).title),
            words.LANGUAGES[row.language],
            words.day(row.saved_at.date(), language),
        ]
        for row in rows
    ]
    heads: list[tables.Cell] = [
        documents.text(head) for head in (N_("On"), N_("Kind"), N_("Language"), N_("Last written"))
    ]
    return cards.card(
        heading, "reports", tables.table(heading, heads, body, is_stacked=True), span=8
    )


# --- What is chosen -------------------------------------------------------------------------------


class Choice(forms.Form):
    """What a report is on, in which language, of which time."""

    code = SelectField(N_("What the report is on"))
    programme = SelectField(N_("Programme"))
    language = SelectField(N_("Language"))
    period = StringField(
        N_("Period"),
        [Length(max=21)],
        description=N_("2023, 2023-S1 or 2023-Q2; empty for everything until today"),
    )
    as_of = DateField(
        N_("As known on"), [Optional()], description=N_("Empty for what is known when it is made")
    )
    since = DateField(
        N_("Last report"),
        [Optional()],
        description=N_("What changed since that day has a part of its own"),
    )


def choice(conn: Connection, known: Catalogue, kind: Outline, row: Record = None) -> Choice:
    """Return the form of a kind of report, with what was chosen for one."""
    language = access.language()
    form = Choice(prefix="report", data=_chosen(row) if row else None)
    form.code.choices = subjects.choices(conn, known, kind.subject, language)
    own = [row.programme_code] if row else None  # what was written stays within its programme
    form.programme.choices = [
        (code, words.name(one.names, language))
        for code, one in work_parts.programmes(known).items()
        if own is None or code in own
    ]
    form.language.choices = list(words.LANGUAGES.items())
    if row is None and not form.is_submitted():
        form.language.data = words.base(language)
        form.code.data = request.args.get("code") or None
    return form


def _chosen(row: Record) -> dict[str, Any]:
    asked = building.request_of(row)
    return {
        "code": row.code,
        "programme": row.programme_code,
        "language": row.language,
        "period": words.period_code(*asked.period) if asked.period else "",
        "as_of": asked.as_of,
        "since": asked.since,
    }


def new_report(kind: str, *, sent: Choice | None = None) -> Response:
    """Show the form with which a report is begun."""
    one = reports.outlines().get(kind)
    if one is None:
        abort(404)
    with database.connect() as conn:
        form = sent or choice(conn, queries.catalogue(conn), one)
    title = documents.text(one.title)
    body = cards.card(
        documents.text("What it is about"),
        "choice",
        forms.drawn(form, access.language(), N_("Begin"), action=f"{PAGE}/new/{quote(kind)}"),
        span=6,
    )
    return documents.page(
        title,
        cards.page_head(title, "", crumbs=crumbs()),
        html.Div([body], className="grid work"),
        status=400 if sent is not None else 200,
    )


def crumbs() -> list[tuple[str, str]]:
    """Return the way to the list."""
    return [(documents.text(TITLE), PAGE)]


# --- One report -----------------------------------------------------------------------------------


def show_report(
    report_id: int, *, sent: Choice | None = None, planned: "Schedule | None" = None
) -> Response:
    """Show the page on which a report is written."""
    with database.connect() as conn:
        row = found(conn, report_id)
        known = queries.catalogue(conn)
        kind = outline(row)
        texts = queries.report_texts(conn, report_id)
        values = values_of(conn, row)
        parts = _parts(row, texts, values)
        form = sent or choice(conn, known, kind, row)
        made = _made(conn, report_id)
        plan = queries.report_schedule(conn, report_id)
        after = queries.scheduled_reports(conn, report_id)
        rounds = {one.round_code: one for one in etl.rounds.rounds(conn, row.programme_code)}
        title = _name(conn, known, row)
    beside = [
        _making(row),
        _history(made),
        _publishing(row),
        _scheduling(row, planned or schedule(plan), plan, after, rounds),
        _settings(row, form),
    ]
    return documents.page(
        title,
        cards.page_head(title, documents.text(kind.title), crumbs=crumbs()),
        html.Div(
            [parts, html.Div(beside, className="span-4 stack report-beside")],
            className="grid work",
        ),
        status=400 if sent is not None or planned is not None else 200,
    )


def values_of(conn: Connection, row: Record) -> fields.Values:
    """Return what the fields of a report's texts say, to those who may read it."""
    asked = building.request_of(row)
    scope = building.scope_of(row)
    return fields.Values(
        conn,
        scope,
        row.language,
        programme_code=row.programme_code,
        as_of=asked.as_of,
        until=reports.until(conn, asked),
    )


def title_of(one: Chosen, language: str) -> str:
    """Return the title of a part."""
    return words.text(one.title or reports.PARTS[one.part].title_of(**one.options), language)


def told(text: str, values: fields.Values) -> list[str]:
    """Return what is to be said of a text: fields with a mistake, then numbers that changed since."""
    language = access.language()
    return [
        words.text(
            "Line {line}: {text}", language, line=words.number(one.line, language), text=one.text
        )
        for one in (*fields.problems(text, values), *fields.changes(text, values))
    ]


def preview(text: str, values: fields.Values) -> html.Div:
    """Return a text as it will stand in the report, and what is to be said of it."""
    said = [html.Li(one) for one in told(text, values)]
    return html.Div(
        [
            html.Ul(said, className="report-told", role="status") if said else None,
            html.Div(
                narrated.drawn(fields.blocks(text, values)),
                className="report-preview",
                lang=values.language,
                dir="auto",
            ),
        ]
    )


def _parts(row: Record, texts: dict[str, Record], values: fields.Values) -> html.Section:
    """Return the parts of a report, one below the other; those with a text are open."""
    example = "{{value indicator=JOB-NEW period=2023-S1}}"
    before, _, after = documents.text(
        "The figures of each part come from the data; what you write stands above them. Markdown:"
        " **bold**, *emphasis*, - lists, ## headings. A number from the data: {example}",
        example=example,
    ).partition(example)
    return cards.card(
        documents.text("What it says"),
        "parts",
        html.Ul(
            [
                html.Li(_part(row, one, texts.get(one.code), values), className="task")
                for one in outline(row).parts
            ],
            className="tasks",
        ),
        lead=[before, html.Code(example, dir="ltr"), after],
        span=8,
    )


def _part(row: Record, one: Chosen, kept: Record, values: fields.Values) -> html.Details:
    """Return a part of a report: whether it is wanted, its text, and how that will look."""
    language = access.language()
    text, version = (kept.text, kept.version) if kept else ("", 0)
    is_out = one.code in row.choices.get("left_out", ())
    is_annex = reports.PARTS[one.part].is_annex
    where = f"{PAGE}/{row.report_id}/parts/{quote(one.code)}"
    ways: list[Any] = [
        forms.button(
            language,
            N_("Put it back") if is_out else N_("Leave it out"),
            f"{where}/wanted",
            kind="quiet",
        )
    ]
    body: list[Any] = []
    if not (is_out or is_annex):
        body = [
            html.Div(**marks.data(html=narrated.editor(one.code, text, version, where, language))),
            html.Div(
                preview(text, values) if text else None,
                id=f"preview-{one.code}",
                className="report-shown",
            ),
        ]
        if version:
            ways.insert(0, html.A(documents.text("Earlier versions"), href=where, className="tool"))
        if fields.changes(text, values):
            ways.insert(0, forms.button(language, N_("Take today's numbers"), f"{where}/renew"))
    state = documents.text("left out") if is_out else documents.text("written") if text else ""
    return html.Details(
        [
            html.Summary(
                [
                    html.H3(title_of(one, language), id=f"part-{one.code}-title"),
                    html.Span(state, className="muted") if state else None,
                ]
            ),
            *body,
            html.Div(ways, className="task-ways"),
        ],
        open=bool(text) and not is_out,
        className="report-part",
    )


def _making(row: Record) -> html.Section:
    language = access.language()
    buttons = [
        forms.button(language, word, f"{PAGE}/{row.report_id}/make/{ending}")
        for ending, word in cards.FORMATS.items()
    ]
    return cards.card(
        documents.text("Make the report"),
        "make",
        html.Div(buttons, className="task-ways"),
        lead=documents.text("As everything is now; what is made does not change any more."),
    )


# --- What was made --------------------------------------------------------------------------------


@dataclass(frozen=True)
class History:
    """What was made of a report, the newest first, and by whom; what is public of it, what was made again."""

    made: list[Record]
    names: dict[str, str]
    public: dict[int, Record]
    closed: dict[int, Closed]
    again: dict[int, Record]


def _made(conn: Connection, report_id: int) -> History:
    made = queries.made_reports(conn, report_id)
    public = queries.published_reports(conn, report_id=report_id)
    return History(
        made,
        accounts.named(conn, {one.made_by for one in made}),
        {one.made_report_id: one for one in public},
        queries.closed(conn, public),
        queries.made_again(conn, [one.made_report_id for one in made]),
    )


def _history(history: History) -> html.Section:
    heading = documents.text("What was made")
    if not history.made:
        nothing = html.P(documents.text("Nothing was made yet."), className="muted")
        return cards.card(heading, "made", nothing)
    listed = [
        html.Li(
            _file(one, history), className="task", id=f"made-{one.made_report_id}", tabIndex="-1"
        )
        for one in history.made
    ]
    return cards.card(heading, "made", html.Ul(listed, className="tasks"))


def _file(one: Record, history: History) -> list[Any]:
    """Return a file that was made: who made it of what, who may fetch it, whether it can be made again."""
    language, number = access.language(), one.made_report_id
    who = history.names.get(one.made_by, documents.text("Somebody"))
    if one.made_by == etl.scheduled.ACTOR:
        who = documents.text("After a round")
    when = words.moment(one.made_at, language)
    ways = [
        forms.button(
            language,
            N_("Make it again and compare"),
            f"{PAGE}/{one.report_id}/again/{number}",
            kind="quiet",
        )
    ]
    told: list[Any] = []
    if number in history.public:
        told, more = _public(one, history.closed.get(number))
        ways += more
    if number in history.again:
        told.append(
            html.P(
                working.compared(one._mapping, history.again[number], language), className="muted"
            )
        )
    return [
        html.A(one.file_name, href=f"/reports/{number}", download=""),
        html.P(documents.text("{who}, {moment}", who=who, moment=when), className="muted"),
        html.P(_rests_on(one, language), className="muted"),
        *told,
        html.Div(ways, className="task-ways"),
    ]


def _public(one: Record, why: Closed | None) -> tuple[list[Any], list[Any]]:
    """Return what is said of a file that was published, and what can be done with it."""
    language = access.language()
    where = f"{PAGE}/{one.report_id}"
    if why is None:
        take = forms.button(
            language,
            N_("Withdraw"),
            f"{where}/withdraw/{one.made_report_id}",
            kind="danger",
            confirm=N_("Withdraw this file? Its address says so from now on, for good."),
        )
        said = documents.text("Everybody can fetch it at this address.")
        return [html.P([marks.icon("check"), said], className="report-public")], [take]
    again = forms.drawn(
        Again(prefix="publish", data={"file_format": one.file_format}),
        language,
        N_("Publish it again"),
        action=f"{where}/publish",
        kind="quiet",
        confirm=ASKED,
    )
    head = documents.text("Not public any more.")
    said = f"{head} {documents.text(published.GONE[why])}"
    return [html.P([marks.icon("warning"), said], className="report-closed")], [again]


def _rests_on(one: Record, language: str) -> str:
    """Return which accepted workbooks a file rests on, and its fingerprint."""
    workbooks = one.inputs.get("workbooks", [])
    count = words.plural(
        "It rests on {count} accepted workbook.",
        "It rests on {count} accepted workbooks.",
        len(workbooks),
        language,
    )
    mark = documents.text("Fingerprint {fingerprint}", fingerprint=one.fingerprint[:12])
    return f"{count} {mark}"


# --- For everybody --------------------------------------------------------------------------------


class Publishing(forms.Form):
    """In which format everybody may fetch a report."""

    file_format = SelectField(N_("Format"))


class Again(forms.Form):
    """The format of a file that everybody could fetch once."""

    file_format = HiddenField()


def publishing() -> Publishing:
    """Return the form with which a report is published."""
    form = Publishing(prefix="publish")
    form.file_format.choices = formats()
    return form


def formats() -> list[tuple[str, str]]:
    """Return what a report can be made as, in words."""
    return [(ending, documents.text(word)) for ending, word in cards.FORMATS.items()]


PUBLISH = N_("Publish for everybody")

ASKED = N_(
    "Publish this report? It is made with what everybody may see. Numbers that you typed yourself stand"
    " in it as they are."
)


def _publishing(row: Record) -> html.Section:
    """Return the way to a file that everybody may fetch."""
    return cards.card(
        documents.text("Publish"),
        "publish",
        forms.drawn(
            publishing(),
            access.language(),
            PUBLISH,
            action=f"{PAGE}/{row.report_id}/publish",
            confirm=ASKED,
        ),
        lead=documents.text(
            "Another file, without what rests on few people, at an address that stays. It is closed by"
            " itself when a value in it may not be shown any more, or a story is taken back."
        ),
    )


# --- After each round -----------------------------------------------------------------------------


class Schedule(forms.Form):
    """In which formats a report is made after each round, and how many days after."""

    file_formats = forms.Boxes(N_("Make this after each round"))
    days = IntegerField(
        N_("Days after the due day"),
        [
            Optional(),
            NumberRange(0, etl.scheduled.LATEST, N_("Write a number of days from 0 to 366.")),
        ],
        description=N_("Empty for when the grace of the round ends"),
    )


def schedule(plan: Record) -> Schedule:
    """Return the form with what was chosen."""
    chosen = {"file_formats": plan.file_formats, "days": plan.days} if plan else None
    form = Schedule(prefix="schedule", data=chosen)
    form.file_formats.choices = formats()
    return form


def _scheduling(
    row: Record, form: Schedule, plan: Record, after: list[Record], rounds: dict[str, Any]
) -> html.Section:
    """Return how a report is made by itself, and what came of it after the rounds so far."""
    language = access.language()
    listed = [html.Li(_after(one, rounds), className="task") for one in after]
    state = (
        documents.text("The evaluators and coordinators of the programme are told of each.")
        if plan
        else documents.text("It is not made by itself.")
    )
    return cards.card(
        documents.text("After each round"),
        "schedule",
        forms.drawn(form, language, N_("Save"), action=f"{PAGE}/{row.report_id}/schedule"),
        html.Ul(listed, className="tasks") if listed else None,
        lead=state,
    )


def _after(one: Record, rounds: dict[str, Any]) -> list[Any]:
    """Return what became of a report after a round."""
    language = access.language()
    known = rounds.get(one.round_code)
    name = work_parts.round_name(known) if known else one.round_code
    if one.made_at:
        when = words.moment(one.made_at, language)
        return [
            html.P(documents.text("{round}: made on {moment}", round=name, moment=when)),
        ]
    why = words.text("Reference {reference}", language, reference=one.why)
    if one.why == "report_without_subject":
        why = documents.text("What it is on is not in the catalogue any more.")
    when = words.moment(one.failed_at, language)
    said = documents.text(
        "{round}: could not be made on {moment}. It is tried again every day for a month.",
        round=name,
        moment=when,
    )
    return [html.P([marks.icon("warning"), f"{said} {why}"], className="report-closed")]


def _settings(row: Record, form: Choice) -> html.Section:
    language = access.language()
    return cards.card(
        documents.text("What it is about"),
        "choice",
        forms.drawn(form, language, N_("Save"), action=f"{PAGE}/{row.report_id}/choose"),
        forms.button(
            language,
            N_("Remove this report"),
            f"{PAGE}/{row.report_id}/remove",
            kind="danger",
            confirm=N_("Remove this report from the list? What was made of it stays."),
        ),
    )


def show_versions(report_id: int, part: str) -> Response:
    """Show every version of the text of a part, each as it was written."""
    language = access.language()
    with database.connect() as conn:
        row = found(conn, report_id)
        one = next((one for one in outline(row).parts if one.code == part), None)
        if one is None:
            abort(404)
        versions = queries.text_versions(conn, report_id, part)
        names = accounts.named(conn, {kept.written_by for kept in versions})
    listed = [
        html.Li(
            [
                html.P(
                    documents.text(
                        "{who}, {moment}",
                        who=names.get(kept.written_by, documents.text("Somebody")),
                        moment=words.moment(kept.saved_at, language),
                    ),
                    className="muted",
                ),
                html.Pre(kept.text or "–", className="report-source", dir="auto"),
            ],
            className="task",
        )
        for kept in versions
    ]
    title = title_of(one, language)
    way = (documents.text("The report"), f"{PAGE}/{report_id}")
    return documents.page(
        title,
        cards.page_head(title, documents.text("Earlier versions"), crumbs=[*crumbs(), way]),
        html.Div(
            [
                cards.card(
                    documents.text("Earlier versions"),
                    "versions",
                    html.Ul(listed, className="tasks")
                    if listed
                    else html.P(documents.text("Nothing was written yet."), className="muted"),
                )
            ],
            className="grid work",
        ),
    )
