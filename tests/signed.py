"""What tests of accounts share: people with roles, and clients that are signed in as one of them."""

import secrets
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from dashboard import accounts
from dashboard.accounts import Grant
from schemas import database

ELSEWHERE = "203.0.113.7"
"An address that is not this machine's: nobody acts as the demonstration's coordinator."


def add(name: str, *given: Grant) -> int:
    """Return a new account with roles."""
    with database.begin() as conn:
        return accounts.add(conn, f"{name}@example.org", name, given=given, actor="command line")


def client_of(server: Flask, account_id: int = 0) -> FlaskClient:
    """Return a client from elsewhere; signed in where it is somebody's."""
    client = server.test_client()
    client.environ_base["REMOTE_ADDR"] = ELSEWHERE
    if account_id:
        with database.begin() as conn:
            token = accounts.open_sitting(conn, account_id, "Firefox, Linux")
        with client.session_transaction() as session:
            session["_user_id"] = token
    return client


def token_of(client: FlaskClient) -> str:
    """Return a token as every page carries it for a client, without drawing one."""
    with client.session_transaction() as session:
        lasting = session.setdefault("csrf_token", secrets.token_hex())
    key = str(client.application.secret_key)
    return str(URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(lasting))


def token(client: FlaskClient) -> dict[str, str]:
    """Return the header that a page of ours sends with whatever it writes."""
    return {"X-CSRFToken": token_of(client)}


def is_denied(answer: Any) -> bool:
    """Return whether an answer refuses: 401, 403, or the way to the sign-in page."""
    is_led = answer.status_code == 302 and answer.location.startswith("/sign-in")
    return answer.status_code in (401, 403) or is_led


def callback(server: Flask, output: str, values: list[Any], changed: int = 0) -> dict[str, Any]:
    """Return the body of a callback as a browser sends it, with values for its inputs and state."""
    known = server.config["MEDTOWN_CALLBACKS"][output]
    parts = [*known["inputs"], *known["state"]]
    told = [{**part, "value": value} for part, value in zip(parts, values, strict=True)]
    names = output.strip(".").split("...") if output.startswith("..") else [output]
    outputs = [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]
    split = len(known["inputs"])
    one = told[changed]
    return {
        "output": output,
        "outputs": outputs if output.startswith("..") else outputs[0],
        "inputs": told[:split],
        "state": told[split:],
        "changedPropIds": [f"{one['id']}.{one['property']}"],
    }
