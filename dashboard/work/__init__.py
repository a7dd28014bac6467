"""The workspace of those who hand in and decide: pages that the server writes whole."""

from flask import Flask

from dashboard.work import review, threads


def add(server: Flask) -> None:
    """Add the pages of the workspace to the server."""
    review.add(server)
    threads.add(server)
