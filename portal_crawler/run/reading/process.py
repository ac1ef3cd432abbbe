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
"""s. The longest real pages take some seconds."""

LONGEST_END_S = 2.0
"""s that a process may take to end after it closed its socket."""

RECEIVED_BYTES = 64 * 1024
"""Most bytes to receive at once; an article has some ten thousand."""

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
    """Reads pages one after the other in a forked process. To be used in the crawl's own thread.

    A fork takes 10 ms, shares memory and has everything that the crawl has imported. Locks that
    other threads hold at that moment do no harm: those threads only write to the disk, use SQLite,
    resolve names or compress, and the process does none of this. `multiprocessing` is not used: it
    waits for its children through a descriptor that this process closes. `on_death` is called once
    if the process ends before `close`.
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
        """The id of the process."""
        return self._pid

    @property
    def waiting(self) -> int:
        """The number of pages that the process still has to read."""
        return len(self._waiting)

    async def begin(self) -> None:
        """Start the process; raises OSError if the system cannot."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._pid = self._forked(theirs)
        loop = asyncio.get_running_loop()
        packages = {*OUR_PACKAGES, self._own_package}
        self._transport, _ = await loop.create_connection(
            partial(_Answers, packages, self._take, self._died), sock=ours
        )

    @property
    def _own_package(self) -> str:
        """The portal's package, which may be an operator's own and define errors."""
        return str(getattr(self._portal, "__module__", "")).partition(".")[0]

    def _forked(self, connection: socket.socket) -> int:
        with warnings.catch_warnings():  # Python 3.12 warns about other threads
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

        Raises ReaderDiedError, CrawlStoppedError after `give_up`, MissingDependencyError, and
        PageFaultError for an error of our own code.
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

    def _take(self, answer: PageReading | Fault) -> None:
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
        """Limit the time of the page that is read now."""
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
        """Wait for the end of the process, which has closed its socket."""
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
            "the next crawl reads the captured pages from the WARC file"
        )

    def give_up(self) -> None:
        """Stop waiting for pages."""
        for page in self._waiting:
            page.give_up(CrawlStoppedError())

    def close(self) -> None:
        """Kill the process; it holds nothing that could be lost."""
        self._is_closed = True
        if self._too_long is not None:
            self._too_long.cancel()
        self._kill()


class _Answers(asyncio.BufferedProtocol):
    """Splits the bytes from the process into messages, and unpickles them."""

    def __init__(
        self,
        packages: Set[str],
        take: Callable[[PageReading | Fault], None],
        ended: Callable[[Exception | None], None],
    ) -> None:
        """Only classes of `packages` are unpickled. `ended` is called with the error of a message
        or of the socket, or with None."""
        self._packages = packages
        self._take = take
        self._ended = ended
        self._received = memoryview(bytearray(RECEIVED_BYTES))
        self._message = bytearray()

    def get_buffer(self, sizehint: int) -> memoryview:
        """The buffer into which the transport writes."""
        del sizehint
        return self._received

    def buffer_updated(self, nbytes: int) -> None:
        """Pass on each message that is complete now."""
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
            self._take(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when the process has closed its end."""
        self._ended(exc)


class _Values(pickle.Unpickler):
    """Unpickles classes of the given packages only."""

    def __init__(self, data: bytes, packages: Set[str]) -> None:
        super().__init__(io.BytesIO(data))
        self._packages = packages

    def find_class(self, module_name: str, global_name: str) -> object:
        if module_name.partition(".")[0] not in self._packages:
            raise pickle.UnpicklingError(f"{module_name}.{global_name} is not one of our classes")
        return super().find_class(module_name, global_name)
