"""The calls that may take long, as Celery tasks: at once without a broker, on workers with one.

MEDTOWN_BROKER_URL names the broker (Redis or RabbitMQ). Without it a job is done by the process that
asks for it, so that a single machine needs nothing besides the web server. Each is a row of its own
(`etl.job_rows`) and safe to repeat: the broker may lose a message or deliver it twice.
"""

import logging
import os
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from celery import Celery, Task
from celery.signals import worker_ready
from kombu.exceptions import KombuError
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from etl import job_rows, store
from etl.job_rows import BusyError, Taken
from schemas import database
from schemas.codes import JobKind
from schemas.findings import finding
from schemas.scope import Scope

log = logging.getLogger(__name__)

BROKER = os.environ.get("MEDTOWN_BROKER_URL")

app = Celery("medtown", broker=BROKER)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,  # a task whose worker was killed is done again; each is safe to repeat
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=100,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    # A message that nobody has acknowledged comes back after this; `revive` notices much earlier.
    broker_transport_options={"visibility_timeout": 900, "socket_connect_timeout": 2},
)

RUN = "medtown.run"


def has_broker() -> bool:
    """Return whether workers do the jobs."""
    return bool(BROKER)


def broker_state() -> str:
    """Return `none`, `ok`, or `away` where the broker does not answer."""
    if not has_broker():
        return "none"
    try:
        with app.connection_for_write() as line:
            line.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (KombuError, OSError):
        return "away"
    return "ok"


# --- Starting -------------------------------------------------------------------------------------


def start(
    conn: Connection,
    kind: JobKind,
    arguments: dict[str, Any],
    *,
    account_id: int | None = None,
    submission_id: int | None = None,
) -> Taken:
    """Return a new job, written in the caller's transaction; `send` it once that is kept."""
    return job_rows.add(
        conn,
        kind,
        arguments,
        account_id=account_id,
        submission_id=submission_id,
        is_taken=not has_broker(),
    )


def send(job_id: int, bind: Engine | None = None) -> None:
    """Send a job to the workers, or do it where there are none.

    What cannot be sent waits in the database: `revive` sends it when the broker is back.
    """
    if not has_broker():
        run(job_id, bind)
        return
    try:
        app.send_task(RUN, [job_id], retry=False)
    except (KombuError, OSError) as error:
        log.warning("job %s waits: the broker does not answer (%s)", job_id, type(error).__name__)
        return
    with database.begin(bind) as conn:
        job_rows.mark_sent(conn, [job_id])


# --- Doing ----------------------------------------------------------------------------------------


class File(NamedTuple):
    """A file that a job made."""

    name: str
    data: bytes


Work = Callable[[Taken, Engine | None], Any]
KINDS: dict[JobKind, Work] = {}
"What is done for each kind of job; `dashboard.jobs` adds what needs accounts."


def run(job_id: int, bind: Engine | None = None) -> Any:
    """Do a job, unless it is done; BusyError where somebody else is at it."""
    taken = job_rows.take(job_id, bind)
    return None if taken is None else do(taken, bind)


def do(taken: Taken, bind: Engine | None = None) -> Any:
    """Do a job that was taken, and write what came of it."""
    with job_rows.beating(taken, bind):
        try:
            made = KINDS[taken.kind](taken, bind)
        except store.DecisionError as error:
            with database.begin(bind) as conn:
                job_rows.finish(conn, taken, why=error.finding)
            return None
        except OperationalError:  # the database was away, or full
            job_rows.give_back(taken, bind)
            raise
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("%s job %s (%s)", reference, taken.job_id, taken.kind)
            with database.begin(bind) as conn:
                job_rows.finish(conn, taken, why=finding("job_failed", reference=reference))
            raise
    if not taken.is_finished:
        name, data = made if isinstance(made, File) else ("", None)
        with database.begin(bind) as conn:
            job_rows.finish(conn, taken, file_name=name, result=data)
    return made


@app.task(name=RUN, bind=True, max_retries=None)  # type: ignore[untyped-decorator]
def _run(task: Task, job_id: int) -> None:
    """Do a job; later, where somebody else is at it or had it when they died."""
    try:
        run(job_id)
    except BusyError as busy:
        raise task.retry(countdown=job_rows.patience(), exc=busy) from busy


def later(
    kind: JobKind,
    arguments: dict[str, Any],
    *,
    account_id: int | None,
    submission_id: int | None = None,
    bind: Engine | None = None,
) -> int:
    """Return the number of a job of its own transaction that was sent, or done where nobody else does it."""
    with database.begin(bind) as conn:
        job = start(conn, kind, arguments, account_id=account_id, submission_id=submission_id)
    if has_broker():
        send(job.job_id, bind)
    else:
        do(job, bind)
    return job.job_id


def hand_in(
    data: bytes,
    file_name: str,
    *,
    writer: Scope,
    language: str = "en",
    sender: str = "",
    programme_code: str | None = None,
    account_id: int | None = None,
    bind: Engine | None = None,
) -> store.Receipt:
    """Keep a workbook, and return what the checks say of it; `received` where a worker reads it."""
    started: list[Taken | int] = []

    def job(conn: Connection, submission_id: int) -> None:
        if store.submission_row(conn, submission_id).state not in store.UNDECIDED:
            return
        if known := job_rows.unfinished(conn, submission_id, JobKind.INGEST):
            started.append(known)
            return
        arguments = {"programme": programme_code, "writer": writer.kept()}
        started.append(
            start(
                conn,
                JobKind.INGEST,
                arguments,
                account_id=account_id,
                submission_id=submission_id,
            )
        )

    submission_id, is_new = store.keep(
        data, file_name, language=language, sender=sender, then=job, bind=bind
    )
    receipt = _begun(started[0], bind) if started else None
    if receipt is None:
        with database.connect(bind) as conn:
            state = store.submission_row(conn, submission_id).state
            receipt = store.Receipt(
                submission_id, state, is_new, store.findings_of(conn, submission_id)
            )
    return replace(receipt, is_new=is_new)


def _begun(job: Taken | int, bind: Engine | None) -> store.Receipt | None:
    """Return what came of a job that was started; None where a worker does it."""
    number = job if isinstance(job, int) else job.job_id
    if has_broker():
        if not isinstance(job, int):
            send(number, bind)
        return None
    try:
        receipt: store.Receipt | None = run(number, bind) if isinstance(job, int) else do(job, bind)
    except BusyError:  # the same bytes are being read for somebody's other click
        return None
    return receipt


def ingest(
    taken: Taken, bind: Engine | None, *, told: store.Also = store.nothing_else
) -> store.Receipt:
    """Read and check what was handed in; `told` is called in the transaction that writes it."""
    assert taken.submission_id is not None

    def also(conn: Connection, receipt: store.Receipt) -> None:
        job_rows.finish(conn, taken)
        told(conn, receipt)

    return store.check_kept(
        taken.submission_id,
        programme_code=taken.arguments["programme"],
        writer=Scope.of(taken.arguments["writer"]),
        tell=partial(job_rows.tell, taken, bind=bind) if has_broker() else store.silent,
        also=also,
        bind=bind,
    )


KINDS[JobKind.INGEST] = ingest


# --- What was left behind -------------------------------------------------------------------------


def revive(bind: Engine | None = None) -> list[int]:
    """Send again what dead workers left, and what was lost on its way; return the jobs."""
    found = job_rows.left_behind(bind)
    _send_again(found, bind)
    return found


def look_after() -> None:
    """Have what is left behind taken up again, without waiting for it."""
    if found := job_rows.left_behind():
        threading.Thread(target=_send_again, args=(found,), daemon=True).start()


def _send_again(found: Iterable[int], bind: Engine | None = None) -> None:
    for job_id in found:
        log.warning("job %s was left behind: somebody else takes it", job_id)
        try:
            send(job_id, bind)
        except BusyError:
            log.info("job %s was taken meanwhile", job_id)


def watch(is_over: threading.Event) -> None:
    """Look after what is left behind until it is over."""
    while True:
        try:
            revive()
            job_rows.tidy()
        except Exception:
            log.exception("nobody could look for jobs that were left behind")
        database.engine().dispose()  # a worker's children inherit what is open
        if is_over.wait(job_rows.patience()):
            return


@worker_ready.connect  # type: ignore[untyped-decorator]
def _watch(**_: Any) -> None:
    """Look after what is left behind as long as this worker lives."""
    threading.Thread(target=watch, args=(threading.Event(),), daemon=True).start()
