"""The workspace of those who hand in and decide: pages that the server writes whole."""

from flask import Flask

from dashboard.work import queue, reopening, review, threads


def add(server: Flask) -> None:
    """Add the pages of the workspace to the server."""
    queue.add(server)
    review.add(server)
    reopening.add(server)
    threads.add(server)
