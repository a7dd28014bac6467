"""Reports that people write: the list, the page on which one is written, and what was made of it."""

from typing import Any
from urllib.parse import quote

from dash import html
from flask import Response, abort, request
from sqlalchemy import Connection
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from dashboard import access, accounts, building, documents, queries, reports
from dashboard.components import cards, forms, marks, tables
from dashboard.queries import Catalogue, Record
from dashboard.reports import fields
from dashboard.reports.outlines import Chosen, Outline
from dashboard.work import narrated, subjects
from dashboard.work import parts as work_parts
from schemas import database, words
from schemas.words import N_

PAGE = "/work/reports"
TITLE = N_("Evaluation reports")
MOST_NUMBER = 2**31


def found(conn: Connection, report_id: int) -> Record:
    """Return a report that who asks may write; 404 for any other."""
    row = queries.report(conn, access.scope(), report_id) if report_id < MOST_NUMBER else None
    if row is None or row.removed_at or building.outline_of(row) is None:
        abort(404)
    return row


def outline(row: Record) -> Outline:
    """Return the outline of a report that was found."""
    return reports.outlines()[row.kind]


# --- The list -------------------------------------------------------------------------------------


def list_reports() -> Response:
    """Show the reports of whoever evaluates, and the kinds that one can be begun of."""
    language = access.language()
    with database.connect() as conn:
        known = queries.catalogue(conn)
        rows = [row for row in queries.reports(conn, access.scope()) if building.outline_of(row)]
        names = {row.report_id: subjects.name(conn, known, row, language) for row in rows}
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


def show_report(report_id: int, *, sent: Choice | None = None) -> Response:
    """Show the page on which a report is written."""
    language = access.language()
    with database.connect() as conn:
        row = found(conn, report_id)
        known = queries.catalogue(conn)
        kind = outline(row)
        texts = queries.report_texts(conn, report_id)
        values = values_of(conn, row)
        parts = _parts(row, texts, values)
        form = sent or choice(conn, known, kind, row)
        made = queries.made_reports(conn, report_id)
        names = accounts.named(conn, {one.made_by for one in made})
        title = subjects.name(conn, known, row, language)
    beside = [_making(row), _history(made, names), _settings(row, form)]
    return documents.page(
        title,
        cards.page_head(title, documents.text(kind.title), crumbs=crumbs()),
        html.Div(
            [parts, html.Div(beside, className="span-4 stack report-beside")],
            className="grid work",
        ),
        status=400 if sent is not None else 200,
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
        lead=documents.text(
            "The figures of each part come from the data; what you write stands above them. Markdown:"
            " **bold**, *emphasis*, - lists, ## headings. A number from the data: {example}",
            example=words.isolated(example, access.language()),
        ),
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


def _history(made: list[Record], names: dict[str, str]) -> html.Section:
    language, heading = access.language(), documents.text("What was made")
    if not made:
        nothing = html.P(documents.text("Nothing was made yet."), className="muted")
        return cards.card(heading, "made", nothing)
    listed = []
    for one in made:
        who = names.get(one.made_by, documents.text("Somebody"))
        listed.append(
            html.Li(
                [
                    html.A(one.file_name, href=f"/reports/{one.made_report_id}", download=""),
                    html.P(
                        documents.text(
                            "{who}, {moment}", who=who, moment=words.moment(one.made_at, language)
                        ),
                        className="muted",
                    ),
                    html.P(_rests_on(one, language), className="muted"),
                    forms.button(
                        language,
                        N_("Make it again and compare"),
                        f"{PAGE}/{one.report_id}/again/{one.made_report_id}",
                        kind="quiet",
                    ),
                ],
                className="task",
            )
        )
    return cards.card(heading, "made", html.Ul(listed, className="tasks"))


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
