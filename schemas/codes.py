"""The closed vocabularies that code compares with; open ones (themes, units) are data."""

from enum import StrEnum

LANGUAGES = ("en", "es", "fr", "pt", "el", "ar")
"The languages of the project, the source language first."

COMMAND = "command line"
"Who did what no account did, as the audit trail says it."


class ValueType(StrEnum):
    """What a value says: where a series began, where it should go, where it is.

    A milestone is a target with an earlier date.
    """

    BASELINE = "baseline"
    TARGET = "target"
    ACTUAL = "actual"


class Measure(StrEnum):
    """What kind of value an indicator has, and so what arithmetic it allows."""

    COUNT = "count"
    AMOUNT = "amount"
    RATIO = "ratio"
    QUANTITY = "quantity"
    SCORE = "score"
    YES_NO = "yes_no"
    TEXT = "text"


class TimeRule(StrEnum):
    """How the periods of one series combine."""

    SUM = "sum"
    LAST = "last"
    MAX = "max"
    MEAN = "mean"
    NONE = "none"


class PlaceRule(StrEnum):
    """How territories and projects combine, after the periods."""

    SUM = "sum"
    WEIGHTED = "weighted"
    NONE = "none"


class Overlap(StrEnum):
    """Where the same person or entity may be counted again, so that a total is a range."""

    NONE = "none"
    PERIODS = "periods"
    PROJECTS = "projects"
    BOTH = "both"


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Level(StrEnum):
    """The result level of the logical framework; context stands beside it, never in a total."""

    INPUT = "input"
    OUTPUT = "output"
    OUTCOME = "outcome"
    IMPACT = "impact"
    CONTEXT = "context"


class ReportedAs(StrEnum):
    """Whether an actual counts its own period only, or everything since the start."""

    IN_PERIOD = "in_period"
    TO_DATE = "to_date"


class TargetBasis(StrEnum):
    """What a target is measured from: zero at the start, a level, or each period anew."""

    CUMULATIVE = "cumulative"
    LEVEL = "level"
    PER_PERIOD = "per_period"


class Qualifier(StrEnum):
    """How exact a value is: 136, "over 300", "at most 20", "almost 450"."""

    EXACT = "="
    AT_LEAST = ">="
    AT_MOST = "<="
    ABOUT = "~"


class Basis(StrEnum):
    """How a value came to be known."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    TARGET_GROUP = "target_group"
    SELF_DECLARED = "self_declared"


class Answer(StrEnum):
    """What a partner may say instead of a number; neither is zero, neither is silence."""

    VALUE = "value"
    NOTHING_TO_REPORT = "nothing_to_report"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    """What a finding asks for: a correction, a justification, or only attention."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class SubmissionState(StrEnum):
    """What became of a workbook.

    Received: its bytes are kept, nothing was looked at yet. Refused: could not be opened safely, or holds personal data; its bytes are gone.
    Rejected: read, but with errors. Ready: no errors, awaits acceptance. Returned: given back to its
    partner with remarks.
    """

    RECEIVED = "received"
    REFUSED = "refused"
    REJECTED = "rejected"
    READY = "ready"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What a coordinator decided about a submission; the log of these is replayed by rebuild."""

    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    REINSTATE = "reinstate"
    RETURN = "return"


class Subject(StrEnum):
    """What a discussion is about."""

    VALUE = "value"
    INDICATOR = "indicator"
    PROJECT = "project"
    SUBMISSION = "submission"


class PlaceKind(StrEnum):
    """The levels of the tree of places."""

    COUNTRY = "country"
    REGION = "region"
    TERRITORY = "territory"


class ProjectKind(StrEnum):
    """What a project is in its programme."""

    DEMONSTRATIVE_ACTION = "demonstrative_action"
    PILOT = "pilot"
    OTHER = "other"


class Status(StrEnum):
    """Where an indicator stands on its way to the target (thresholds: `schemas.impact`)."""

    ACHIEVED = "achieved"
    ON_TRACK = "on_track"
    ACCELERATION_NEEDED = "acceleration_needed"
    LIMITED_PROGRESS = "limited_progress"
    MOVING_AWAY = "moving_away"
    PARTLY_ACHIEVED = "partly_achieved"
    NOT_ACHIEVED = "not_achieved"
    MAINTAINED = "maintained"
    NOT_MAINTAINED = "not_maintained"


GOOD = frozenset({Status.ACHIEVED, Status.MAINTAINED, Status.ON_TRACK})
"Statuses of what is where it should be."


class RateKind(StrEnum):
    """What an exchange rate is a rate of."""

    DAY = "day"
    MONTH = "month"
    PERIOD_END = "period_end"
    ANNUAL_AVERAGE = "annual_average"


class JobKind(StrEnum):
    """What is done in the background where there are workers."""

    INGEST = "ingest"
    ANNOTATE = "annotate"
    REPORT = "report"


class JobState(StrEnum):
    """What became of a job. Waiting: nobody has taken it, or who had taken it died."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Role(StrEnum):
    """What an account may do, for everything, a programme, a project or a place.

    Partners hand in and answer; evaluators read everything and write reports; coordinators decide
    what is accepted; administrators keep accounts and the catalogue.
    """

    PARTNER = "partner"
    EVALUATOR = "evaluator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


class ExtensionState(StrEnum):
    """What became of a request for more time."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class ReminderKind(StrEnum):
    """When a reminder of a round is sent: days before the day it is due, or after it."""

    BEFORE_14 = "before_14"
    BEFORE_3 = "before_3"
    AFTER_1 = "after_1"
    AFTER_7 = "after_7"


class Timeliness(StrEnum):
    """When something came for a round, or that it did not (`schemas.completeness`)."""

    ON_TIME = "on_time"
    WITH_EXTENSION = "with_extension"
    WITHIN_GRACE = "within_grace"
    LATE = "late"
    DUE = "due"
    MISSING = "missing"


class Calendar(StrEnum):
    """How the rounds of a programme follow each other."""

    SIX_MONTHS = "six_months"
    QUARTERS = "quarters"
    PROJECTS = "projects"


class RecordKind(StrEnum):
    """What is told in words beside the numbers (`schemas.records`)."""

    OUTCOME = "outcome"
    STORY = "story"
    LESSON = "lesson"
    RECOMMENDATION = "recommendation"
    JUDGEMENT = "judgement"
    STEP = "step"
    ESTIMATE = "estimate"


class RecordState(StrEnum):
    """What became of a version of a record. Draft: seen by those whose it is alone."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
