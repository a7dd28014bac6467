"""The calls that may take long, as Celery tasks: at once without a broker, on workers with one.

MEDTOWN_BROKER_URL names the broker (Redis or RabbitMQ). Without it a task runs in the process that
asks for it, so that a single machine needs nothing besides the web server.
"""

import os

from celery import Celery

from etl import decisions

BROKER = os.environ.get("MEDTOWN_BROKER_URL")

app = Celery("medtown", broker=BROKER)
app.conf.update(
    task_always_eager=not BROKER,
    task_eager_propagates=True,
    task_ignore_result=True,
    task_acks_late=True,  # a task whose worker was killed is done again; each is safe to repeat
    task_reject_on_worker_lost=True,
    broker_connection_retry_on_startup=True,
)


@app.task(name="medtown.accept")  # type: ignore[untyped-decorator]
def accept(submission_id: int, actor: str) -> None:
    """Accept a submission (`etl.decisions.accept`)."""
    decisions.accept(submission_id, actor=actor)


@app.task(name="medtown.withdraw")  # type: ignore[untyped-decorator]
def withdraw(submission_id: int, actor: str) -> None:
    """Withdraw a submission (`etl.decisions.withdraw`)."""
    decisions.withdraw(submission_id, actor=actor)


@app.task(name="medtown.reinstate")  # type: ignore[untyped-decorator]
def reinstate(submission_id: int, actor: str) -> None:
    """Reinstate a withdrawn submission (`etl.decisions.reinstate`)."""
    decisions.reinstate(submission_id, actor=actor)
