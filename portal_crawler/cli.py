"""`portal`: finds the command, reads its arguments, and turns errors into a line and an exit code.

A command's module is imported only when it is called, so that `portal search` starts at once.
"""

import argparse
import gc
import importlib
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, cast

from archive.errors import ArchiveError, ArchiveUnwritableError
from archive.filesystem.disk_space import remedy
from archive.output import guarded, say, say_in_lines, silence, unless_full, write
from archive.printable import printable
from portal_crawler.errors import CrawlerError, missing_dependency
from portal_crawler.exit_codes import ExitCode, of_error
from portal_crawler.launch.user_log import say_warnings


class Command(Protocol):
    """A module of portal_crawler.commands or archive.commands."""

    EXAMPLES: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the exit code."""


COMMANDS = {
    "demo": ("portal_crawler.commands.demo", "the whole way on portals that ship with it, offline"),
    "crawl": ("portal_crawler.commands.crawl", "crawl portals into an archive"),
    "list": ("portal_crawler.commands.list", "the portals that are known"),
    "status": ("archive.commands.status", "last runs, coverage and problems"),
    "search": ("archive.commands.search", "find articles, with or without marks"),
    "show": ("archive.commands.show", "one article"),
    "replay": ("portal_crawler.commands.replay", "the pages as they were, in a web browser"),
    "export": ("portal_crawler.commands.export", "the archive, or articles of it, as one file"),
    "import": ("portal_crawler.commands.import_", "other people's WARC, ARC and WACZ files"),
    "repair": (
        "portal_crawler.commands.repair",
        "put right what a crash or a damaged disk left",
    ),
    "rebuild": ("portal_crawler.commands.rebuild", "archive.db again, from the WARC files alone"),
    "verify": ("archive.commands.verify", "check every record, digest and row"),
    "schedule": (
        "portal_crawler.commands.schedule",
        "lines for cron, or units for systemd, that crawl every night",
    ),
}

BY_OPTION = (
    ("import", ("accept", "remove"), "portal_crawler.commands.imported"),
    ("verify", ("deep",), "portal_crawler.commands.verify_deep"),
    ("status", ("model", "draft", "correct"), "portal_crawler.commands.status_model"),
    ("replay", ("pywb",), "portal_crawler.commands.replay_pywb"),
    ("replay", ("check",), "portal_crawler.commands.replay_check"),
    ("show", ("html", "markdown"), "portal_crawler.commands.show_markup"),
)
"""The module that runs a command with one of these options. Those of `verify`, `status` and `show`
read pages, so that they load what the plain command must not."""

ARCHIVE_HELP = "the archive's folder ($PORTAL_ARCHIVE, else ./data)"
"""A command that takes another one has a constant of this name."""

DESCRIPTION = """\
Crawls the news of Vietnamese government departments into an archive: WARC files hold every byte
as it was served, SQLite holds the cleaned articles.

  portal crawl mst --archive ~/archive        # crawl the ministry's news
  portal search "chuyen doi so"               # find articles, marks or not
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
        parser, module = _parser(name)  # half a second for Scrapy: time for a SIGINT, too
        args = parser.parse_args(given)
        if module is None:
            parser.print_help(sys.stderr)
            return int(ExitCode.USAGE)
        verbose, quiet = args.verbose, args.quiet
        for command, options, path in BY_OPTION:
            if args.command == command and any(getattr(args, option) for option in options):
                module = _imported(path)
        code = module.run(args)
        sys.stdout.flush()  # a reader that hung up shows here, not at the interpreter's end
        return code
    except ImportError as error:
        return _told(name, missing_dependency(error), verbose=verbose, quiet=quiet)
    except (ArchiveError, CrawlerError) as error:
        return _told(name, error, verbose=verbose, quiet=quiet)
    except BrokenPipeError:
        silence(sys.stdout)
        return code
    except OSError as error:
        with unless_full(sys.stdout):
            sys.stdout.flush()
        return _told(name, _refused(error), verbose=verbose, quiet=quiet)


def _told(
    name: str | None, error: ArchiveError | CrawlerError, *, verbose: bool, quiet: bool
) -> int:
    """Say what ended the command: a line, or the lines of a mail where quiet. Its exit code."""
    if verbose:
        for line in traceback.format_exc().splitlines():
            say(line)
    words = f"{'portal' if name is None else f'portal {name}'}: {error}"
    (say_in_lines if quiet else say)(words)
    return of_error(error)


def _refused(error: OSError) -> ArchiveUnwritableError:
    """Of what nobody nearer to it has put into words: the output, on a full disk most likely."""
    what = error.filename if error.filename is not None else "the output"
    todo = remedy(error, "mend what it says, and do it again; -v shows where it happened")
    return ArchiveUnwritableError(f"cannot use {what}: {error.strerror or error}; {todo}")


class _Parser(argparse.ArgumentParser):
    """Says on one line what is wrong, whatever the arguments that it quotes."""

    def error(self, message: str) -> NoReturn:
        """End with the usage and the message."""
        super().error(printable(message))


def _parser(name: str | None) -> tuple[argparse.ArgumentParser, Command | None]:
    """The parser for all commands, with the arguments of the one that is called."""
    parser = _Parser(
        prog="portal",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, help="say which version this is")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    module = None
    for command, (path, words) in COMMANDS.items():
        if command != name:
            commands.add_parser(command, help=words)
            continue
        module = _imported(path)
        own = commands.add_parser(
            command,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.\n\n{module.EXAMPLES.strip(chr(10))}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _add_common(own, getattr(module, "ARCHIVE_HELP", ARCHIVE_HELP))
        module.add_arguments(own)
    return parser, module


def _imported(path: str) -> Command:
    """A command's module. What importing makes stays: to look for garbage in it, then and at the
    process's end, takes a fifth of a start."""
    if path in sys.modules:
        return cast(Command, sys.modules[path])
    gc.disable()
    try:
        return cast(Command, importlib.import_module(path))
    finally:
        gc.freeze()
        gc.enable()


class _Version(argparse.Action):
    """Looks the version up only when asked: that takes longer than a search."""

    def __init__(self, option_strings: Sequence[str], dest: str, **kwargs: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **kwargs)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        version = importlib.import_module("importlib.metadata").version("portal-archive")
        write(f"portal {version}")
        parser.exit()


def _add_common(parser: argparse.ArgumentParser, archive_help: str) -> None:
    parser.add_argument("--archive", metavar="DIR", help=archive_help)
    parser.add_argument("--json", action="store_true", help="one JSON object a line on stdout")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing when all is well")
    parser.add_argument("-v", "--verbose", action="store_true", help="more words, and tracebacks")


if __name__ == "__main__":
    sys.exit(main())
