"""What somebody may see and hand in, as codes that can be kept and as conditions on rows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, literal_column, or_, true

from schemas.codes import Subject
from schemas.tables import ProjectIndicator, ProjectPlace, Submission, Thread

NOTHING: ColumnElement[str] = literal_column("''")
"The empty text, written out: only so does a database see that an index of ours fits."


@dataclass(frozen=True)
class Scope:
    """What a reader may see of what is not public; or what somebody may hand in and answer for.

    All of everything, or all that is of some programmes, projects or places, and what they sent
    themselves. The first argument of every query after the connection.
    """

    is_everything: bool = False
    programmes: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    sender: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Scope":
        """Return a scope from what `kept` made of it."""
        codes = {name: frozenset(kept[name]) for name in ("programmes", "projects", "places")}
        return cls(is_everything=kept["is_everything"], sender=kept["sender"], **codes)

    def kept(self) -> dict[str, bool | str | Sequence[str]]:
        """Return the scope as JSON can keep it."""
        return {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(self).items()
        }

    @property
    def is_public(self) -> bool:
        """Whether nothing is seen but what everybody sees."""
        return not (self.is_everything or self.programmes or self.projects or self.places)

    def reaches(self, programme_code: str, project_code: str = "", place_code: str = "") -> bool:
        """Return whether all of something of a programme, a project and a place is in the scope."""
        return (
            self.is_everything
            or programme_code in self.programmes
            or project_code in self.projects
            or place_code in self.places
        )

    def own(self, table: Any) -> ColumnElement[bool]:
        """Return the condition that all is seen of a row with a programme, a project and a place."""
        if self.is_everything:
            return true()
        columns = {
            table.programme_code: self.programmes,
            table.project_code: self.projects,
            table.place_code: self.places,
        }
        # Never null, so that its opposite is not null either.
        wanted = [
            func.coalesce(column, NOTHING).in_(sorted(codes))
            for column, codes in columns.items()
            if codes
        ]
        return or_(*wanted) if wanted else false()

    def own_submission(self) -> ColumnElement[bool]:
        """Return the condition that all is seen of a submission: who sent it, its file, its findings.

        A workbook is seen whole or not at all: by places, only where its project is nowhere else.
        """
        if self.is_everything:
            return true()
        is_inside = ProjectPlace.place_code.in_(sorted(self.places))
        of_it = exists().where(ProjectPlace.project_code == Submission.project_code)
        in_places = of_it.where(is_inside) & ~of_it.where(~is_inside)
        wanted: list[ColumnElement[bool]] = [
            func.coalesce(Submission.programme_code, NOTHING).in_(sorted(self.programmes)),
            func.coalesce(Submission.project_code, NOTHING).in_(sorted(self.projects)),
        ]
        if self.places:
            wanted.append(in_places)
        if self.sender:
            wanted.append(Submission.sender == self.sender)
        return or_(*wanted)

    def sees_thread(self) -> ColumnElement[bool]:
        """Return the condition that a thread may be seen; the public sees none.

        Partners see those of their projects and places, of what they handed in, and of the indicators
        that they report; others those of their programmes.
        """
        if self.is_everything:
            return true()
        mine = Submission.submission_id == Thread.submission_id
        of_submission = exists().where(mine, self.own_submission())
        sent = exists().where(mine, Submission.sender == self.sender, Submission.sender != NOTHING)
        runs_there = exists().where(
            ProjectPlace.project_code == Thread.project_code,
            ProjectPlace.place_code.in_(sorted(self.places)),
        )
        reported = exists().where(
            ProjectIndicator.indicator_code == Thread.indicator_code,
            or_(
                ProjectIndicator.project_code.in_(sorted(self.projects)),
                exists().where(
                    ProjectPlace.project_code == ProjectIndicator.project_code,
                    ProjectPlace.place_code.in_(sorted(self.places)),
                ),
            ),
        )
        return or_(
            self.own(Thread),
            and_(Thread.submission_id.is_not(None), sent),
            and_(Thread.kind == Subject.SUBMISSION, of_submission),
            and_(Thread.kind == Subject.PROJECT, Thread.place_code.is_(None), runs_there),
            and_(Thread.kind == Subject.INDICATOR, Thread.project_code.is_(None), reported),
        )


PUBLIC, EVERYTHING = Scope(), Scope(is_everything=True)
