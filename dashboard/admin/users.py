"""Accounts and roles: invite, give and take roles, disable, enable, a new link."""

import re
from typing import Any
from urllib.parse import urlencode

from dash import html
from flask import Response, abort, request
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from wtforms import EmailField, SelectChoice, SelectField, StringField
from wtforms.validators import Length, Regexp

from dashboard import access, accounts, documents, queries, settings
from dashboard.accounts import Grant
from dashboard.components import cards, forms, roles, tables
from schemas import database, words
from schemas.codes import Role
from schemas.words import N_

ADDRESS = re.compile(r"[^\s@<>\"',;]+@[^\s@<>\"',;]+\.[^\s@<>\"',;]+")


FOR = N_(
    "Administrators are for everything; evaluators and coordinators for everything or a programme;"
    " partners for a project or a territory."
)


class RoleForm(forms.Form):
    """One role, and what it is for."""

    role = SelectField(N_("Role"), [forms.NEEDED])
    of = SelectField(N_("For"), description=FOR)


class Invite(forms.Form):
    """Somebody new."""

    email = EmailField(
        N_("E-mail address"),
        [
            forms.NEEDED,
            Length(max=200),
            Regexp(ADDRESS, message=N_("This is not an e-mail address.")),
        ],
    )
    name = StringField(N_("Name"), [forms.NEEDED, Length(max=120)])
    language = SelectField(
        N_("Language of pages and mails"),
        choices=[SelectChoice(*one) for one in words.LANGUAGES.items()],
    )
    role = SelectField(N_("Role"), [forms.NEEDED])
    of = SelectField(N_("For"), description=FOR)


def _filled(form: Any, conn: Connection) -> Any:
    """Return a form with the roles, and with what there is to give them for."""
    language = access.language()
    known = queries.catalogue(conn)
    form.role.choices = [
        SelectChoice(role.value, words.text(roles.NAMES[role], language)) for role in Role
    ]
    choices = [SelectChoice("", documents.text("Everything"))]
    places = [row for row in known.places.values() if row.kind == "territory"]
    for title, kind, rows in (
        (N_("Programme"), "programme", known.programmes.values()),
        (N_("Project"), "project", known.projects.values()),
        (N_("Territory"), "place", places),
    ):
        choices += [
            SelectChoice(
                f"{kind}:{row[0]}",
                f"{words.name(row.names, language)} ({row[0]})",
                optgroup=documents.text(title),
            )
            for row in rows
        ]
    form.of.choices = choices
    return form


def _grant(form: Any) -> Grant | None:
    """Return the role that a form asks for; None, and what is wrong, where there is no such role."""
    kind, _, code = form.of.data.partition(":")
    role = Role(form.role.data)
    allowed = {
        Role.ADMINISTRATOR: {""},
        Role.COORDINATOR: {"", "programme"},
        Role.EVALUATOR: {"", "programme"},
        Role.PARTNER: {"project", "place"},
    }[role]
    if kind not in allowed:
        form.refuse("of", N_("This role cannot be given for this."))
        return None
    return Grant(role, **({f"{kind}_code": code} if kind else {}))


def users(form: Invite | None = None) -> Response:
    """Show who has an account, and invite somebody."""
    language = access.language()
    with database.connect() as conn:
        people = accounts.accounts(conn)
        given = {
            row.account_id: [
                roles.named(conn, grant, language)
                for grant in accounts.grants(conn, row.account_id)
            ]
            for row in people
        }
        form = form or _filled(Invite(role=Role.PARTNER, language=language), conn)
    body = [_listed(row, given[row.account_id], language) for row in people]
    heads: list[tables.Cell] = [
        documents.text("Name"),
        documents.text("Roles"),
        documents.text("State"),
    ]
    title = documents.text("Accounts and roles")
    return documents.page(
        title,
        cards.page_head(title, crumbs=[(documents.text("Administration"), "/admin")]),
        html.Div(
            [
                cards.card(title, "users", tables.table(title, heads, body, is_stacked=True)),
                cards.card(
                    documents.text("Invite somebody"),
                    "invite",
                    forms.drawn(form, language, N_("Invite"), action="/admin/users/invite"),
                    lead=documents.text(
                        "You get a link, to be handed over; it is good for seven days."
                    ),
                    span=6,
                ),
            ],
            className="grid",
        ),
        status=400 if form.errors else 200,
    )


def _listed(row: Any, given: list[str], language: str) -> list[tables.Cell]:
    name = words.text(row.name, language) if row.is_demo else row.name
    return [
        {
            "t": name or documents.text("Without a name"),
            "href": f"/admin/users/{row.account_id}",
            "sub": "" if row.is_demo else row.email,
        },
        words.listed(given, language) if given else documents.text("none"),
        _state(row),
    ]


def _state(row: Any) -> str:
    if row.is_demo:
        return documents.text("demonstration")
    if row.disabled_at:
        return documents.text("disabled")
    return documents.text("active") if row.password_hash else documents.text("invited")


def invite() -> Response:
    """Make an account with a role, and show the link that lets its owner in."""
    actor = access.reader().actor
    with database.connect() as conn:
        form = _filled(Invite(), conn)
    grant = _grant(form) if form.validate_on_submit() else None
    if grant is None:
        return users(form)
    try:
        with database.begin() as conn:
            account_id = accounts.add(
                conn,
                form.email.data,
                form.name.data,
                language=form.language.data,
                given=[grant],
                actor=actor,
            )
            token = accounts.invite(conn, account_id, actor=actor)
    except IntegrityError:
        form.refuse("email", N_("There is an account with this address."))
        return users(form)
    return _link(account_id, form.name.data, token)


def _link(account_id: int, name: str, token: str) -> Response:
    """Show a link once."""
    base = settings.read().address or request.url_root.rstrip("/")
    title = documents.text("A link for {name}", name=name)
    return documents.page(
        title,
        cards.page_head(
            title,
            documents.text(
                "It lets its owner choose a password, for seven days. It is not shown again."
            ),
            crumbs=[
                (documents.text("Administration"), "/admin"),
                (documents.text("Accounts and roles"), "/admin/users"),
            ],
        ),
        html.Section(
            [
                html.P(html.Code(f"{base}/invitation/{token}", className="long-link")),
                html.P(
                    html.A(
                        documents.text("I have copied it"),
                        href=f"/admin/users/{account_id}",
                        className="button",
                    )
                ),
            ],
            className="card card-narrow",
        ),
    )


# --- One account ----------------------------------------------------------------------------------


def _known(conn: Connection, account_id: int) -> Any:
    """Return the row of an account that can be administered; 404 where there is none."""
    row = accounts.account(conn, account_id)
    if row is None or row.deleted_at is not None:
        abort(404)
    return row


def user(account_id: int, form: RoleForm | None = None) -> Response:
    """Show one account: its roles, and what can be done."""
    language = access.language()
    with database.connect() as conn:
        row = _known(conn, account_id)
        given = accounts.grants(conn, account_id)
        named = [roles.named(conn, grant, language) for grant in given]
        form = form or _filled(RoleForm(formdata=None), conn)
    here = f"/admin/users/{account_id}"
    name = words.text(row.name, language) if row.is_demo else row.name
    crumbs = [
        (documents.text("Administration"), "/admin"),
        (documents.text("Accounts and roles"), "/admin/users"),
    ]
    head = cards.page_head(name, "" if row.is_demo else row.email, crumbs=crumbs)
    if row.is_demo:
        lead = documents.text(
            "Whoever visits the demonstration from its machine acts as this account."
        )
        return documents.page(name, head, cards.notice(lead))
    taken = [
        html.Li(
            [
                html.Span(told),
                forms.button(
                    language,
                    N_("Remove"),
                    f"{here}/take?{urlencode({'of': str(grant)})}",
                    kind="quiet",
                    confirm=N_("Remove this role?"),
                ),
            ]
        )
        for grant, told in zip(given, named, strict=True)
    ]
    return documents.page(
        name,
        head,
        html.Div(
            [
                cards.card(
                    documents.text("Roles"),
                    "roles",
                    html.Ul(taken, className="admin-list")
                    if taken
                    else html.P(documents.text("none")),
                    span=6,
                ),
                cards.card(
                    documents.text("Give a role"),
                    "give",
                    forms.drawn(form, language, N_("Give"), action=f"{here}/give"),
                    span=6,
                ),
                cards.card(documents.text("Way in"), "way-in", *_ways(row, here, language), span=6),
            ],
            className="grid",
        ),
        status=400 if form.errors else 200,
    )


def _ways(row: Any, here: str, language: str) -> list[Any]:
    """Return the state of an account, and the buttons that change it."""
    parts: list[Any] = [html.P(documents.text("This account is {state}.", state=_state(row)))]
    if row.disabled_at:
        return [*parts, forms.button(language, N_("Enable"), f"{here}/enable")]
    parts.append(forms.button(language, N_("New link"), f"{here}/link", kind="quiet"))
    if row.account_id != access.reader().account_id:
        parts.append(
            forms.button(
                language,
                N_("Disable"),
                f"{here}/disable",
                kind="danger",
                confirm=N_("Disable this account? Every browser of its owner is signed out."),
            )
        )
    return parts


def _back(account_id: int, text: str, kind: str = "success") -> Response:
    documents.say(documents.text(text), kind)
    return documents.go(f"/admin/users/{account_id}")


def give_role(account_id: int) -> Response:
    """Give a role."""
    with database.connect() as conn:
        row = _known(conn, account_id)
        form = _filled(RoleForm(), conn)
    if row.is_demo:
        abort(404)
    grant = _grant(form) if form.validate_on_submit() else None
    if grant is None:
        return user(account_id, form)
    with database.begin() as conn:
        accounts.give(conn, account_id, grant, actor=access.reader().actor)
    return _back(account_id, N_("The role is given."))


LAST = N_("This is the last administrator; make somebody else one first.")


def take_role(account_id: int) -> Response:
    """Take a role, but never the last administrator's."""
    forms.require_button()
    with database.begin() as conn:
        row = _known(conn, account_id)
        given = {str(grant): grant for grant in accounts.grants(conn, account_id)}
        grant = given.get(request.args.get("of", ""))
        if grant is None or row.is_demo:
            abort(404)
        is_last = grant.role is Role.ADMINISTRATOR and accounts.is_last_administrator(
            conn, account_id
        )
        if not is_last:
            accounts.take(conn, account_id, grant, actor=access.reader().actor)
    if is_last:
        return _back(account_id, LAST, "error")
    return _back(account_id, N_("The role is taken."))


def disable_account(account_id: int) -> Response:
    """Let somebody in no more; nobody does so to oneself, nor to the last administrator."""
    forms.require_button()
    reader = access.reader()
    with database.begin() as conn:
        row = _known(conn, account_id)
        if row.is_demo or account_id == reader.account_id:
            abort(404)
        is_last = accounts.is_last_administrator(conn, account_id)
        if not is_last:
            accounts.disable(conn, account_id, actor=reader.actor)
    if is_last:
        return _back(account_id, LAST, "error")
    return _back(account_id, N_("The account is disabled."))


def enable_account(account_id: int) -> Response:
    """Let somebody in again."""
    forms.require_button()
    with database.begin() as conn:
        _known(conn, account_id)
        accounts.enable(conn, account_id, actor=access.reader().actor)
    return _back(account_id, N_("The account is enabled."))


def new_link(account_id: int) -> Response:
    """Show a new link; the one before is void."""
    forms.require_button()
    with database.begin() as conn:
        row = _known(conn, account_id)
        if row.is_demo or row.disabled_at:
            abort(404)
        token = accounts.invite(conn, account_id, actor=access.reader().actor)
    return _link(account_id, row.name, token)
