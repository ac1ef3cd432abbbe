"""The process that reads pages beside a crawl: it answers questions from a socket until that
closes."""

import gc
import logging
import os
import pickle
import signal
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from portal_crawler.errors import missing_dependency
from portal_crawler.portals.reader import FetchedPage, PageReader
from portal_crawler.run.reading.page import PageReading, read_page

LENGTH_BYTES = 8
"""Bytes of the length, big-endian, before each message."""

FIRST_OWN_DESCRIPTOR = 3
"""The first one after standard input, output and error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A page to be read."""

    portal: PageReader | None
    """None stands for the portal that the process began with."""
    page: FetchedPage
    is_compared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error that is not the page's: a missing package, or a fault of our own code."""

    words: str
    is_missing_package: bool


def framed(message: object) -> bytes:
    """A pickled message with its length before it, as it goes over the socket."""
    data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(LENGTH_BYTES) + data


def serve(connection: socket.socket, portal: PageReader) -> None:
    """Answer each question until the crawl closes its end or dies."""
    _let_go_of_the_crawl(connection)
    with connection.makefile("rb") as questions, suppress(ConnectionError):
        while (question := _next(questions)) is not None:
            connection.sendall(framed(_answer(question, portal)))


def _let_go_of_the_crawl(connection: socket.socket) -> None:
    """Close the inherited files, connections and locks, and ignore signals, which the crawl
    handles."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.disable()  # the log file belongs to the crawl
    own = connection.fileno()
    os.closerange(FIRST_OWN_DESCRIPTOR, own)
    os.closerange(own + 1, os.sysconf("SC_OPEN_MAX"))
    gc.freeze()  # or the garbage collector would copy the shared memory


def _next(questions: BinaryIO) -> Question | None:
    length = questions.read(LENGTH_BYTES)
    data = questions.read(int.from_bytes(length)) if len(length) == LENGTH_BYTES else b""
    if not data:
        return None
    question: Question = pickle.loads(data)
    return question


def _answer(question: Question, portal: PageReader) -> PageReading | Fault:
    portal = question.portal or portal
    try:
        return read_page(portal, question.page, is_compared=question.is_compared)
    except ImportError as error:
        return Fault(words=str(missing_dependency(error)), is_missing_package=True)
    except Exception as error:  # noqa: BLE001  the crawl reports it
        words = f"{type(error).__name__}: {error}"
        return Fault(words=words, is_missing_package=False)
