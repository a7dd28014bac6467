"""The demonstration: workbooks of `data/demo/`, handed in through the same front door as any other."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from etl import decisions, records, store
from etl.records import Of
from schemas import database
from schemas.codes import COMMAND, RecordKind, SubmissionState
from schemas.tables import Record, RecordVersion, Submission

NOON = time(12)

FOLDER = Path(__file__).parent.parent / "data" / "demo"
RECORDS = "records.toml"


def load_demo(folder: Path = FOLDER, *, bind: Engine | None = None) -> Iterator[str]:
    """Hand in the workbooks of `demo.toml`, in its order, and yield a line for each.

    What is free of errors is accepted now, unless the list says that it waits; it was handed in on the
    day that the list says. What was handed in before stays as it is, so that a second run costs
    nothing. What `records.toml` tells in words is written last.
    """
    listed = tomllib.loads((folder / "demo.toml").read_text(encoding="utf-8"))["workbooks"]
    with database.connect(bind) as conn:
        there = set(conn.execute(select(Submission.sha256)).scalars())
    for entry in listed:
        name = entry["file"]
        data = (folder / name).read_bytes()
        if hashlib.sha256(data).hexdigest() in there:
            continue
        receipt = store.receive(
            data,
            name,
            language=entry.get("language", "en"),
            received_at=_noon(entry.get("received")),
            bind=bind,
        )
        state = receipt.state
        if state == SubmissionState.READY and not entry.get("waits", False):
            decisions.accept(receipt.submission_id, taken=receipt.taken, bind=bind)
            state = SubmissionState.ACCEPTED
        yield f"{name}: {state}"
    told = tomllib.loads((folder / RECORDS).read_text(encoding="utf-8"))
    with database.begin(bind) as conn:
        if number := _tell(conn, told["programme"], told["records"]):
            yield f"{RECORDS}: {number} records"


def _noon(day: date | None) -> datetime | None:
    return datetime.combine(day, NOON, UTC) if day else None


ABOUT = {"key", "kind", "project", "place", "language", "written", "published"}
"What the list says of a record itself; everything else is a field of it."


def _tell(conn: Connection, programme_code: str, listed: list[Mapping[str, Any]]) -> int:
    """Write records on the days that a list says, and return how many; none where some are there already."""
    there = select(func.count()).where(Record.programme_code == programme_code)
    if conn.execute(there).scalar_one():
        return 0
    written = []
    for entry in listed:
        of = Of(programme_code, entry.get("project", ""), entry.get("place", ""))
        kind, said = RecordKind(entry["kind"]), _written(entry)
        written.append(records.write(conn, kind, of, given=_fields(entry, {}), **said))
    numbers = {
        entry["key"]: number
        for entry, number in zip(listed, written, strict=True)
        if "key" in entry
    }
    for entry, number in zip(listed, written, strict=True):
        if "leads_to" in entry:
            given, seen = _fields(entry, numbers), _newest(conn, number)
            records.rewrite(conn, number, given=given, seen=seen, **_written(entry))
        if "published" in entry:
            at, seen = _noon(entry["published"]), _newest(conn, number)
            records.publish(conn, number, seen=seen, actor=COMMAND, published_at=at)
    return len(written)


def _written(entry: Mapping[str, Any]) -> dict[str, Any]:
    at = _noon(entry.get("written", entry.get("published")))
    return {"language": entry["language"], "actor": COMMAND, "written_at": at}


def _fields(entry: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    """Return the fields of a record; steps lead to those that have a number already."""
    fields = {name: value for name, value in entry.items() if name not in ABOUT}
    steps = [numbers[key] for key in fields.pop("leads_to", ()) if numbers]
    return fields | ({"leads_to": steps} if steps else {})


def _newest(conn: Connection, record_id: int) -> int:
    mine = RecordVersion.record_id == record_id
    newest = select(func.max(RecordVersion.record_version_id)).where(mine)
    return int(conn.execute(newest).scalar_one())
