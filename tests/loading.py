"""A process that is warm, and loads a workbook in a child of its own for each line that it is told.

`python -m tests.loading`: a line names a file; the answers are the number of the child, each step as
it begins (`STEPS`), "accepted", and "ended" however the child ended. A child can be killed at once and
often: nothing has to be imported again.
"""

import os
import sys
from pathlib import Path
from typing import Any

import etl
from etl import store
from schemas import database
from schemas.scope import EVERYTHING

STEPS = ("keeping", "checking", "accepting")


def tell(word: object) -> None:
    print(word, flush=True)


def load(data: bytes) -> None:
    """Receive a workbook and accept it, and tell which step begins."""
    keep = store.keep

    def kept(*given: Any, **named: Any) -> Any:
        found = keep(*given, **named)
        tell("checking")
        return found

    store.keep = kept
    tell("keeping")
    receipt = etl.hand_in(data, "f.csv", programme_code="MEDTOWN", writer=EVERYTHING)
    tell("accepting")
    etl.accept(receipt.submission_id)
    tell("accepted")


def main() -> None:
    etl.check_file(b"", "f.csv")  # reads what every check needs
    database.engine().dispose()  # no connection is inherited
    for line in sys.stdin:
        file = Path(line.strip())
        if child := os.fork():
            os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # its number stays its own
            tell("ended")
            sys.stdin.readline()
            os.waitpid(child, 0)
        else:
            tell(os.getpid())
            load(file.read_bytes())
            os._exit(0)


if __name__ == "__main__":
    main()
