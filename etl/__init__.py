"""A spreadsheet becomes observations, or findings: the names below are the package's front door."""

from etl import catalogue, publishing, records, reports, review, rounds, scheduled, slices, threads
from etl.annotate import Annotated, annotate
from etl.decisions import ConflictError, accept, last_decision, reinstate, restated_since, withdraw
from etl.demo import load_demo
from etl.job_rows import FORGOTTEN as JOBS_FORGOTTEN
from etl.job_rows import Taken
from etl.job_rows import tell as tell_job
from etl.jobs import KINDS as JOB_KINDS
from etl.jobs import File, broker_state, hand_in, has_broker, ingest, later, look_after, revive
from etl.jobs import app as worker_app
from etl.listing import Remark
from etl.published import PackageFileError, load_package
from etl.questions import is_question
from etl.questions import key as question_key
from etl.reference import Changes, Reference, spelling
from etl.reference import load as load_reference
from etl.register import write_register
from etl.replay import rebuild
from etl.rollup import seed
from etl.sight import Seen, forget_layout, keep_layout, layout_file, see
from etl.slices import Slice
from etl.store import (
    DecisionError,
    Receipt,
    annotated,
    answer,
    answers_of,
    check_file,
    justify,
    read_file,
    receive,
    remembered_of,
    submission_row,
)
from etl.surroundings import Surroundings, surroundings
from etl.template import write_template
from etl.values import tidy
from etl.versions import differences, preview

__all__ = [
    "JOBS_FORGOTTEN",
    "JOB_KINDS",
    "Annotated",
    "Changes",
    "ConflictError",
    "DecisionError",
    "File",
    "PackageFileError",
    "Receipt",
    "Reference",
    "Remark",
    "Seen",
    "Slice",
    "Surroundings",
    "Taken",
    "accept",
    "annotate",
    "annotated",
    "answer",
    "answers_of",
    "broker_state",
    "catalogue",
    "check_file",
    "differences",
    "forget_layout",
    "hand_in",
    "has_broker",
    "ingest",
    "is_question",
    "justify",
    "keep_layout",
    "last_decision",
    "later",
    "layout_file",
    "load_demo",
    "load_package",
    "load_reference",
    "look_after",
    "preview",
    "publishing",
    "question_key",
    "read_file",
    "rebuild",
    "receive",
    "records",
    "reinstate",
    "remembered_of",
    "reports",
    "restated_since",
    "review",
    "revive",
    "rounds",
    "scheduled",
    "see",
    "seed",
    "slices",
    "spelling",
    "submission_row",
    "surroundings",
    "tell_job",
    "threads",
    "tidy",
    "withdraw",
    "worker_app",
    "write_register",
    "write_template",
]
