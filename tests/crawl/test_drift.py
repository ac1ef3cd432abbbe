"""A layout that changes under the crawl's feet ends in exit code 3, with the selector named."""

from pathlib import Path

from tests.support.crawls import crawl, last_run
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page


def test_a_body_under_another_class_makes_the_run_unhealthy(
    server: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing(range(1, 8))))
    for number in range(1, 8):
        moved = article(number).replace('class="body"', 'class="noi-dung"')
        server.answer(f"/tin/{number}", page(moved if number > 3 else article(number)))
    result = crawl(server, archive)
    run = last_run(archive)
    assert (result.code, run["outcome"]) == (3, "unhealthy")
    assert (
        f"body: .body found nothing on 4 of 7 pages (http://127.0.0.1:{server.port}/tin/4, "
        in (run["reason"])
    )
    assert run["articles_new"] == 7
