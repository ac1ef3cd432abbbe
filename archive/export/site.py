"""Writes a folder that a web server can show: a package, and a page that opens it in a viewer."""

import html
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from archive.errors import ArchiveUnwritableError, QueryError
from archive.export.wacz import Chosen, WaczWriter, Written
from archive.filesystem.disk_space import remedy
from archive.filesystem.publishing import published

PACKAGE, PAGE, SERVER = "archive.wacz", "index.html", "serve.py"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<script src="ui.js"></script>
</head>
<body>
<replay-app-main source="{package}">
<p>This page shows <a href="{package}">{package}</a> by ReplayWeb.page, and needs scripts. Its files
ui.js and sw.js must lie beside this page. It opens from a web server, such as the one that
<code>python3 {server}</code> starts, and from no file:// address.</p>
</replay-app-main>
</body>
</html>
"""


def write_site(
    writer: WaczWriter, folder: Path, viewer: Mapping[str, bytes], chosen: Chosen | None = None
) -> Written:
    """Make and write the folder; `viewer` has the viewer's files by name, if any.

    Raises QueryError if the folder is not empty, and the errors of `WaczWriter.write`. A folder
    that was not completed is emptied again.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise QueryError(f"{folder} exists already and is not empty; name another folder")
    server = Path(__file__).with_name("site_server.py").read_bytes()
    fields = {"title": writer.title, "package": PACKAGE, "server": SERVER}
    page = _PAGE.format_map({name: html.escape(value) for name, value in fields.items()})
    files = {PAGE: page.encode(), SERVER: server, **viewer}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = writer.write(folder / PACKAGE, chosen)
        for name, content in files.items():
            with published(folder / name) as file:
                file.write(content)
    except OSError as error:
        _empty(folder, files)
        todo = remedy(error, "name a folder that may be written")
        raise ArchiveUnwritableError(
            f"cannot write {folder}: {error.strerror or error}; {todo}"
        ) from error
    except BaseException:
        _empty(folder, files)
        raise
    return written


def _empty(folder: Path, files: Mapping[str, bytes]) -> None:
    with suppress(OSError):
        for name in (PACKAGE, *files):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()
