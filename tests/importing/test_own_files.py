"""A crawl after an import: its own files can be read and replayed without the imported ones."""

from pathlib import Path

from tests.support.crawls import commanded, crawl, rows, verified
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, conditional

FULL = ("--full", "-s", "PORTAL_REQUISITES=True", "-s", "PORTAL_REQUISITE_RECHECK_DAYS=0")
LEANING = (
    "SELECT c.url FROM captures c JOIN captures o ON o.id = c.revisit_of"
    " WHERE c.warc_file NOT LIKE 'warc/imported/%' AND o.warc_file LIKE 'warc/imported/%'"
)
REVISITS = (
    "SELECT count(*) FROM captures WHERE revisit_of IS NOT NULL"
    " AND run_id = (SELECT max(id) FROM runs WHERE portal = 'wire')"
)


def test_a_crawl_after_an_import_writes_revisits_of_its_own_records_alone(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    server.answer("/tin-tuc", conditional(listing([1, 2]), "ds"))
    for number in (1, 2):
        server.answer(f"/tin/{number}", conditional(article(number), f"tin{number}"))
        server.answer(f"/anh/{number}.jpg", conditional(f"picture {number}", f"anh{number}"))
    assert crawl(server, tmp_path / "other", *FULL).code == 0
    [path] = tmp_path.glob("other/warc/wire/*.warc.gz")
    assert commanded(server, archive, "import", str(path)).code == 0
    server.forget()
    assert crawl(server, archive, *FULL).code == 0
    assert {"/tin-tuc", "/tin/1", "/anh/1.jpg"} < set(server.paths())
    assert not any(b"If-None-Match" in exchange.request for exchange in server.exchanges)
    assert rows(archive, REVISITS) == [(0,)]
    assert crawl(server, archive, *FULL).code == 0
    assert rows(archive, REVISITS)[0][0] >= 5
    assert rows(archive, LEANING) == []
    assert verified(archive).code == 0
