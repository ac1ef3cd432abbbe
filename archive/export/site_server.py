"""Serves its own folder to web browsers on this machine; needs only Python.

    python3 serve.py [PORT]

ReplayWeb.page reads parts of a file by themselves (HTTP ranges), which `python3 -m http.server`
does not send.
"""

import re
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

PORT = 8765
PIECE_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class Handler(SimpleHTTPRequestHandler):
    """Sends whole files, or the one range of a file that is requested."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Send a file, or a part of it."""
        path = Path(self.translate_path(self.path))
        found = _RANGE.fullmatch(self.headers.get("Range", ""))
        if found is None or not any(found.groups()) or not path.is_file():
            super().do_GET()
            return
        with path.open("rb") as file:
            size = file.seek(0, 2)
            start, end = _bounds(found[1], found[2], size)
            if start >= end:
                self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                self.send_header("Content-Range", f"bytes */{size}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
            self.send_header("Content-Length", str(end - start))
            self.end_headers()
            self._send(file, start, end)

    def end_headers(self) -> None:
        """Say in every answer that ranges can be requested."""
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing."""

    def _send(self, file: BinaryIO, start: int, end: int) -> None:
        file.seek(start)
        while start < end and (piece := file.read(min(end - start, PIECE_BYTES))):
            self.wfile.write(piece)
            start += len(piece)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte of a range; `-500` means the last 500 bytes."""
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(size, int(last) + 1) if last else size


def serve() -> None:
    """Serve until Ctrl-C."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    handler = partial(Handler, directory=str(Path(__file__).resolve().parent))
    with ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        sys.stdout.write(f"http://localhost:{server.server_port}/\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    serve()
