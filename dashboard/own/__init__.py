"""One's own: the way in and out, the account, what one was told, and what is kept of one."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from dashboard.own import account, notices, privacy, signing_in


def add(server: Flask, protection: CSRFProtect) -> None:
    """Add the way in and the pages of one's own to the server; `dashboard.policies` says for whom."""
    signing_in.add(server)
    account.add(server)
    notices.add(server, protection)
    privacy.add(server)
