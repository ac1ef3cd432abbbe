"""A headless Chromium that is controlled over a pipe. It opens no port, and ends with the pipe."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from portal_crawler.errors import CrawlerError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""The names of Chromium's program in different packages."""

ANSWER_S = 60.0
END_S = 10.0
PIECE_BYTES = 1024 * 1024
LONGEST_MESSAGE_BYTES = 256 * 1024 * 1024
MOST_EVENTS = 50_000
"""The most events of a page that are kept; later ones are dropped."""


SWITCHES = (
    "--headless", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--no-first-run", "--no-default-browser-check", "--mute-audio",
    # Requests that Chromium makes by itself:
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--disable-extensions", "--no-pings", "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Otherwise it tries https first, and a page that exists only by http does not load.
    "--disable-features=HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable,"
    "IsolateOrigins,site-per-process,NetworkTimeServiceQuerying,OptimizationHints,MediaRouter,"
    "Translate",
)  # fmt: skip

_LAUNCH = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""A program that starts Chromium with its commands on descriptor 3 and its answers on 4."""

Message = dict[str, Any]


class ChromiumError(CrawlerError):
    """Raised if Chromium does not start, does not answer in time, or refuses a command."""


def chromium_path() -> str | None:
    """The path of Chromium; None if it is not installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Chromium:
    """A running browser. Messages are those of the Chrome DevTools Protocol."""

    def __init__(self, path: str, profile: Path, switches: Sequence[str]) -> None:
        """Start the browser; `profile` is an empty folder for its data."""
        commands, self._to = os.pipe()
        self._from, answers = os.pipe()
        as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        own = (*SWITCHES, *as_root, f"--user-data-dir={profile}", *switches, "about:blank")
        self._process = subprocess.Popen(
            [sys.executable, "-IS", "-c", _LAUNCH, str(commands), str(answers), path, *own],
            pass_fds=(commands, answers), start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(commands)
        os.close(answers)
        self._number = 0
        self._read = bytearray()
        self.events: list[Message] = []
        self._seen = 0

    def call(self, method: str, session: str = "", **given: Any) -> Message:
        """Send a command; gives Chromium's answer."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if session:
            message["sessionId"] = session
        self._write(json.dumps(message).encode() + b"\0")
        until = time.monotonic() + ANSWER_S
        while (answer := self._next(until)) is not None:
            if answer.get("id") != self._number:
                self._note(answer)
            elif "error" in answer:
                raise ChromiumError(f"{method}: {answer['error'].get('message')}")
            else:
                return dict(answer["result"])
        raise ChromiumError(f"{method} was not answered within {ANSWER_S:.0f} s")

    def wait(self, is_it: Callable[[Message], bool], until: float) -> bool:
        """Whether such an event comes before a moment of time.monotonic; earlier events stay in
        `events`."""
        while True:
            while self._seen < len(self.events):
                self._seen += 1
                if is_it(self.events[self._seen - 1]):
                    return True
            event = self._next(until)
            if event is None:
                return False
            self._note(event)
            if len(self.events) == MOST_EVENTS and is_it(event):
                return True

    def _note(self, event: Message) -> None:
        """Keep an event. Dismiss a dialog, which would hold its page up."""
        if len(self.events) < MOST_EVENTS:
            self.events.append(event)
        if event.get("method") == "Page.javascriptDialogOpening":
            answer = {"method": "Page.handleJavaScriptDialog", "params": {"accept": False}}
            refusal = {"id": 0, "sessionId": event.get("sessionId"), **answer}
            self._write(json.dumps(refusal).encode() + b"\0")

    def events_of(self, session: str, method: str) -> Iterator[Message]:
        """The data of a tab's events of one kind since `forget`."""
        for event in self.events:
            if (event.get("sessionId"), event.get("method")) == (session, method):
                yield event["params"]

    def forget(self) -> None:
        """Drop the events so far."""
        self.events.clear()
        self._seen = 0

    def close(self) -> None:
        """End the browser, by force if it does not by itself."""
        with suppress(OSError, ChromiumError):
            self._write(b'{"id": 0, "method": "Browser.close"}\0')
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        os.close(self._to)
        os.close(self._from)

    def _write(self, message: bytes) -> None:
        try:
            while message:
                message = message[os.write(self._to, message) :]
        except BrokenPipeError as error:
            raise ChromiumError("Chromium ended") from error

    def _next(self, until: float) -> Message | None:
        """The next message; None if none comes by then."""
        while (end := self._read.find(b"\0")) < 0:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._from], [], [], left)[0]:
                return None
            piece = os.read(self._from, PIECE_BYTES)
            if not piece:
                raise ChromiumError("Chromium ended")
            self._read += piece
            if len(self._read) > LONGEST_MESSAGE_BYTES:
                raise ChromiumError("Chromium sent a message that is too long")
        message = bytes(self._read[:end])
        del self._read[: end + 1]
        return dict(json.loads(message))


class Tab:
    """A tab that shares no data with other tabs."""

    def __init__(self, browser: Chromium, width: int, height: int) -> None:
        """Sizes are CSS pixels."""
        self.browser = browser
        self._context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call(
            "Target.createTarget", url="about:blank", browserContextId=self._context,
            width=width, height=height,
        )  # fmt: skip
        found = browser.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self.session = str(found["sessionId"])
        self.call("Page.enable")
        self.call("Runtime.enable")
        self.call("Network.enable")
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.browser.call("Target.disposeBrowserContext", browserContextId=self._context)

    def call(self, method: str, **given: Any) -> Message:
        """Send a command to this tab; gives the answer."""
        return self.browser.call(method, self.session, **given)

    def run_no_scripts(self) -> None:
        """Switch scripts off from the next page on."""
        self.call("Emulation.setScriptExecutionDisabled", value=True)

    def load(self, url: str, timeout_s: float = 30.0) -> None:
        """Go to an address, and wait for its page resources."""
        self.browser.forget()
        failed = self.call("Page.navigate", url=url).get("errorText")
        if failed and failed != "net::ERR_HTTP_RESPONSE_CODE_FAILURE":
            raise ChromiumError(f"{url}: {failed}")
        self.wait("Page.loadEventFired", timeout_s)

    def wait(self, method: str, timeout_s: float = 30.0) -> None:
        """Wait for an event of this tab."""

        def is_it(event: Message) -> bool:
            return (event.get("method"), event.get("sessionId")) == (method, self.session)

        if not self.browser.wait(is_it, time.monotonic() + timeout_s):
            raise ChromiumError(f"no {method} within {timeout_s:.0f} s")

    def value(self, expression: str) -> Any:
        """The value of a script that runs in the page; for a promise, its result."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in found:
            raise ChromiumError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def screenshot(self) -> bytes:
        """The window as a PNG picture."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)


@contextmanager
def chromium(*switches: str) -> Iterator[Chromium]:
    """A browser with an empty profile for the time of the block."""
    path = chromium_path()
    if path is None:
        raise ChromiumError(f"Chromium is not installed (looked for {', '.join(NAMES)})")
    with tempfile.TemporaryDirectory(prefix="portal-chromium-", ignore_cleanup_errors=True) as name:
        browser = Chromium(path, Path(name), switches)
        try:
            yield browser
        finally:
            browser.close()
