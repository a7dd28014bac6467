"""A spreadsheet becomes observations, or findings: the names below are the package's front door."""

from etl import catalogue
from etl.annotate import Annotated, annotate
from etl.decisions import accept, reinstate, withdraw
from etl.demo import load_demo
from etl.questions import is_question
from etl.questions import key as question_key
from etl.reference import Changes, Reference, spelling
from etl.reference import load as load_reference
from etl.register import write_register
from etl.replay import rebuild
from etl.rollup import seed
from etl.sight import Seen, forget_layout, keep_layout, layout_file, see
from etl.store import (
    DecisionError,
    annotated,
    answer,
    answers_of,
    check_file,
    justify,
    read_file,
    receive,
    remembered_of,
)
from etl.surroundings import Surroundings, surroundings
from etl.template import write_template
from etl.values import tidy
from etl.versions import differences, preview

__all__ = [
    "Annotated",
    "Changes",
    "DecisionError",
    "Reference",
    "Seen",
    "Surroundings",
    "accept",
    "annotate",
    "annotated",
    "answer",
    "answers_of",
    "catalogue",
    "check_file",
    "differences",
    "forget_layout",
    "is_question",
    "justify",
    "keep_layout",
    "layout_file",
    "load_demo",
    "load_reference",
    "preview",
    "question_key",
    "read_file",
    "rebuild",
    "receive",
    "reinstate",
    "remembered_of",
    "see",
    "seed",
    "spelling",
    "surroundings",
    "tidy",
    "withdraw",
    "write_register",
    "write_template",
]
