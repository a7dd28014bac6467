"""How gunicorn serves the pages: `gunicorn dashboard.app:server` from the checkout."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from dashboard import settings
from dashboard.operations import logs

# Whoever starts gunicorn without saying where serves everybody, so nobody may write.
os.environ.setdefault("MEDTOWN_HOST", "0.0.0.0")  # noqa: S104

# What the processes count, they count together; a folder of its own, because it is of this start.
_counted = "" if os.environ.get("PROMETHEUS_MULTIPROC_DIR") else tempfile.mkdtemp(prefix="medtown-")
if _counted:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counted

_settings = settings.read()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

bind = f"{_host}:{_settings.port}"
worker_class = "gthread"
workers = _settings.workers
threads = _settings.threads
preload_app = True  # half the memory; each process makes its own connections to the database
timeout = 60
graceful_timeout = 20
keepalive = 5
max_requests = 2000
max_requests_jitter = 200
limit_request_line = 8190
limit_request_field_size = 8190
forwarded_allow_ips = "127.0.0.1,::1"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
accesslog = None
errorlog = "-"
loglevel = "warning"


def when_ready(server: Any) -> None:
    """Tell the application where it really listens, whatever the command line said."""
    names = [listener.sock.getsockname() for listener in server.LISTENERS]
    # A socket in the file system is there for a proxy, so for everybody.
    hosts = [name[0] if isinstance(name, tuple) else "proxy" for name in names]
    os.environ["MEDTOWN_HOST"] = max(hosts, key=lambda host: host not in settings.LOOPBACK)


def on_starting(_server: Any) -> None:
    """Write the log as lines of JSON."""
    logs.set_up()


def post_worker_init(_worker: Any) -> None:
    """Take up again what a process that died had begun."""
    import etl

    etl.look_after()


def child_exit(_server: Any, worker: Any) -> None:
    """Keep what a process that ended has counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    if _counted:
        shutil.rmtree(_counted, ignore_errors=True)
