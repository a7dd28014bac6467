"""A spreadsheet becomes observations, or findings: the names below are the package's front door."""

from etl.demo import load_demo
from etl.reference import Changes, Reference, seed
from etl.reference import load as load_reference
from etl.register import write_register
from etl.replay import rebuild
from etl.store import DecisionError, accept, check_file, preview, read_file, receive, withdraw
from etl.template import write_template
from etl.values import tidy

__all__ = [
    "Changes",
    "DecisionError",
    "Reference",
    "accept",
    "check_file",
    "load_demo",
    "load_reference",
    "preview",
    "read_file",
    "rebuild",
    "receive",
    "seed",
    "tidy",
    "withdraw",
    "write_register",
    "write_template",
]
