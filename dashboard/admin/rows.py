"""Every table of the catalogue, row by row: one way for all of them."""

import hashlib
import json
from typing import Any
from urllib.parse import quote, urlencode

from dash import html
from flask import Response, abort, request

import etl
from dashboard import access, documents
from dashboard.admin import changes, fields
from dashboard.admin.catalogue import crumbs, moved, needs_a_yes
from dashboard.components import cards, filters, forms, pager, tables
from schemas import database, words
from schemas.codes import Severity
from schemas.words import N_

Row = dict[str, Any]


def _form(table: str) -> etl.catalogue.Form:
    """Return a table that can be edited; 404 for any other."""
    found = etl.catalogue.forms().get(table)
    if found is None:
        abort(404)
    return found


def _key(rows: dict[Any, Row], code: str) -> Any:
    """Return the key of a row by its address; 404 where there is none."""
    found = next((key for key in rows if etl.catalogue.key_name(key) == code), None)
    if found is None:
        abort(404)
    return found


def _address(table: str, key: Any, kind: str = "catalogue") -> str:
    return f"/admin/{kind}/{table}/{quote(etl.catalogue.key_name(key), safe='~')}"


def _digest(row: Row) -> str:
    """Return a text that is another one for every other row."""
    told = json.dumps(row, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


# --- A table --------------------------------------------------------------------------------------


def table_of(table: str) -> Response:
    """Show the rows of a table, by what is looked for."""
    form, language = _form(table), access.language()
    with database.connect() as conn:
        rows = etl.catalogue.edited(conn)[table]
    wanted = etl.spelling(request.args.get("q", "")[:200])
    found = [
        (key, row)
        for key, row in sorted(
            rows.items(), key=lambda one: (one[1].get("sort", 0), *map(str, one[0]))
        )
        if wanted in etl.spelling(f"{etl.catalogue.key_name(key)} {_name(row, language)}")
    ]
    page = pager.number(request.args.get("page"), len(found))
    shown = found[(page - 1) * pager.PER_PAGE : page * pager.PER_PAGE]
    body: list[list[tables.Cell]] = [
        [
            {"t": etl.catalogue.key_name(key), "href": _address(table, key)},
            _name(row, language),
            documents.text("ended") if row.get("is_ended") else "",
        ]
        for key, row in shown
    ]
    title = words.text(form.label, language)
    heads: list[tables.Cell] = [
        documents.text("Code"),
        documents.text("Name"),
        documents.text("State"),
    ]
    ways = pager.pager(page, len(found), lambda to: _part(table, to), language)
    new = html.A(documents.text("Add a row"), href=f"/admin/new/{table}", className="button")
    parts: list[Any] = [_search(language), tables.table(title, heads, body, is_stacked=True)]
    return documents.page(
        title,
        cards.page_head(title, crumbs=crumbs(), tools=[new]),
        cards.card(title, "rows", *parts, *([ways] if ways else [])),
    )


def _name(row: Row, language: str) -> str:
    return words.name(row["names"], language) if row.get("names") else ""


def _part(table: str, page: int) -> str:
    said = {"q": request.args.get("q", "")[:200], "page": str(page)}
    return f"/admin/catalogue/{table}?{urlencode(said)}"


def _search(language: str) -> Any:
    said = request.args.get("q", "")[:200]
    return filters.row(filters.text("q", words.text("Find", language), said), language=language)


# --- A row ----------------------------------------------------------------------------------------


def new_row(table: str) -> Response:
    """Add a row."""
    return _edit(_form(table), None)


def row(table: str, code: str) -> Response:
    """Show a row, and change it."""
    return _edit(_form(table), code)


def _edit(form: etl.catalogue.Form, code: str | None) -> Response:
    with database.connect() as conn:
        rows = etl.catalogue.edited(conn)
    key = None if code is None else _key(rows[form.name], code)
    known = None if key is None else rows[form.name][key]
    made = fields.form_of(form, rows, known, access.language())
    seen = _digest(known) if known else ""
    if request.method == "GET":
        made.seen.data = seen
        return _page(form, key, made, None)
    if not made.validate_on_submit():
        return _page(form, key, made, None)
    if made.seen.data != seen:
        made.seen.data = seen
        now = documents.text(
            "Somebody else changed this row meanwhile. Nothing was changed by you: look at it again."
        )
        documents.say(now, "warning")
        return documents.go(_address(form.name, key)) if key else abort(404)
    wanted = fields.row_of(made, form, known)
    if wanted is None:
        return _page(form, key, made, None)
    target = key or tuple(wanted[column.name] for column in form.keys)
    if key is None and (None in target or target in rows[form.name]):
        name = fields.field_name(form.keys[-1], form.keys[-1].name)
        problem = "catalogue_no_code" if None in target else "catalogue_is_there"
        fields.refuse(made, name, problem, target[-1], column=form.keys[-1].name)
        return _page(form, key, made, None)
    return _decide(form, key, target, wanted, made)


def _decide(
    form: etl.catalogue.Form, key: Any, target: Any, wanted: Row, made: fields.RowForm
) -> Response:
    """Check a changed row, and keep it where nothing is wrong and nothing is left to be confirmed."""
    try:
        with database.begin() as conn:
            proposal = etl.catalogue.check_row(conn, form.name, target, wanted)
            is_sure = made.is_sure.data or not needs_a_yes(proposal)
            if proposal.is_good and is_sure and proposal.changes:
                etl.catalogue.apply_catalogue(conn, proposal, access.reader().actor)
    except etl.catalogue.CatalogueMovedError:
        return moved(_address(form.name, target))
    if not proposal.is_good or not is_sure:
        _refuse(form, made, proposal)
        return _page(form, key, made, proposal)
    if not proposal.changes:
        documents.say(documents.text("Nothing was changed."), "info")
    else:
        told = changes.counted(proposal.changes, access.language())
        documents.say(documents.text("The catalogue is changed: {what}.", what=told))
    return documents.go(_address(form.name, target))


def _refuse(form: etl.catalogue.Form, made: fields.RowForm, proposal: Any) -> None:
    """Say of each field what the checks say of it."""
    names = {column.name: column for column in form.columns}
    for found in proposal.findings:
        column = names.get(found.cell)
        if found.sheet or column is None or found.severity != Severity.ERROR:
            continue
        name = fields.field_name(column, column.headers[0])
        if name in made:
            made.refuse(name, words.sentence(found, access.language()))


def _page(form: etl.catalogue.Form, key: Any, made: fields.RowForm, proposal: Any) -> Response:
    """Show the form of a row; with what it would change where that has to be confirmed."""
    language = access.language()
    label = words.text(form.label, language)
    title = documents.text("Add a row") if key is None else etl.catalogue.key_name(key)
    parts: list[Any] = []
    asks = proposal is not None and proposal.is_good
    if proposal is not None:
        others = [one for one in proposal.findings if one.sheet or one.severity != Severity.ERROR]
        parts += changes.said(others, language)
        parts.append(
            cards.card(
                documents.text("What would change"),
                "changes",
                *changes.listed(proposal.changes, language),
            )
        )
    if not asks:
        del made.is_sure
    here = f"/admin/new/{form.name}" if key is None else _address(form.name, key)
    parts.append(
        cards.card(
            label,
            "row",
            html.Div(
                forms.drawn(made, language, N_("Keep"), action=here, groups=fields.groups(form)),
                className="form-wide",
            ),
        )
    )
    tools = []
    if key is not None:
        away = _address(form.name, key, "remove")
        tools.append(html.A(documents.text("Remove"), href=away, className="button button-quiet"))
    where = [*crumbs(), (label, f"/admin/catalogue/{form.name}")]
    return documents.page(
        title,
        cards.page_head(title, crumbs=where, tools=tools),
        html.Div(parts, className="grid"),
        status=400 if made.errors or proposal is not None else 200,
    )


# --- Removing -------------------------------------------------------------------------------------


def remove_row(table: str, code: str) -> Response:
    """Show what removing a row would change, and do so."""
    form, language = _form(table), access.language()
    sure = forms.Plain()
    try:
        with database.begin() as conn:
            key = _key(etl.catalogue.edited(conn)[table], code)
            proposal = etl.catalogue.check_row(conn, table, key, None)
            if sure.validate_on_submit() and proposal.is_good:
                etl.catalogue.apply_catalogue(conn, proposal, access.reader().actor)
                told = changes.counted(proposal.changes, language)
                documents.say(documents.text("The catalogue is changed: {what}.", what=told))
                return documents.go(f"/admin/catalogue/{table}")
    except etl.catalogue.CatalogueMovedError:
        return moved(_address(table, key, "remove"))
    title = documents.text("Remove {code}", code=code)
    where = [*crumbs(), (words.text(form.label, language), f"/admin/catalogue/{table}")]
    parts = [
        *changes.said(proposal.findings, language),
        cards.card(
            documents.text("What would change"),
            "changes",
            *changes.listed(proposal.changes, language),
        ),
    ]
    if proposal.is_good and proposal.changes:
        here = _address(table, key, "remove")
        button = forms.drawn(sure, language, N_("Remove"), action=here, kind="danger")
        parts.append(cards.card(documents.text("Decide"), "decide", button, span=6))
    return documents.page(
        title, cards.page_head(title, crumbs=where), html.Div(parts, className="grid")
    )
