"""Blocks of samples worked on by processes, here or on other machines, with Dask.

A block depends on the model, the seed and its number, and blocks are summed up in their order: which process works on
it, and when, changes no bit. A block whose process died is worked on again. The job is a task of the cluster itself,
so it goes to a process once, and again to one that took the place of another.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import pickle
import platform
import signal
import time
import warnings
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lca
from lca.errors import Diagnostic, InputError
from lca.impact.batch.engine import Block, Engine, Job, Stopped, Task, Threads

#: Seconds until a scheduler has answered, or a cluster without a single worker has one again.
PATIENCE = 30.0

#: Seconds between two looks at whether somebody stopped the run.
_LOOK = 0.2

#: Blocks that are under way at once, by thread of the cluster.
_AHEAD = 3


@contextmanager
def engine_of(kind: str, scheduler: str | None = None, workers: int | None = None) -> Iterator[Engine]:
    """The engine of that kind: `local`, threads of this process, or `dask`, the cluster at an address or one of
    `workers` processes on this machine, which is gone afterwards. Raises `InputError` where there is none.
    """
    if kind == "local":
        yield Threads(workers) if workers else Threads()
        return
    distributed = _distributed()
    cluster, client = None, None
    try:
        if scheduler is None:
            cluster = distributed.LocalCluster(
                n_workers=workers or Threads().count,
                threads_per_worker=1,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                silence_logs=logging.CRITICAL,
            )
        client = _connected(distributed, cluster or str(scheduler))
        _check_versions(client)
        if cluster is not None:
            client.register_plugin(_deaf(distributed))
        yield Dask(client)
    finally:
        for one in (client, cluster):
            if one is not None:
                with suppress(Exception), _quiet():  # it may be gone already; that is no news to anybody
                    one.close()


def _distributed() -> Any:
    try:
        with _quiet():
            import distributed
    except ImportError as cause:
        message = f"Dask is not installed ({cause})"
        raise InputError([Diagnostic("REE-D024", message, expected='pip install "ree-lca[dask]"')]) from cause
    return distributed


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what Dask says of connections that come and go: what matters becomes an error of ours."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)


def _deaf(distributed: Any) -> Any:
    """What makes workers of this machine ignore Ctrl-C, which is for us and which they would die of, loudly."""

    class Deaf(distributed.WorkerPlugin):  # type: ignore[misc]
        name = "deaf"

        def setup(self, worker: Any) -> None:
            with suppress(ValueError):  # not the main thread
                signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()


def _connected(distributed: Any, where: Any) -> Any:
    """A client of a cluster, or of the scheduler at an address, that has workers."""
    try:
        with _quiet():
            if isinstance(where, str):
                asyncio.run(_answer(distributed, where))  # a client that finds nobody waits on when it should be gone
            client = distributed.Client(where, timeout=PATIENCE / 3, set_as_default=False)
    except (OSError, ValueError, TypeError) as cause:
        message = f"no scheduler of Dask answers at {where}: {' '.join(str(cause).split()) or type(cause).__name__}"
        expected = "the address that `dask scheduler` has printed, tcp://HOST:PORT"
        raise InputError([Diagnostic("REE-D025", message, expected=expected)]) from cause
    until = time.monotonic() + PATIENCE / 3
    while not client.nthreads():
        if time.monotonic() > until:
            address = client.scheduler.address
            client.close()
            message = f"the scheduler at {address} has no workers"
            raise InputError([Diagnostic("REE-D025", message, expected="workers, started with `dask worker ADDRESS`")])
        time.sleep(_LOOK)
    return client


async def _answer(distributed: Any, address: str) -> None:
    """Raise `OSError` where nobody speaks Dask at an address, `ValueError` where it is none."""
    security = distributed.Security().get_connection_args("client")
    comm = await distributed.comm.connect(address, timeout=PATIENCE / 3, **security)
    comm.abort()


def versions() -> dict[str, str]:
    """What the bits of a result depend on beside the input: versions of Python and packages, and our own code."""
    digest = hashlib.sha256()
    package = Path(lca.__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    found = {"ree-lca": f"{lca.__version__} ({digest.hexdigest()[:12]})", "python": platform.python_version()}
    return found | {name: version(name) for name in ("numpy", "scipy", "bw2calc")}


def _check_versions(client: Any) -> None:
    """Raise `InputError` where scheduler or workers are not made of what we are made of; the scheduler reads tasks."""
    own = versions()
    with _quiet():
        answers = {f"worker {address}": said for address, said in client.run(versions, on_error="return").items()}
        try:
            answers["the scheduler"] = client.run_on_scheduler(versions)
        except Exception as cause:  # whatever an import there raises
            answers["the scheduler"] = cause
    faults = []
    for who, theirs in answers.items():
        if not isinstance(theirs, dict):
            said = f"has no ree-lca that it could run ({type(theirs).__name__}: {' '.join(str(theirs).split())[:120]})"
        elif theirs != own:
            names = [name for name in own if theirs.get(name) != own[name]]
            said = "has " + ", ".join(f"{name} {theirs.get(name)} (here {own[name]})" for name in names)
        else:
            continue
        faults.append(Diagnostic("REE-D026", f"{who} {said}", expected="the same versions everywhere"))
    if faults:
        raise InputError(faults)


class Dask:
    """A cluster."""

    def __init__(self, client: Any):
        self.client = client

    def blocks(self, job: Job, tasks: Sequence[Task], stopped: Stopped) -> Iterator[Block]:
        """The blocks in their order, some worked on ahead. Raises `InputError` where the cluster fails for good."""
        with _quiet():
            packed = self.client.submit(pickle.loads, pickle.dumps(job), pure=False)
            ahead = _AHEAD * max(1, sum(self.client.nthreads().values()))
            left, waiting = deque(tasks), deque[Any]()
            try:
                while left or waiting:
                    while left and len(waiting) < ahead:
                        waiting.append(self.client.submit(_worked_on, packed, left.popleft(), pure=False))
                    found = self._result(waiting[0], stopped)
                    if found is None:
                        return
                    waiting.popleft()
                    yield found
            finally:
                with suppress(Exception):
                    self.client.cancel([*waiting, packed], force=True)

    def _result(self, future: Any, stopped: Stopped) -> Block | None:
        """What a task gives; None once it is stopped."""
        from distributed import TimeoutError as DaskTimeoutError
        from distributed.client import FutureCancelledError
        from distributed.scheduler import KilledWorker

        alone_since: float | None = None
        while not stopped():
            try:
                found: Block = future.result(timeout=_LOOK)
                return found
            except InputError:
                raise
            except (TimeoutError, DaskTimeoutError):
                if self.client.status != "running":
                    raise _lost("the connection to the scheduler was lost") from None
                now = time.monotonic()
                alone_since = None if self.client.nthreads() else alone_since or now
                if alone_since is not None and now - alone_since > PATIENCE:
                    raise _lost(f"no worker was left for {PATIENCE:.0f} s") from None
            except (FutureCancelledError, KilledWorker, OSError) as cause:
                why = f"{type(cause).__name__}: {' '.join(str(cause).split())[:200]}"
                raise _lost(why) from cause
        return None


def _worked_on(job: Job, task: Task) -> Block:
    with job.alone():
        return job.done(task)


def _lost(why: str) -> InputError:
    message = f"the cluster failed: {why}"
    return InputError([Diagnostic("REE-D027", message, expected="workers that live; look at memory and logs of them")])
