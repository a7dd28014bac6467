"""People who use the program over HTTP: one of each role, and the public, without a browser."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard import accounts, app
from dashboard.accounts import Grant
from schemas import database
from schemas.codes import Role
from tests.signed import token_of

GRANTS = {
    "partner": [Grant(Role.PARTNER, project_code="DA-GR")],
    "other": [Grant(Role.PARTNER, project_code="DA-ES")],
    "coordinator": [Grant(Role.COORDINATOR, "MEDTOWN")],
    "second": [Grant(Role.COORDINATOR, "MEDTOWN")],
    "evaluator": [Grant(Role.EVALUATOR, "MEDTOWN")],
    "elsewhere": [Grant(Role.COORDINATOR, "ROWCA2014")],
}
FROM = {"REMOTE_ADDR": "10.0.0.9"}
"Another machine: nobody acts as the visitor of the demonstration."


def token_in(page: str) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found
    return found[1]


@dataclass
class People:
    """Accounts by what they are, each with a browser that is signed in."""

    ids: dict[str, int]
    clients: dict[str, FlaskClient]

    def get(self, who: str, address: str) -> TestResponse:
        """Return what somebody gets at an address."""
        return self.clients[who].get(address, environ_base=FROM)

    def post(self, who: str, address: str, **fields: Any) -> TestResponse:
        """Return the answer to a form that somebody sends, with the token of their own session."""
        return self.clients[who].post(
            address, data={**fields, "csrf_token": self.token(who)}, environ_base=FROM
        )

    def token(self, who: str) -> str:
        """Return the token that somebody's forms carry."""
        return token_of(self.clients[who])

    def actor(self, who: str) -> str:
        """Return somebody as the audit trail names them."""
        return f"account {self.ids[who]}"


def gathered() -> People:
    """Return one of each role, and the public, over the configured database."""
    server = app.create_app().server
    ids, clients = {}, {"public": server.test_client()}
    with database.begin() as conn:
        for name, given in GRANTS.items():
            ids[name] = accounts.add(conn, f"{name}@example.org", name, given=given, actor="test")
            token = accounts.open_sitting(conn, ids[name])
            clients[name] = server.test_client()
            with clients[name].session_transaction() as session:
                session["_user_id"] = token
                session["_fresh"] = True
    return People(ids, clients)


@pytest.fixture
def people(seeded: Engine) -> People:
    """One of each role, and the public, over a seeded database."""
    return gathered()


# --- At a server of its own process ---------------------------------------------------------------

PATIENCE = 300
"Seconds that an answer may take on a busy machine."


def joined(name: str, *given: Grant) -> int:
    """Return the number of a new account."""
    with database.begin() as conn:
        return accounts.add(conn, f"{name}@example.org", name, given=given, actor="test")


class Browser:
    """Somebody's browser at a real server on this machine, signed in."""

    def __init__(self, address: str, key: str, account_id: int) -> None:
        self.address, self.account_id = address, account_id
        self.http, self._token = requests.Session(), ""
        # A line that waited too long is closed by the server, perhaps while something is sent on it.
        self.http.headers["Connection"] = "close"
        with database.begin() as conn:
            sitting = accounts.open_sitting(conn, account_id)
        keeper = Flask(__name__)
        keeper.secret_key = key
        seal = SecureCookieSessionInterface().get_signing_serializer(keeper)
        assert seal
        self.http.cookies.set(
            "session", seal.dumps({"_user_id": sitting, "_fresh": True}), domain="127.0.0.1"
        )

    def get(self, path: str) -> requests.Response:
        """Return what is at a path."""
        return self.http.get(self.address + path, timeout=PATIENCE)

    def post(self, path: str, **fields: Any) -> requests.Response:
        """Return the answer to a form; redirects are not followed."""
        if not self._token:
            self._token = token_in(self.get("/about").text)
        files = {"file": fields.pop("file")} if "file" in fields else None
        return self.http.post(
            self.address + path,
            data={**fields, "csrf_token": self._token},
            files=files,
            timeout=PATIENCE,
            allow_redirects=False,
        )

    def hand_in(self, data: bytes, name: str = "f.csv") -> requests.Response:
        """Return the answer to an upload."""
        return self.post("/upload", file=(name, data), programme="MEDTOWN")
