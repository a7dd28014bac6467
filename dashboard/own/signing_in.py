"""The way in and out: plain forms, which work without a script."""

import logging
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from dash import html
from flask import Flask, Response, abort, current_app, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from joserfc.errors import JoseError
from sqlalchemy.exc import SQLAlchemyError
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import Length

from dashboard import access, accounts, documents, settings
from dashboard.accounts import EntryError, LinkError, PasswordError, Reader
from dashboard.components import cards, forms
from schemas import database, words
from schemas.words import N_

log = logging.getLogger(__name__)

SECOND_FOR = timedelta(minutes=5)
"How long a right password waits for its code."


class SignedIn:
    """Who is signed in, as Flask-Login knows it: by a token, never by a number."""

    is_authenticated = is_active = True
    is_anonymous = False

    def __init__(self, token: str, reader: Reader) -> None:
        self.token, self.reader = token, reader

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self.token


def _load(token: str) -> SignedIn | None:
    with database.connect() as conn:
        found = accounts.reader(conn, token)
    if found is None:
        return None
    reader, is_stale = found
    if is_stale:
        # When it was seen last is not worth failing for, where another one writes for long.
        with suppress(SQLAlchemyError), database.begin() as conn:
            accounts.seen(conn, token)
    return SignedIn(token, reader)


def _browser() -> str:
    """Return what an owner knows a browser by."""
    said = request.headers.get("User-Agent", "")
    names = ("Firefox", "Edg", "OPR", "Chrome", "Safari")
    name = next((one for one in names if one in said), "")
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    system = next((one for one in systems if one in said), "")
    shown = {"Edg": "Edge", "OPR": "Opera", "Mac OS": "macOS"}
    return ", ".join(shown.get(one, one) for one in (name, system) if one)


def _next() -> str:
    """Return where somebody wanted to go: an address of ours, else the start."""
    wanted = request.args.get("next", "")
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    # Browsers take a backslash for a slash, and leave out what cannot be seen.
    is_plain = "\\" not in wanted and wanted.isprintable()
    is_ours = wanted.startswith("/") and not wanted.startswith("//")
    return wanted if is_ours and is_plain and not parts.netloc and not parts.scheme else "/"


def _onward(path: str, where: str) -> str:
    """Return an address of ours from which one goes on to another."""
    return path if where == "/" else f"{path}?{urlencode({'next': where})}"


def _enter(account_id: int, token: str, where: str) -> Response:
    """Sign a browser in: nothing of its session before is kept, nor the sitting that it had."""
    if current_user.is_authenticated:
        with database.begin() as conn:
            accounts.end(conn, current_user.token)
    with database.connect() as conn:
        row = accounts.account(conn, account_id)
        reader = accounts.reader_of(conn, row)
    session.clear()
    login_user(SignedIn(token, reader))
    answer = documents.go(where)
    access.remember_language(answer, row.language)
    return answer


# --- In and out -----------------------------------------------------------------------------------


class SignIn(forms.Form):
    """Address and password."""

    email = EmailField(
        N_("E-mail address"),
        [forms.NEEDED, Length(max=254)],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        N_("Password"), [forms.NEEDED], render_kw={"autocomplete": "current-password"}
    )


class Code(forms.Form):
    """The code of the second factor."""

    code = StringField(
        N_("Code"),
        [forms.NEEDED, Length(max=40)],
        description=N_("Of the app on your telephone, or one of your recovery codes."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "text"},
    )


def _due_second(account_id: int, where: str) -> Response:
    """Lead whoever was right so far to where the code is asked for."""
    ends = datetime.now(UTC) + SECOND_FOR
    session.clear()
    session["second"] = [account_id, ends.timestamp()]
    return documents.go(_onward("/sign-in/code", where))


def waiting(error: EntryError) -> str:
    """Return why somebody is not let in, in the reader's language."""
    return documents.text(
        error.text,
        minutes=words.number(max(1, round(error.wait.total_seconds() / 60)), access.language()),
    )


def sign_in() -> Response:
    """Ask for address and password, and let in whoever has them."""
    form, language = SignIn(), access.language()
    if form.validate_on_submit():
        try:
            account_id, token = accounts.sign_in(
                form.email.data,
                form.password.data,
                address=request.remote_addr or "",
                browser=_browser(),
            )
        except EntryError as error:
            documents.say(waiting(error), "error")
        else:
            if token:
                return _enter(account_id, token, _next())
            return _due_second(account_id, _next())
    parts: list[Any] = [forms.drawn(form, language, N_("Sign in"))]
    if oidc := settings.read().oidc:
        parts.append(
            html.P(
                html.A(
                    documents.text("Sign in with {provider}", provider=oidc.name),
                    href=_onward("/sign-in/with", _next()),
                    className="button button-quiet",
                )
            )
        )
    parts.append(
        html.P(
            documents.text(
                "Accounts are by invitation. Who has forgotten the password asks the coordinator for"
                " a new link."
            ),
            className="card-lead",
        )
    )
    return documents.page(
        documents.text("Sign in"),
        cards.page_head(documents.text("Sign in")),
        html.Section(parts, className="card card-narrow"),
        status=400 if form.errors else 200,
    )


def code() -> Response:
    """Ask for the code of the second factor."""
    account_id, ends = session.get("second", [0, 0])
    if datetime.now(UTC).timestamp() > ends:
        documents.say(documents.text("That took too long. Sign in again."), "warning")
        return documents.go(_onward("/sign-in", _next()))
    form = Code()
    if form.validate_on_submit():
        try:
            token = accounts.confirm(
                account_id,
                form.code.data,
                key=current_app.secret_key,  # type: ignore[arg-type]
                address=request.remote_addr or "",
                browser=_browser(),
            )
            return _enter(account_id, token, _next())
        except EntryError as error:
            documents.say(waiting(error), "error")
    return documents.page(
        documents.text("Code"),
        cards.page_head(documents.text("The second step")),
        html.Section(
            [forms.drawn(form, access.language(), N_("Sign in"))], className="card card-narrow"
        ),
    )


def sign_out() -> Response:
    """End this browser's sitting."""
    if current_user.is_authenticated:
        with database.begin() as conn:
            accounts.end(conn, current_user.token)
    logout_user()
    session.clear()
    return documents.go("/")


# --- Another provider -----------------------------------------------------------------------------


def _provider() -> Any:
    """Return the provider of accounts that the settings name; 404 where there is none."""
    oidc = settings.read().oidc
    if oidc is None:
        abort(404)
    oauth = OAuth(current_app)
    return oauth.register(
        "oidc",
        client_id=oidc.client_id,
        client_secret=oidc.client_secret,
        server_metadata_url=f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "timeout": 10,
        },
    )


def with_provider() -> Response:
    """Lead to the provider of accounts."""
    session["next"] = _next()
    back = f"{settings.read().address or request.url_root.rstrip('/')}/sign-in/back"
    try:
        answer: Response = _provider().authorize_redirect(back)
    except (AuthlibBaseError, OSError, RuntimeError, ValueError):
        return _turned_away()
    return answer


def _turned_away() -> Response:
    """Lead back to the form; why goes to the log alone, where whoever set the provider up finds it."""
    log.warning("the other provider did not let somebody in", exc_info=True)
    documents.say(documents.text("The other provider did not let you in. Try again."), "error")
    return documents.go("/sign-in")


def back() -> Response:
    """Let in whom the provider vouches for, if there is an account."""
    where = session.get("next", "/")
    try:
        told = _provider().authorize_access_token()
        claims = told["userinfo"]
        # Some providers write it as a text, and a text that says "false" is true.
        is_verified = claims.get("email_verified") in (True, "true")
        email = str(claims.get("email", "")) if is_verified else ""
        with database.begin() as conn:
            account_id, token = accounts.sign_in_by(
                conn, claims["iss"], claims["sub"], email, browser=_browser()
            )
    except EntryError as error:
        documents.say(documents.text(error.text), "error")
        return documents.go("/sign-in")
    except (AuthlibBaseError, JoseError, OSError, KeyError, RuntimeError, TypeError, ValueError):
        return _turned_away()
    return _enter(account_id, token, where) if token else _due_second(account_id, where)


# --- A link of an invitation ----------------------------------------------------------------------


class Choose(forms.Form):
    """A first password, or a new one."""

    password = PasswordField(
        N_("New password"),
        [forms.NEEDED],
        description=N_("At least 12 characters; several words are easiest to remember."),
        render_kw={"autocomplete": "new-password"},
    )


def invitation(token: str) -> Response:
    """Let somebody with a link choose a password."""
    form, language = Choose(), access.language()
    try:
        with database.connect() as conn:
            row = accounts.invited(conn, token)
        if form.validate_on_submit():
            try:
                with database.begin() as conn:
                    accounts.choose_password(conn, token, form.password.data)
                documents.say(documents.text("Your password is kept. Sign in with it now."))
                return documents.go("/sign-in")
            except PasswordError as error:
                form.refuse("password", error.text)
    except LinkError:
        text = documents.text("Ask your coordinator for a new link.")
        shown = cards.empty(documents.text("This link is not good any more"), text, is_page=True)
        return documents.page(documents.text("Invitation"), shown, status=404)
    lead = documents.text("For {name}, {email}.", name=row.name, email=row.email)
    return documents.page(
        documents.text("Choose a password"),
        cards.page_head(documents.text("Choose a password"), lead),
        html.Section(
            [forms.drawn(form, language, N_("Keep the password"))], className="card card-narrow"
        ),
        status=400 if form.errors else 200,
    )


def add(server: Flask) -> None:
    """Add the way in to the server."""
    # Not `init_app`: it looks for a cookie of its own on every answer, so that no file could be kept.
    manager = LoginManager()
    server.login_manager = manager  # type: ignore[attr-defined]
    manager.session_protection = None  # a sitting ends in the database
    manager.user_loader(_load)
    for rule, view in (
        ("/sign-in", sign_in),
        ("/sign-in/code", code),
        ("/invitation/<token>", invitation),
    ):
        server.add_url_rule(rule, view.__name__, view, methods=["GET", "POST"])
    server.add_url_rule("/sign-in/with", "with_provider", with_provider)
    server.add_url_rule("/sign-in/back", "back", back)
    server.add_url_rule("/sign-out", "sign_out", sign_out, methods=["POST"])
