"""People who use the program over HTTP: one of each role, and the public, without a browser."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from dashboard import accounts, app
from dashboard.accounts import Grant
from schemas import database
from schemas.codes import Role

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


@dataclass
class People:
    """Accounts by what they are, each with a browser that is signed in."""

    ids: dict[str, int]
    clients: dict[str, FlaskClient]

    def get(self, who: str, address: str) -> TestResponse:
        """Return what somebody gets at an address."""
        return self.clients[who].get(address, environ_base=FROM)

    def post(self, who: str, address: str, **fields: Any) -> TestResponse:
        """Return the answer to a form that somebody sends, with the token of their own page."""
        return self.clients[who].post(
            address, data={**fields, "csrf_token": self.token(who)}, environ_base=FROM
        )

    def token(self, who: str) -> str:
        """Return the token that somebody's forms carry."""
        shown = self.get(who, "/about").get_data(as_text=True)
        found = re.search(r'name="csrf-token" content="([^"]+)"', shown)
        assert found
        return found[1]

    def actor(self, who: str) -> str:
        """Return somebody as the audit trail names them."""
        return f"account {self.ids[who]}"


@pytest.fixture
def people(seeded: Engine) -> People:
    """One of each role, and the public, over a seeded database."""
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
