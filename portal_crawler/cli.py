"""`portal`: finds the command, reads its arguments, and turns errors into a line and an exit code.

A command's module is imported only when it is called: `portal search` starts without Scrapy.
"""

import argparse
import gc
import importlib
import re
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, cast

from archive.errors import ArchiveError, ArchiveUnwritableError, QueryError
from archive.filesystem.disk_space import remedy
from archive.output import guarded, say, say_in_lines, silence, unless_full, write
from archive.printable import printable
from portal_crawler.errors import CrawlerError, missing_dependency
from portal_crawler.exit_codes import ExitCode, of_error
from portal_crawler.launch.user_log import say_warnings


class Runner(Protocol):
    """A module that runs a command, in portal_crawler.commands or archive.commands."""

    def run(self, args: argparse.Namespace) -> int:
        """Run the command; the exit code."""


class Command(Runner, Protocol):
    """A module that runs a command and declares its arguments."""

    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command's module, and the line of help on it."""

    module: str
    summary: str


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """Which module runs a command that is called with one of some options."""

    command: str
    options: tuple[str, ...]
    """As they are named in the parsed arguments."""
    module: str
    values: tuple[str, ...] | None = None
    """Those of the options that lead to the module; None for all but their defaults."""

    def is_called(self, args: argparse.Namespace) -> bool:
        """Whether the command was called so."""
        given = [getattr(args, one) for one in self.options]
        return any(given) if self.values is None else any(one in self.values for one in given)


COMMANDS = {
    "demo": CommandEntry(
        "portal_crawler.commands.demo", "run the full pipeline offline on two bundled demo portals"
    ),
    "crawl": CommandEntry("portal_crawler.commands.crawl", "crawl portals into an archive"),
    "list": CommandEntry("portal_crawler.commands.list", "list known portals"),
    "status": CommandEntry(
        "archive.commands.status", "show each portal's last runs, coverage and problems"
    ),
    "search": CommandEntry(
        "archive.commands.search", "find articles, with or without diacritics typed"
    ),
    "show": CommandEntry("archive.commands.show", "show one article"),
    "replay": CommandEntry(
        "portal_crawler.commands.replay", "view archived pages in a web browser"
    ),
    "export": CommandEntry(
        "archive.commands.export", "export articles as tables, bibliographies or archived pages"
    ),
    "import": CommandEntry(
        "portal_crawler.commands.import_", "import WARC, ARC and WACZ files made by other tools"
    ),
    "new": CommandEntry(
        "portal_crawler.commands.new", "propose a new portal for a site, and write its files"
    ),
    "check": CommandEntry(
        "portal_crawler.commands.check", "check whether portals still fit their declarations"
    ),
    "repair": CommandEntry(
        "portal_crawler.commands.repair", "repair an archive after a crash or disk damage"
    ),
    "rebuild": CommandEntry(
        "portal_crawler.commands.rebuild", "rebuild archive.db from the WARC files"
    ),
    "verify": CommandEntry("archive.commands.verify", "check every record, digest and row"),
    "schedule": CommandEntry(
        "portal_crawler.commands.schedule", "print cron lines or systemd units for a nightly crawl"
    ),
}

BY_OPTION = (
    OptionEntry("export", ("kind",), "portal_crawler.commands.export", ("wacz", "site")),
    OptionEntry("import", ("accept", "remove"), "portal_crawler.commands.imported"),
    OptionEntry("verify", ("deep",), "portal_crawler.commands.verify_deep"),
    OptionEntry("status", ("model", "draft", "correct"), "portal_crawler.commands.status_model"),
    OptionEntry("replay", ("pywb",), "portal_crawler.commands.replay_pywb"),
    OptionEntry("replay", ("check",), "portal_crawler.commands.replay_check"),
    OptionEntry("show", ("html", "markdown"), "portal_crawler.commands.show_markup"),
)
"""Modules that load more than the plain command needs: those of `verify`, `status`, `show` and
`export` read pages, which takes the crawler's code."""

OWN_OPTIONS = {"search": "", "export": "o"}
"""By command that takes a query the letters of its own options."""

COMMON_OPTIONS = "hqv"
MINUS = "\N{MINUS SIGN}"
"""Stands for the hyphen of a word that a query leaves out."""

ARCHIVE_HELP = "the archive's folder ($PORTAL_ARCHIVE, else ./data)"
"""A command with another default has a constant of this name."""

DESCRIPTION = """\
Crawls the news of Vietnamese government departments into an archive: WARC files hold every byte
as it was served, SQLite holds the cleaned articles.

  portal crawl mst --archive ~/archive        # crawl the ministry's news
  portal search "chuyen doi so"               # find articles, with or without diacritics
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `portal` with these arguments, else the process's own; the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    with guarded():
        say_warnings()
        try:
            return _main(given)
        except KeyboardInterrupt:
            return int(ExitCode.INTERRUPTED)
        except Exception:  # noqa: BLE001  the outermost edge, inside the guard
            traceback.print_exc()
            return int(ExitCode.ERROR)


def _main(given: list[str]) -> int:
    name = next((word for word in given if not word.startswith("-")), None)
    verbose = not {"-v", "--verbose"}.isdisjoint(given)
    quiet = not {"-q", "--quiet"}.isdisjoint(given)
    code = int(ExitCode.OK)
    try:
        command = _imported(COMMANDS[name].module) if name in COMMANDS else None
        parser = _parser(name, command)  # half a second for Scrapy: time for a SIGINT, too
        args = _parsed(parser, _with_minus_words(name, given))
        if command is None:
            parser.print_help(sys.stderr)
            return int(ExitCode.USAGE)
        verbose, quiet = args.verbose, args.quiet
        _say_unknown_settings(args)
        code = _runner(args, command).run(args)
        sys.stdout.flush()  # a reader that hung up shows here, not at the interpreter's end
        return code
    except ImportError as error:
        return _failed(name, missing_dependency(error), verbose=verbose, quiet=quiet)
    except (ArchiveError, CrawlerError) as error:
        return _failed(name, error, verbose=verbose, quiet=quiet)
    except BrokenPipeError:
        silence(sys.stdout)
        return code
    except OSError as error:
        with unless_full(sys.stdout):
            sys.stdout.flush()
        return _failed(name, _refused(error), verbose=verbose, quiet=quiet)


def _runner(args: argparse.Namespace, command: Command) -> Runner:
    """The module that runs the command as it was called."""
    for entry in BY_OPTION:
        if entry.command == args.command and entry.is_called(args):
            return _imported(entry.module)
    return command


def _say_unknown_settings(args: argparse.Namespace) -> None:
    """Name the settings of `-s` that nothing here reads: most likely they are misspelled."""
    if getattr(args, "settings", None) and not args.quiet:
        registry = importlib.import_module("portal_crawler.portals.registry")  # loads Scrapy
        for words in registry.unknown_settings(args.settings):
            say(f"portal {args.command}: {words}")


def _failed(
    name: str | None, error: ArchiveError | CrawlerError, *, verbose: bool, quiet: bool
) -> int:
    """Say which error ended the command, on one line or, if quiet, on the short lines of a mail.

    Returns the exit code.
    """
    if verbose:
        for line in traceback.format_exc().splitlines():
            say(line)
    words = f"{'portal' if name is None else f'portal {name}'}: {error}"
    (say_in_lines if quiet else say)(words)
    for line in error.shown if isinstance(error, QueryError) else ():
        say(line)
    return of_error(error)


def _refused(error: OSError) -> ArchiveUnwritableError:
    """For an error that no command has described: mostly the disk that takes the output is full."""
    place = error.filename if error.filename is not None else "the output"
    todo = remedy(error, "correct that and try again; -v shows where it happened")
    return ArchiveUnwritableError(f"cannot use {place}: {error.strerror or error}; {todo}")


def _with_minus_words(name: str | None, given: list[str]) -> list[str]:
    """The arguments, with -word of a query as a word and not as options."""
    own = OWN_OPTIONS.get(name or "")
    if own is None:
        return given

    def is_word(argument: str) -> bool:
        return (
            re.match(r"-([^\W\d_\s]{2}|[^\x00-\x7f]|\d+[^\d\s]|[\"#@$])", argument) is not None
            and not set(argument[1:]) <= set(COMMON_OPTIONS)
            and not argument.startswith(tuple(f"-{letter}" for letter in own))
        )

    return [f"{MINUS}{each[1:]}" if is_word(each) else each for each in given]


def _parsed(parser: argparse.ArgumentParser, given: list[str]) -> argparse.Namespace:
    """The arguments. Words of a query may stand behind options, where argparse expects none."""
    args, left = parser.parse_known_args(given)
    words = [each for each in left if each != "--"]
    if any(each.startswith("-") for each in words) or (words and not hasattr(args, "query")):
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    if words:
        args.query += words
    return args


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line, whatever the arguments that they quote."""

    def error(self, message: str) -> NoReturn:
        """End with the usage and the message."""
        super().error(printable(message))


def _parser(name: str | None, called: Command | None) -> argparse.ArgumentParser:
    """The parser for all commands, with the arguments of the one that is called."""
    parser = _Parser(
        prog="portal",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for command, entry in COMMANDS.items():
        if command != name or called is None:
            commands.add_parser(command, help=entry.summary)
            continue
        summary = f"{entry.summary[0].upper()}{entry.summary[1:]}"
        own = commands.add_parser(
            command,
            help=entry.summary,
            description=f"{summary}.\n\n{called.EXAMPLES.strip(chr(10))}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_common(own, getattr(called, "ARCHIVE_HELP", ARCHIVE_HELP))
        called.add_arguments(own)
    return parser


def _imported(path: str) -> Command:
    """A command's module.

    Objects that importing makes are kept from the garbage collector: to look through them takes a
    fifth of a command's start.
    """
    if path in sys.modules:
        return cast(Command, sys.modules[path])
    gc.disable()
    try:
        return cast(Command, importlib.import_module(path))
    finally:
        gc.freeze()
        gc.enable()


class _Version(argparse.Action):
    """Looks the version up only on request: that takes longer than a search."""

    def __init__(self, option_strings: Sequence[str], dest: str, **kwargs: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **kwargs)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        version = importlib.import_module("importlib.metadata").version("portal-archive")
        write(f"portal {version}")
        parser.exit()


def _add_common(parser: argparse.ArgumentParser, archive_help: str) -> None:
    parser.add_argument("--archive", metavar="DIR", help=archive_help)
    parser.add_argument("--json", action="store_true", help="print one JSON object per line")
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="print nothing unless something is wrong"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="verbose output with tracebacks"
    )


if __name__ == "__main__":
    sys.exit(main())
