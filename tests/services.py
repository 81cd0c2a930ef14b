"""What the tests need of the system: a PostgreSQL server and a Redis of their own, and Chromium."""

import contextlib
import ctypes
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

Server = TypeVar("Server")

# The fonts make the screenshots readable, and the driver that Playwright brings along is linked against
# libatomic: a bare machine has neither.
PACKAGES = {
    "chromium": ("chromium", "libatomic1", "fonts-dejavu-core", "fonts-noto-color-emoji"),
    "postgresql": ("postgresql",),
    # The package redis-server would start a server of its own; its program is in this one too, under another name.
    "redis": ("redis-tools",),
}
USED_BY = {"chromium": "tests in a browser", "postgresql": "tests on PostgreSQL", "redis": "tests with Redis"}

# Debian's package would start a server of its own; while this file is there it does not.
NO_CLUSTER = Path("/etc/postgresql-common/createcluster.d/sejawat-tests.conf")


def chromium_path() -> str | None:
    """The browser on this machine, if its driver can run here too; or None."""
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        return None
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((found for name in names if (found := shutil.which(name))), None)


def postgres_programs() -> Path | None:
    """The folder with initdb and pg_ctl, the newest version first, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).parent)
    return next((one for one in folders if (one / "initdb").exists() and (one / "pg_ctl").exists()), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server in a folder of its own and yield ``postgresql+psycopg://postgres@127.0.0.1:port``.

    It listens on this machine alone, trusts everybody who can reach it, gives up safety for speed, and leaves
    nothing behind. Raises FileNotFoundError when PostgreSQL is not installed.
    """
    programs = postgres_programs()
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not on this machine (Debian: apt install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="sejawat-postgres-"))
    try:
        if owner := _owner():
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, log = folder / "data", folder / "log"
        initdb = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync")
        _as(owner, [programs / "initdb", "-D", data, *initdb], folder)
        port = _start(programs, owner, data, log)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        finally:
            _as(owner, [programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(programs: Path, owner: pwd.struct_passwd | None, data: Path, log: Path) -> int:
    for last in (False, False, True):
        port = _free_port()
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        )
        try:
            _as(owner, [programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], data.parent)
        except RuntimeError as trouble:
            if last:
                told = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                raise RuntimeError(f"{trouble}\n{told}") from None
            continue  # somebody took the port between asking and starting
        return port
    raise AssertionError("the last try returns or raises")


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _owner() -> pwd.struct_passwd | None:
    """Who runs the server when we are root, which PostgreSQL refuses to be; None: ourselves."""
    if os.geteuid() != 0:
        return None
    known = {one.pw_name: one for one in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _as(owner: pwd.struct_passwd | None, command: Sequence[str | Path], folder: Path) -> None:
    """Run a program of PostgreSQL as that user; RuntimeError with its last words when it fails."""
    # Its output goes to a file: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run(
            [str(part) for part in command],
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder), "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            check=False,
        )
        if done.returncode:
            said.seek(0)
            words = said.read().decode(errors="replace").strip()
            raise RuntimeError(f"{Path(command[0]).name} ended with {done.returncode}: {words[-2000:]}")


def redis_program() -> str | None:
    """The Redis server on this machine, or None. It decides by the name it is called by what it is."""
    return shutil.which("redis-server") or shutil.which("redis-check-rdb")


class Redis:
    """A Redis of our own, which can be killed and started again at the same address."""

    def __init__(self, program: str) -> None:
        self._program, self.port = program, _free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(words, executable=self._program, stdout=subprocess.DEVNULL)
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.05)
        raise RuntimeError("Redis does not answer")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def redis_server() -> Iterator[Redis]:
    """Start a Redis on this machine alone, that keeps nothing on the disk. FileNotFoundError when there is none."""
    program = redis_program()
    if program is None:
        raise FileNotFoundError("Redis is not on this machine (Debian: apt install redis-tools)")
    server = Redis(program)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def or_left_out(server: AbstractContextManager[Server]) -> Iterator[Server]:
    """What the server gives once it runs; the test is left out where its program is not on this machine."""
    import pytest  # whoever prepares the machine asks this module before there is one

    with ExitStack() as stack:
        try:
            given = stack.enter_context(server)
        except FileNotFoundError as missing:
            pytest.skip(f"left out: {missing}")
        yield given


def missing() -> list[str]:
    """What is not on this machine, of `PACKAGES`."""
    here = {"chromium": chromium_path(), "postgresql": postgres_programs(), "redis": redis_program()}
    return [name for name in PACKAGES if here[name] is None]


def fetch() -> None:
    """Get what is missing through apt where we may; say what stays missing and what that leaves out."""
    wanted = missing()
    if not wanted:
        return
    as_root = _way_to_root()
    if shutil.which("apt-get") and as_root is not None:
        print(f"Fetching what the tests need of the system: {', '.join(wanted)} …", flush=True)
        _install(as_root, [package for name in wanted for package in PACKAGES[name]])
    for name in missing():
        print(f"Not here: {name}. Left out: {USED_BY[name]}. To have them: apt install {' '.join(PACKAGES[name])}")


def _way_to_root() -> list[str] | None:
    """What to put before a command so that root runs it; None when we may not."""
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def _install(as_root: list[str], packages: list[str]) -> None:
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    quiet_cluster = not NO_CLUSTER.exists()
    if quiet_cluster:
        subprocess.run([*as_root, "mkdir", "-p", str(NO_CLUSTER.parent)], check=False)
        line = b"create_main_cluster = false\n"
        subprocess.run([*as_root, "tee", str(NO_CLUSTER)], input=line, stdout=subprocess.DEVNULL, check=False)
    try:
        for step in (["update"], ["install", "--no-install-recommends", "--yes", *packages]):
            done = subprocess.run([*apt, *step], capture_output=True, text=True, check=False)
            if done.returncode:
                last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no reason given"]
                print(f"apt-get {step[0]} failed: {last[0]}", file=sys.stderr)
    finally:
        if quiet_cluster:
            subprocess.run([*as_root, "rm", "-f", str(NO_CLUSTER)], check=False)


if __name__ == "__main__":
    fetch()
