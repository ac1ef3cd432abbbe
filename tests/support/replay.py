"""A `portal replay` over an archive of the wire portal, and how it is asked."""

import http.client
import json
import re
import subprocess
import sys
from pathlib import Path

from tests.support.crawls import ROOT, wire_environment
from tests.support.wire_server import WireServer


class Replay:
    """A `portal replay` that runs, and how it is asked."""

    def __init__(self, archive: Path, site: WireServer) -> None:
        self.site = f"http://127.0.0.1:{site.port}"
        command = [sys.executable, "-m", "portal_crawler.cli", "replay", "--json", "--archive",
                   str(archive), "-s", "SPIDER_MODULES=tests.support.portals"]  # fmt: skip
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=wire_environment(site), text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(re.search(r":(\d+)/", self.url)[1])  # type: ignore[index]

    def get(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers in lower case, and body."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(
            method, path, body, headers={"Host": f"replay.localhost:{self.port}", **given}
        )
        answer = connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        body = answer.read()
        connection.close()
        return answer.status, found, body

    def end(self) -> None:
        """End it; it must have nothing to say."""
        self.process.terminate()
        _, words = self.process.communicate(timeout=60)
        assert (self.process.returncode, words) == (0, "")
