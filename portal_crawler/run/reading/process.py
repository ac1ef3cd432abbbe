"""The crawl's end of the process that reads its pages."""

import asyncio
import io
import os
import pickle
import signal
import socket
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import partial

from portal_crawler.errors import MissingDependencyError, PageFaultError, ReaderDiedError
from portal_crawler.portals.reader import FetchedPage, PageReader
from portal_crawler.refusals import CrawlStoppedError
from portal_crawler.run.reading.page import PageReading
from portal_crawler.run.reading.worker import LENGTH_BYTES, Fault, Question, framed, serve

LONGEST_READING_S = 300.0
"""The longest pages that are read take some seconds."""

LONGEST_END_S = 2.0
"""How long a process that closed its socket may take to end."""

RECEIVED_BYTES = 64 * 1024
"""At once; an article has some ten thousand."""

OUR_PACKAGES = ("archive", "portal_crawler")


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A page that the process still has to read."""

    url: str
    reading: "asyncio.Future[PageReading]"

    def give_up(self, error: Exception) -> None:
        if not self.reading.done():
            self.reading.set_exception(error)


class ReadingProcess:
    """Reads pages one after the other; to be used in the crawl's own thread.

    The process is forked: it has all that the crawl has imported, in 10 ms and in the same memory.
    Other threads of the crawl cannot leave it a lock that it needs: while this thread forks they
    stand in calls to the disk, to SQLite, to a resolver or to a compressor, none of which the
    process makes. It is no child of `multiprocessing`, whose way to wait for one needs a descriptor
    that the process does not keep. `on_death` is called once if it ends before it is closed.
    """

    def __init__(self, portal: PageReader, on_death: Callable[[ReaderDiedError], None]) -> None:
        self._portal = portal
        self._on_death = on_death
        self._waiting: deque[_Waiting] = deque()
        self._transport: asyncio.Transport
        self._pid = 0
        self._exit_code: int | None = None
        self._too_long: asyncio.TimerHandle | None = None
        self._end: ReaderDiedError | None = None
        self._is_closed = False

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._pid

    @property
    def waiting(self) -> int:
        """How many pages it still has to read."""
        return len(self._waiting)

    async def begin(self) -> None:
        """Start the process; OSError where the system has no room for it."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._pid = self._forked(theirs)
        loop = asyncio.get_running_loop()
        packages = {*OUR_PACKAGES, self._own_package}
        self._transport, _ = await loop.create_connection(
            partial(_Answers, packages, self._heed, self._died), sock=ours
        )

    @property
    def _own_package(self) -> str:
        """A portal of an operator's own package may raise errors of that."""
        return str(getattr(self._portal, "__module__", "")).partition(".")[0]

    def _forked(self, connection: socket.socket) -> int:
        with warnings.catch_warnings():  # Python 3.12 warns of other threads
            warnings.simplefilter("ignore", DeprecationWarning)
            if pid := os.fork():
                return pid
        try:
            serve(connection, self._portal)
        except BaseException:  # noqa: BLE001  the process's outermost edge
            traceback.print_exc()
            os._exit(1)
        os._exit(0)

    async def read(
        self, portal: PageReader, page: FetchedPage, *, is_compared: bool
    ) -> PageReading:
        """The reading of a page.

        Raises ReaderDiedError, CrawlStoppedError if it is given up, and for what is no property of
        the page PageFaultError and MissingDependencyError.
        """
        if self._end is not None:
            raise self._end
        reading: asyncio.Future[PageReading] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(page.url, reading))
        if len(self._waiting) == 1:
            self._watch()
        known = portal if portal is not self._portal else None
        self._transport.write(framed(Question(portal=known, page=page, is_compared=is_compared)))
        return await reading

    def _heed(self, answer: PageReading | Fault) -> None:
        reading = self._waiting.popleft().reading
        self._watch()
        if reading.done():
            return
        if isinstance(answer, PageReading):
            reading.set_result(answer)
        elif answer.is_missing_package:
            reading.set_exception(MissingDependencyError(answer.words))
        else:
            reading.set_exception(PageFaultError(answer.words))

    def _watch(self) -> None:
        """Begin to measure the time of the page that is read now."""
        if self._too_long is not None:
            self._too_long.cancel()
            self._too_long = None
        if self._waiting:
            loop = asyncio.get_running_loop()
            self._too_long = loop.call_later(LONGEST_READING_S, self._kill)

    def _died(self, error: Exception | None) -> None:
        if self._is_closed or self._end is not None:
            return
        self._await_end()
        self._end = died = ReaderDiedError(self._last_words(error))
        self._kill()
        self._on_death(died)
        for page in self._waiting:
            page.give_up(died)
        self._waiting.clear()
        self._watch()

    def _await_end(self) -> None:
        """It closed its socket, and so is about to end."""
        until = time.monotonic() + LONGEST_END_S
        while not self._has_ended() and time.monotonic() < until:
            time.sleep(0.01)

    def _has_ended(self, options: int = os.WNOHANG) -> bool:
        if self._exit_code is None:
            pid, status = os.waitpid(self._pid, options)
            self._exit_code = os.waitstatus_to_exitcode(status) if pid else None
        return self._exit_code is not None

    def _kill(self) -> None:
        if not self._has_ended():
            os.kill(self._pid, signal.SIGKILL)
            self._has_ended(options=0)

    def _last_words(self, error: Exception | None) -> str:
        code = self._exit_code
        if code is None:
            how = f"by us ({error})"
        elif code < 0:
            how = f"by {signal.Signals(-code).name}"
        else:
            how = f"with exit code {code}"
        at = f" while it read {self._waiting[0].url}" if self._waiting else ""
        return (
            f"the process that reads pages ended {how}{at}; "
            "the next crawl reads what was captured, from the WARC file"
        )

    def give_up(self) -> None:
        """Wait for no page any longer."""
        for page in self._waiting:
            page.give_up(CrawlStoppedError())

    def close(self) -> None:
        """End the process; it keeps nothing that could be lost."""
        self._is_closed = True
        if self._too_long is not None:
            self._too_long.cancel()
        self._kill()


class _Answers(asyncio.BufferedProtocol):
    """Takes the messages of the process out of what comes over the socket."""

    def __init__(
        self,
        packages: Set[str],
        heed: Callable[[PageReading | Fault], None],
        ended: Callable[[Exception | None], None],
    ) -> None:
        """Values of `packages` are made. `ended` is called with what is wrong with a message, or
        with the socket."""
        self._packages = packages
        self._heed = heed
        self._ended = ended
        self._received = memoryview(bytearray(RECEIVED_BYTES))
        self._message = bytearray()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the transport puts what comes."""
        del sizehint
        return self._received

    def buffer_updated(self, nbytes: int) -> None:
        """Heed each message that is whole now."""
        self._message += self._received[:nbytes]
        while len(self._message) >= LENGTH_BYTES:
            end = LENGTH_BYTES + int.from_bytes(self._message[:LENGTH_BYTES])
            if len(self._message) < end:
                return
            data = bytes(self._message[LENGTH_BYTES:end])
            del self._message[:end]
            try:
                answer = _Values(data, self._packages).load()
            except pickle.UnpicklingError as error:
                self._ended(error)
                return
            self._heed(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has closed its end."""
        self._ended(exc)


class _Values(pickle.Unpickler):
    """Makes values of the classes of some packages, and of nothing else."""

    def __init__(self, data: bytes, packages: Set[str]) -> None:
        super().__init__(io.BytesIO(data))
        self._packages = packages

    def find_class(self, module_name: str, global_name: str) -> object:
        if module_name.partition(".")[0] not in self._packages:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is no value of ours")
        return super().find_class(module_name, global_name)
