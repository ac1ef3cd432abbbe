"""`portal schedule`: prints cron lines or systemd units for a nightly crawl."""

import argparse
import hashlib
import os
import pwd
import shlex
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from math import ceil
from pathlib import Path

from archive.commands.options import add_portals
from archive.layout import archive_folder
from archive.moments import VIETNAM, now
from archive.output import say, write, write_json
from portal_crawler.commands.options import jobs
from portal_crawler.errors import UsageError
from portal_crawler.launch.healthcheck import check_ping
from portal_crawler.launch.options import CONTACT_MISSING
from portal_crawler.portals.registry import (
    own_folder,
    parsed_settings,
    project_settings,
    registry,
)

EXAMPLES = """
  portal schedule --cron --archive /srv/archive                  # lines for crontab -e
  portal schedule --systemd --archive /srv/archive | sudo sh     # a service and its timer
"""

EARLIEST = time(22, 0)
"""In Vietnam, wherever the crawler runs: the offices' staff have gone home."""

SPREAD_MIN = 120
"""Minutes after `EARLIEST` within which each archive's crawl starts at a time of its own."""

NIGHT_H = 6
"""Hours within which all portals' runs end, before the offices open; the next night continues."""

BACKSTOP_H = 7
"""Hours after which a running crawl is stopped; an hour more, to catch up and save."""

SHORTEST_RUN_MIN = 10
"""Least minutes of a portal's run: at a request a second, a listing takes as long."""

DRAIN_S = 60
"""Seconds that a crawl has to stop before it is killed; it needs ten."""

MEMORY_A_PORTAL_MB = 400
"""Twice the memory of one portal's crawl; the command that watches the crawls counts as one."""

JOBS = 4

CARRIED = ("portal_contact", "http_proxy", "https_proxy", "no_proxy", "ssl_cert_file")
"""Environment variables, in lower case, that a crawl by hand reads and a nightly one would miss."""

UNIT = "portal-crawl"
UNIT_FOLDER = "/etc/systemd/system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The nightly crawl, and the user who runs it."""

    portal: str
    """The command's own absolute path."""
    archive: str
    portals: str | None = None
    """The folder of one's own portals."""
    jobs: int
    left_out: tuple[str, ...]
    """Portals that the nightly crawl leaves out, besides the closed ones."""
    run_min: int
    """Minutes that each portal's run may take for all to be crawled in a night."""
    user: str
    """The owner of the archive's folder, who crawls."""
    environment: Mapping[str, str]
    ping: str | None
    """A healthcheck's address."""

    @property
    def words(self) -> list[str]:
        """The crawl, word by word."""
        return [
            self.portal, "crawl", "--all",
            *(word for name in self.left_out for word in ("--except", name)),
            "--jobs", str(self.jobs), "--time-limit", f"{self.run_min}m",
            "--archive", self.archive,
            *(("--portals", self.portals) if self.portals else ()),
            "-q",
            *(("--ping", self.ping) if self.ping else ()),
        ]  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal schedule`."""
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--cron", action="store_true", help="print lines for a crontab")
    form.add_argument(
        "--systemd",
        action="store_true",
        help="print a script that installs a service and its timer",
    )
    parser.add_argument(
        "--jobs", type=jobs, default=JOBS, metavar="N",
        help=f"crawl N portals in parallel (default {JOBS})",
    )  # fmt: skip
    parser.add_argument(
        "--except", dest="left_out", action="append", default=[], metavar="NAME",
        help="leave this portal out of the nightly crawl; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--ping", metavar="URL", help="the healthcheck that each crawl requests, as `crawl --ping`"
    )
    add_portals(parser)


def run(args: argparse.Namespace) -> int:
    """Write the lines, and on stderr hints for the person who installs them."""
    schedule = _schedule(archive_folder(args.archive), args)
    if args.cron:
        files = {"": crontab(schedule, now().astimezone())}
    else:
        files = {
            f"{UNIT_FOLDER}/{UNIT}.service": service(schedule),
            f"{UNIT_FOLDER}/{UNIT}.timer": timer(),
        }
    for hint in _hints(schedule) if not args.quiet else ():
        say(hint)
    _write(files, as_json=args.json)
    return 0


def _write(files: Mapping[str, str], *, as_json: bool) -> None:
    if as_json:
        for path, text in files.items():
            write_json({"path": path or None, "text": text})
        return
    whole = _script(files) if all(files) else "".join(files.values())
    for line in whole.rstrip("\n").split("\n"):
        write(line)


def _script(files: Mapping[str, str]) -> str:
    parts = [f"cat > {path} <<'END'\n{text}END\n" for path, text in files.items()]
    return "".join(
        ["set -e\n", *parts, f"systemctl daemon-reload\nsystemctl enable --now {UNIT}.timer\n"]
    )


def _schedule(folder: Path, args: argparse.Namespace) -> Schedule:
    if args.ping is not None:
        check_ping(args.ping)
    if not folder.is_dir():
        raise UsageError(
            f"there is no folder {folder}; create it as the user who is to crawl, "
            "crawl once by hand, then schedule"
        )
    settings = project_settings(parsed_settings(args.settings))
    known = registry(settings)
    known.check()
    portals = own_folder(settings)
    environment = {
        name: value
        for name, value in sorted(os.environ.items())
        if value and name.lower() in CARRIED
    }
    for text in (str(folder), str(portals or ""), args.ping or "", *environment.values()):
        if not text.isprintable():
            raise UsageError(
                f"{text!r} has a line break or control character, which a schedule cannot hold"
            )
    return Schedule(
        portal=_own_path(),
        archive=str(folder),
        portals=str(portals) if portals is not None else None,
        jobs=args.jobs,
        left_out=tuple(dict.fromkeys(args.left_out)),
        run_min=_run_min(len(known.nightly(args.left_out)), args.jobs),
        user=_owner(folder),
        environment=environment,
        ping=args.ping,
    )


def _run_min(count: int, jobs: int) -> int:
    rounds = max(1, ceil(count / jobs))
    return max(SHORTEST_RUN_MIN, NIGHT_H * 60 // rounds)


def _own_path() -> str:
    """The path of this `portal`: as it was called, else beside its Python."""
    called = Path(sys.argv[0])
    beside = Path(sys.executable).with_name("portal")
    found = shutil.which(called) if called.name == "portal" else shutil.which(beside)
    if found is None:
        raise UsageError(f"there is no command {beside}; install the package, then call `portal`")
    return str(Path(found).absolute())


def _owner(folder: Path) -> str:
    number = folder.stat().st_uid
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _hints(schedule: Schedule) -> list[str]:
    hints = []
    if not any(name.upper() == "PORTAL_CONTACT" for name in schedule.environment):
        hints.append(f"{CONTACT_MISSING}, then call this again")
    if schedule.user == "root":
        hints.append(
            f"{schedule.archive} belongs to root, so root would crawl; "
            "give it to a separate user: docs/OPERATING.md"
        )
    secret = [
        name for name, value in schedule.environment.items() if "@" in value and "://" in value
    ]
    hints += [f"{name} may hold a password, and is part of the output" for name in secret]
    return hints


# cron


def crontab(schedule: Schedule, now: datetime) -> str:
    """The lines of a crontab, in the time zone of `now`, by which cron goes."""
    offset = _spread_of(socket.gethostname(), schedule.archive)
    there = datetime.combine(now.date(), EARLIEST, VIETNAM) + offset
    here = there.astimezone(now.tzinfo)
    ended = ["timeout", "--foreground", "--kill-after", f"{DRAIN_S}s", f"{BACKSTOP_H}h"]
    words = ["nice", "-n", "19", "ionice", "-c", "3", *ended, *schedule.words]
    command = " ".join(_cron_word(word) for word in words)
    return (
        f"# Every night at {there:%H:%M} in Vietnam, {here:%H:%M} by this machine's clock\n"
        + "".join(
            f"{name}={_cron_value(name, value)}\n" for name, value in schedule.environment.items()
        )
        + f"{here.minute} {here.hour} * * *  {command}\n"
    )


def _spread_of(host: str, archive: str) -> timedelta:
    """A delay that is always the same for an archive, and differs between archives and hosts."""
    digest = hashlib.sha256(f"{host}\0{archive}".encode()).digest()
    return timedelta(minutes=int.from_bytes(digest[:4]) % SPREAD_MIN)


def _cron_word(word: str) -> str:
    r"""A word for the shell in a crontab, where % is a line break unless it is written \%."""
    return shlex.quote(word).replace("%", r"\%")


def _cron_value(name: str, value: str) -> str:
    """A value in quotes, which by crontab(5) it cannot contain; raises UsageError."""
    for mark in ('"', "'"):
        if mark not in value:
            return f"{mark}{value}{mark}"
    raise UsageError(f"{name} has both kinds of quotation marks, which a crontab cannot hold")


# systemd


def service(schedule: Schedule) -> str:
    """The text of a unit that can write only to its archive."""
    portal, *words = schedule.words
    command = " ".join(
        [_unit_word(portal), *(_unit_word(word.replace("$", "$$")) for word in words)]
    )
    environment = "".join(
        f"Environment={_unit_word(f'{name}={value}')}\n"
        for name, value in schedule.environment.items()
    )
    memory_mb = MEMORY_A_PORTAL_MB * (schedule.jobs + 1)
    return _SERVICE.format(
        command=command,
        environment=environment,
        user=schedule.user,
        archive=_unit_word(schedule.archive),
        memory_mb=memory_mb,
        backstop_h=BACKSTOP_H,
        drain_s=DRAIN_S,
    )


def timer() -> str:
    """The text of a timer with a time of the machine's own; it catches up on a missed night."""
    return f"""\
[Unit]
Description=Crawl of all portals, every night

[Timer]
OnCalendar=*-*-* {EARLIEST:%H:%M:%S} {VIETNAM}
RandomizedDelaySec={SPREAD_MIN}min
FixedRandomDelay=yes
Persistent=yes

[Install]
WantedBy=timers.target
"""


def _unit_word(word: str) -> str:
    """A word quoted by systemd.syntax(7), where % begins a specifier."""
    quoted = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{quoted}"'


_SERVICE = """\
[Unit]
Description=Crawl of all portals
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
{environment}User={user}
Nice=19
IOSchedulingClass=idle
# One signal, to the command, which hands it on: a second one would break off.
KillMode=mixed
KillSignal=SIGTERM
TimeoutStartSec={backstop_h}h
TimeoutStopSec={drain_s}s
# A portal that takes too much is killed alone.
MemoryMax={memory_mb}M
OOMPolicy=continue
ReadWritePaths={archive}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""
