"""Starts the web server in this process: gunicorn with the settings of `gunicorn.conf.py`."""

import os
import sys
from pathlib import Path

import click
from gunicorn.app.wsgiapp import WSGIApplication

import etl
from dashboard import demonstration
from schemas import database

CONFIGURATION = Path(__file__).parent.parent / "gunicorn.conf.py"


def run(host: str, port: int, *, with_demo: bool) -> None:
    """Bring the database up to date and serve until interrupted.

    One process does it all, so that a second start costs the imports once.
    """
    os.environ["MEDTOWN_HOST"], os.environ["PORT"] = host, str(port)
    database.migrate()
    with database.begin() as conn:
        changes = etl.seed(conn)
    if changes:
        click.echo("Reference data brought up to date.")
    if with_demo:
        for line in demonstration.load():
            click.echo(line)
        os.environ["MEDTOWN_DEMO"] = "1"
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"MedTOWN dashboard: http://{shown}:{port}  (Ctrl-C stops it)")
    sys.argv = ["gunicorn", "--config", str(CONFIGURATION), "dashboard.app:server"]
    WSGIApplication("%(prog)s").run()
