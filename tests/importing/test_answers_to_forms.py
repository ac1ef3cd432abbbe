"""Answers of one address to different forms, as other people's tools record them."""

import io
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archive.warc.records import sha1_text
from portal_crawler.demo.server import DemoPage
from tests.importing.making import (
    PAGES,
    add_response,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    moment,
)
from tests.support.crawls import rows

HANOI = "http://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien"

FORMS = [b"PageIndex=0", b"PageIndex=1"]


def add_request(writer: WARCWriter, url: str, body: bytes, concurrent_to: str | None) -> str:
    """A POST; returns its id."""
    fields = [("Host", "so.test"), ("Content-Length", str(len(body)))]
    record = writer.create_warc_record(
        url,
        "request",
        payload=io.BytesIO(body),
        http_headers=StatusAndHeaders("POST /api HTTP/1.1", fields, is_http_request=True),
        warc_headers_dict={"WARC-Concurrent-To": concurrent_to} if concurrent_to else {},
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Record-ID"))


def write_forms(path: Path, url: str, *, request_first: bool) -> Path:
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        add_response(writer, PAGES[0], headers={"WARC-Date": moment(5, 0)})
        for number, body in enumerate(FORMS, start=1):
            text = f"<p>Trang {number}</p>".encode()
            page = DemoPage(url=url, status=200, content_type="text/html", body=text)
            headers = {"WARC-Date": moment(5, number)}
            if request_first:
                headers["WARC-Concurrent-To"] = add_request(writer, url, body, None)
                add_response(writer, page, headers=headers)
            else:
                answer = add_response(writer, page, headers=headers)
                identifier = answer.rec_headers.get_header("WARC-Record-ID")
                add_request(writer, url, body, identifier)
    return path


@pytest.mark.parametrize("request_first", [True, False])
@pytest.mark.parametrize("url", [HANOI, f"{HANOI}/-/view_content/5-tin"])
def test_answers_to_forms_are_told_apart_and_are_no_listings_or_articles(
    tmp_path: Path, url: str, *, request_first: bool
) -> None:
    path = write_forms(tmp_path / "forms.warc.gz", url, request_first=request_first)
    imported(tmp_path / "archive", path)
    found = rows(
        tmp_path / "archive",
        "SELECT request_digest, role, portal FROM captures WHERE request_digest IS NOT NULL"
        " ORDER BY fetched_at",
    )
    assert found == [(sha1_text([body]), "other", "hanoi-sotttt") for body in FORMS]
    assert_rebuild_changes_nothing(tmp_path / "archive")
    assert_sound(tmp_path / "archive")
