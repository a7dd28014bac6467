"""Load a server as a busy day would, and print what it took: `python -m benchmarks.load [seconds]`.

Forty readers while five partners hand in; the same where their files are broken or hostile, and once
more with few readers; then a soak. Nothing here is a test, because nothing timed is: figures, and a non-zero
status where an answer failed with 5xx or a process died.
"""

import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psutil
import requests
from rich.table import Table

from benchmarks.__main__ import keys, workbook
from benchmarks.serving import database_of_its_own
from benchmarks.timing import out
from dashboard.accounts import Grant
from schemas.codes import Role
from tests.people import Browser, joined

ROOT = Path(__file__).parent.parent
TORTURE = ROOT / "tests" / "data" / "torture"
PATHS = ("/", "/country/GRC", "/project/DA-GR", "/sdg/8", "/indicator/JOB-NEW", "/health")
MOST = 1200
"Values of the largest workbook."

KEY = "of the benchmarks alone"
PART = 20.0
"Seconds of each of the first two parts."


@contextmanager
def server(home: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Yield the address and the process of a server over the demonstration."""
    with socket.create_server(("127.0.0.1", 0)) as listening, (home / "log").open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py"),
                *("--bind", f"fd://{listening.fileno()}", "dashboard.app:server"),
            ],
            cwd=ROOT,
            env=os.environ
            | {
                "MEDTOWN_HOME": str(home),
                "MEDTOWN_HOST": "127.0.0.1",
                "MEDTOWN_SECRET_KEY": KEY,
            },
            pass_fds=[listening.fileno()],
            stderr=log,
        )
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        try:
            requests.get(f"{address}/health", timeout=300)
            yield address, psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


class Crowd:
    """Some who ask again and again until they are told to stop; how long each answer took."""

    def __init__(self) -> None:
        self.took: dict[str, list[float]] = {}
        self.statuses: Counter[int] = Counter()
        self.is_over = threading.Event()
        self.threads: list[threading.Thread] = []

    def add(
        self, name: str, count: int, ask: Callable[[requests.Session], requests.Response]
    ) -> None:
        """Add so many who ask the same."""
        for _ in range(count):
            thread = threading.Thread(target=self._run, args=(name, ask))
            self.threads.append(thread)
            thread.start()

    def _run(self, name: str, ask: Callable[[requests.Session], requests.Response]) -> None:
        with requests.Session() as session:
            while not self.is_over.is_set():
                begun = time.perf_counter()
                try:
                    status = ask(session).status_code
                except requests.RequestException:
                    status = 0
                self.statuses[status] += 1
                self.took.setdefault(name, []).append(time.perf_counter() - begun)
                time.sleep(random.uniform(0.1, 0.6))

    def stay(self, seconds: float) -> None:
        """Let everybody ask for so long, then wait for the last answers."""
        self.is_over.wait(seconds)
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def report(self, title: str) -> int:
        """Print how long answers took, and return how many failed."""
        table = Table("who", "answers", "median", "95 of 100", "longest", title=title)
        for name, took in self.took.items():
            ordered = sorted(took)
            marks = (statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])
            table.add_row(name, str(len(took)), *(f"{one:.2f} s" for one in marks))
        out.print(table)
        out.print(f"statuses: {dict(sorted(self.statuses.items()))}")
        return sum(count for status, count in self.statuses.items() if status >= 500 or not status)


def reader(address: str) -> Callable[[requests.Session], requests.Response]:
    """Return who reads a page."""
    return lambda session: session.get(address + random.choice(PATHS), timeout=60)


def sender(
    browser: Browser, files: Callable[[], tuple[str, bytes]]
) -> Callable[[requests.Session], requests.Response]:
    """Return who hands in a file, signed in."""

    def send(_: requests.Session) -> requests.Response:
        name, data = files()
        return browser.hand_in(data, name)

    return send


def good() -> tuple[str, bytes]:
    """Return a workbook that nobody handed in before."""
    return "f.xlsx", workbook(random.randint(200, MOST))


def hostile() -> tuple[str, bytes]:
    """Return a file that is broken, hostile or strange."""
    path = random.choice(sorted(TORTURE.iterdir()))
    return path.name, path.read_bytes()


def memory(server: psutil.Process) -> float:
    """Return the megabytes of a server and its processes that nobody else has."""
    every = (server, *server.children(recursive=True))
    return float(sum(one.memory_full_info().uss for one in every)) / 2**20


def partners(address: str) -> list[Browser]:
    """Return the browsers of five partners, each with an account of its own."""
    projects = sorted({project for _, project, *_ in islice(keys(), MOST)})
    given = [Grant(Role.PARTNER, project_code=project) for project in projects]
    return [Browser(address, KEY, joined(f"partner{number}", *given)) for number in range(5)]


def crowd_of(
    address: str, readers: int, senders: list[Browser], files: Callable[[], tuple[str, bytes]]
) -> Crowd:
    """Return readers and partners who have begun to ask."""
    crowd = Crowd()
    crowd.add("readers", readers, reader(address))
    for one in senders:
        crowd.add("partners", 1, sender(one, files))
    return crowd


def errors(log: Path) -> list[str]:
    """Return the lines of a server's log that somebody should look at."""
    return [line for line in log.read_text().splitlines() if '"level": "error"' in line]


def main(seconds: float = 300) -> int:
    """Run the four parts, and return how many answers failed."""
    from dashboard import demonstration

    failed = 0
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        with database_of_its_own(home):
            for _ in demonstration.load():
                pass
        with server(home) as (address, process):
            senders = partners(address)
            for readers, files, what in (
                (40, good, "workbooks"),
                (40, hostile, "broken and hostile files"),
                (4, hostile, "broken and hostile files"),
            ):
                crowd = crowd_of(address, readers, senders, files)
                crowd.stay(PART)
                failed += crowd.report(f"{readers} readers, 5 hand in {what}")
                if files is hostile:
                    longest = max(crowd.took["readers"])
                    out.print(f"others waited at most {longest:.2f} s (promised: 1 s)")
            workers = {one.pid for one in process.children()}
            crowd = crowd_of(address, 4, senders[:1], good)
            begun = memory(process)
            crowd.stay(seconds)
            failed += crowd.report(f"soak of {seconds:.0f} s")
            out.print(f"memory: {begun:,.0f} MB before, {memory(process):,.0f} MB after")
            died = workers - {one.pid for one in process.children()}
            out.print(f"processes that were replaced: {len(died)}")
        for line in errors(home / "log"):
            out.print(line, markup=False)
    return failed


if __name__ == "__main__":
    sys.exit(bool(main(float(sys.argv[1]) if len(sys.argv) > 1 else 300)))
