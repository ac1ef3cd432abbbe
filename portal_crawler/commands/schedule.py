"""`portal schedule`: what cron or systemd needs to crawl all portals every night."""

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

from archive.layout import archive_folder
from archive.moments import VIETNAM, now
from archive.output import say, write, write_json
from portal_crawler.commands.options import jobs
from portal_crawler.errors import UsageError
from portal_crawler.launch.healthcheck import check_ping
from portal_crawler.launch.options import CONTACT_MISSING
from portal_crawler.portals.registry import project_settings, registry

EXAMPLES = """
  portal schedule --cron --archive /srv/archive                  # lines for crontab -e
  portal schedule --systemd --archive /srv/archive | sudo sh     # a service and its timer
"""

"""The crawled offices' evening decides, wherever the crawler stands."""

EARLIEST = time(22, 0)
"""When the offices' people have gone home."""

SPREAD_MIN = 120
"""So many minutes after `EARLIEST` at most, each archive at a time of its own."""

NIGHT_H = 6
"""All portals' runs together end within it, before the offices open; the next night goes on."""

BACKSTOP_H = 7
"""What does not end by itself is ended then: an hour is left for catching up and saving."""

SHORTEST_RUN_MIN = 10
"""However many portals there are: less would not get through a listing at a request a second."""

DRAIN_S = 60
"""What a crawl that is told to end is given before it is killed; it needs ten seconds."""

MEMORY_A_PORTAL_MB = 400
"""Twice what one portal's crawl may take; the command that watches them counts as one more."""

JOBS = 4

CARRIED = ("portal_contact", "http_proxy", "https_proxy", "no_proxy", "ssl_cert_file")
"""Of the environment, in lower case: what a crawl by hand heeds and a nightly one would miss."""

UNIT = "portal-crawl"
UNIT_FOLDER = "/etc/systemd/system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is to be done every night, for whom."""

    portal: str
    """The command's own absolute path."""
    archive: str
    jobs: int
    left_out: tuple[str, ...]
    """Portals that the nightly crawl leaves out, besides the closed ones."""
    run_min: int
    """What each portal's run may take, so that all have their turn in a night."""
    user: str
    """Who owns the archive's folder, and so who crawls."""
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
            "--archive", self.archive, "-q",
            *(("--ping", self.ping) if self.ping else ()),
        ]  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One of two forms."""
    form = parser.add_mutually_exclusive_group(required=True)
    form.add_argument("--cron", action="store_true", help="lines for a crontab")
    form.add_argument(
        "--systemd", action="store_true", help="a script that installs a service and its timer"
    )
    parser.add_argument(
        "--jobs", type=jobs, default=JOBS, metavar="N",
        help=f"portals side by side (default {JOBS})",
    )  # fmt: skip
    parser.add_argument(
        "--except", dest="left_out", action="append", default=[], metavar="NAME",
        help="a portal that the nightly crawl leaves out (may be given again)",
    )  # fmt: skip
    parser.add_argument(
        "--ping", metavar="URL", help="the healthcheck that each night's crawl tells"
    )


def run(args: argparse.Namespace) -> int:
    """Write the lines; on stderr what a person should know of them."""
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
            f"there is no folder {folder}; make it as the user who is to crawl, "
            "who will own it: then crawl once by hand, then schedule"
        )
    known = registry(project_settings({}))
    known.check()
    environment = {
        name: value
        for name, value in sorted(os.environ.items())
        if value and name.lower() in CARRIED
    }
    for text in (str(folder), args.ping or "", *environment.values()):
        if not text.isprintable():
            raise UsageError(f"{text!r} holds a line break or the like, which no schedule can hold")
    return Schedule(
        portal=_own_path(),
        archive=str(folder),
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
    """Where this very `portal` lies: as it was called, else beside its Python."""
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
            "give it to a user of its own: docs/OPERATING.md"
        )
    secret = [
        name for name, value in schedule.environment.items() if "@" in value and "://" in value
    ]
    hints += [f"{name} may hold a password, and stands in what is printed" for name in secret]
    return hints


# cron


def crontab(schedule: Schedule, now: datetime) -> str:
    """The lines of a crontab; `now` tells this machine's clock, by which cron goes."""
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
    """The same for an archive each time, another one for another archive or host."""
    digest = hashlib.sha256(f"{host}\0{archive}".encode()).digest()
    return timedelta(minutes=int.from_bytes(digest[:4]) % SPREAD_MIN)


def _cron_word(word: str) -> str:
    r"""A word for the shell in a crontab, where % is a line break unless it is written \%."""
    return shlex.quote(word).replace("%", r"\%")


def _cron_value(name: str, value: str) -> str:
    """crontab(5): in quotes, of which none can be inside."""
    for mark in ('"', "'"):
        if mark not in value:
            return f"{mark}{value}{mark}"
    raise UsageError(f"{name} holds both kinds of quotation marks, which no crontab can hold")


# systemd


def service(schedule: Schedule) -> str:
    """A unit that may write its archive and nothing else."""
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
    """Starts the service at a time of the machine's own, and makes up for a night missed."""
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
    """systemd.syntax(7), quoting; % begins a specifier."""
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
