"""The workspace of those who hand in and decide: what is due, rounds, answers, evidence, review, talk."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from dashboard.work import (
    calendars,
    evidence,
    home,
    queue,
    records,
    reopening,
    review,
    rounds,
    said,
    threads,
    writing,
)

SHOWN: dict[str, Callable[..., Any]] = {
    "/work": home.home,
    "/work/rounds": rounds.list_rounds,
    "/work/rounds/<code>": rounds.show_round,
    "/work/evidence/<project>": evidence.show_evidence,
    "/work/evidence/<int:evidence_id>/file": evidence.file,
    "/work/records": records.list_records,
    "/work/records/new/<kind>": records.new_record,
    "/work/records/<int:record_id>": records.show_record,
    "/work/records/<int:record_id>/edit": records.edit_record,
    **writing.SHOWN,
}

DONE: dict[str, Callable[..., Any]] = {
    "/work/upload": home.hand_in,
    "/work/answers/<code>/<project>": said.answer,
    "/work/answers/<code>/<project>/back": said.take_back,
    "/work/extensions/<code>/<project>": said.ask,
    "/work/extensions/<int:extension_id>": said.decide,
    "/work/rounds/new": calendars.create,
    "/work/rounds/<code>/days": calendars.edit,
    "/work/rounds/<code>/state": calendars.close,
    "/work/rounds/<code>/remove": calendars.remove,
    "/work/evidence/<project>/new": evidence.attach,
    "/work/evidence/<int:evidence_id>/remove": evidence.remove,
    "/work/records/new/<kind>": records.new_record,
    "/work/records/<int:record_id>/edit": records.edit_record,
    "/work/records/<int:record_id>/publish": records.publish,
    "/work/records/<int:record_id>/sign": records.sign,
    "/work/records/<int:record_id>/withdraw": records.withdraw,
    "/work/records/<int:record_id>/erase": records.erase,
    **writing.DONE,
}


def add(server: Flask) -> None:
    """Add the pages of the workspace to the server, and what their forms do."""
    for method, views in (("GET", SHOWN), ("POST", DONE)):
        for rule, view in views.items():
            server.add_url_rule(rule, f"{method} {rule}".replace(".", " "), view, methods=[method])
    for part in (queue, review, reopening, threads):
        part.add(server)
