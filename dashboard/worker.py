"""What workers do: `celery --app dashboard.worker:app worker`."""

from typing import Any

from celery.signals import setup_logging

import etl
from dashboard import jobs
from dashboard.operations import logs

app = etl.worker_app
jobs.add()


@setup_logging.connect  # type: ignore[untyped-decorator]
def _log(**_: Any) -> None:
    """Write the log as the server does."""
    logs.set_up()
