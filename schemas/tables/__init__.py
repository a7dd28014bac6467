"""Every database table, with the rules no row may ever break as named constraints.

Names and texts in several languages are one JSON column each, `{"en": ..., "el": ...}`.
Observations are derived from the kept workbooks and the log of decisions (`medtown rebuild`).
"""

from schemas.tables.accounts import (
    Account,
    Attempt,
    Identity,
    Invitation,
    RecoveryCode,
    RoleGiven,
    Sitting,
)
from schemas.tables.base import Base, UtcDateTime, Words, one_of
from schemas.tables.catalogue import (
    Category,
    Dimension,
    ExchangeRate,
    Indicator,
    IndicatorDimension,
    IndicatorSdg,
    Organisation,
    Place,
    Programme,
    Project,
    ProjectIndicator,
    ProjectOrganisation,
    ProjectPlace,
    Round,
    SdgGoal,
    SdgIndicator,
    SdgTarget,
    Theme,
    Unit,
)
from schemas.tables.definitions import CatalogueDraft, IndicatorVersion
from schemas.tables.discussed import Mention, Message, ReturnedValue, Thread
from schemas.tables.notices import Notice
from schemas.tables.observed import (
    Breakdown,
    BreakdownCategory,
    Observation,
    Revision,
    Rolled,
    SeriesRow,
    StepRow,
    Withheld,
    WithheldElsewhere,
    current,
    known_on,
)
from schemas.tables.received import AnswerGiven, Decision, FindingRow, Layout, Submission, Workbook
from schemas.tables.rounds import Evidence, Extension, Reminder, RoundAnswer
from schemas.tables.told import Record, RecordVersion
from schemas.tables.trail import Audit
from schemas.tables.working import Job
from schemas.tables.written import MadeReport, Report, ReportText

__all__ = [
    "Account",
    "AnswerGiven",
    "Attempt",
    "Audit",
    "Base",
    "Breakdown",
    "BreakdownCategory",
    "CatalogueDraft",
    "Category",
    "Decision",
    "Dimension",
    "Evidence",
    "ExchangeRate",
    "Extension",
    "FindingRow",
    "Identity",
    "Indicator",
    "IndicatorDimension",
    "IndicatorSdg",
    "IndicatorVersion",
    "Invitation",
    "Job",
    "Layout",
    "MadeReport",
    "Mention",
    "Message",
    "Notice",
    "Observation",
    "Organisation",
    "Place",
    "Programme",
    "Project",
    "ProjectIndicator",
    "ProjectOrganisation",
    "ProjectPlace",
    "Record",
    "RecordVersion",
    "RecoveryCode",
    "Reminder",
    "Report",
    "ReportText",
    "ReturnedValue",
    "Revision",
    "RoleGiven",
    "Rolled",
    "Round",
    "RoundAnswer",
    "SdgGoal",
    "SdgIndicator",
    "SdgTarget",
    "SeriesRow",
    "Sitting",
    "StepRow",
    "Submission",
    "Theme",
    "Thread",
    "Unit",
    "UtcDateTime",
    "Withheld",
    "WithheldElsewhere",
    "Words",
    "Workbook",
    "current",
    "known_on",
    "one_of",
]
