"""Fetches the two files of ReplayWeb.page that show a WACZ in a browser. They are never shipped.

ReplayWeb.page is a program of its own (AGPL-3.0, https://replayweb.page).
"""

import hashlib
import io
import tarfile
import zlib
from dataclasses import dataclass
from urllib.request import urlopen

from portal_crawler.errors import ViewerError

VERSION = "2.5.3"
ADDRESS = f"https://registry.npmjs.org/replaywebpage/-/replaywebpage-{VERSION}.tgz"
SHA512 = (
    "9c28f63d238ddc1c5e489284f00b183f250bbf45cf64a2567f2e25f4fc90adef"
    "52ab02d9f9629956cfec7cba8f390e06ac7fb46248dbc0e86bf1c4931f4f20b1"
)
"""The SHA-512 of the package at ADDRESS, from the npm registry (`npm view replaywebpage dist`)."""

FILES = {"package/ui.js": "ui.js", "package/sw.js": "sw.js", "package/LICENSE": "LICENSE.txt"}
MOST_BYTES = 20 * 1024 * 1024
"""The most bytes of the package (it has 2.6 MB) and of each file in it (the largest has 1.2 MB)."""

TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class ViewerPackage:
    """The address of the package, and its expected digest."""

    address: str = ADDRESS
    sha512: str = SHA512

    def files(self) -> dict[str, bytes]:
        """The files by their names. Raises ViewerError if they cannot be fetched, or differ."""
        data = self._fetched()
        if hashlib.sha512(data).hexdigest() != self.sha512:
            raise ViewerError(
                f"{self.address} is not the file that this software was made for (its SHA-512 is "
                "another); fetch ReplayWeb.page yourself, and put ui.js and sw.js beside index.html"
            )
        try:
            with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as package:
                return {name: _content(package, path) for path, name in FILES.items()}
        except (KeyError, OSError, EOFError, tarfile.TarError, zlib.error) as error:
            raise ViewerError(f"{self.address} holds no ReplayWeb.page: {error}") from error

    def _fetched(self) -> bytes:
        try:
            with urlopen(self.address, timeout=TIMEOUT_S) as answer:
                return bytes(answer.read(MOST_BYTES))
        except (OSError, ValueError) as error:
            raise ViewerError(
                f"{self.address} cannot be had: {error}; do without --viewer, and put ui.js and "
                "sw.js of ReplayWeb.page beside index.html"
            ) from error


def _content(package: tarfile.TarFile, path: str) -> bytes:
    file = package.extractfile(path)
    if file is None:
        raise KeyError(path)
    return file.read(MOST_BYTES)
