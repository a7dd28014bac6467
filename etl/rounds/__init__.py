"""Reporting rounds: their calendar, who has reported, what is said instead of values, reminders."""

from etl.rounds.board import Board, answered_until, board, latest, round_of, rounds, told
from etl.rounds.calendars import RoundError, close, create, edit, remove
from etl.rounds.evidence import (
    ENDINGS,
    LARGEST,
    EvidenceError,
    add_file,
    add_link,
    evidence,
    evidence_file,
    evidence_of,
    remove_evidence,
)
from etl.rounds.reminders import Due, due, remind
from etl.rounds.said import answer, answers, ask, decide, extension, extensions, take_back

__all__ = [
    "ENDINGS",
    "LARGEST",
    "Board",
    "Due",
    "EvidenceError",
    "RoundError",
    "add_file",
    "add_link",
    "answer",
    "answered_until",
    "answers",
    "ask",
    "board",
    "close",
    "create",
    "decide",
    "due",
    "edit",
    "evidence",
    "evidence_file",
    "evidence_of",
    "extension",
    "extensions",
    "latest",
    "remind",
    "remove",
    "remove_evidence",
    "round_of",
    "rounds",
    "take_back",
    "told",
]
