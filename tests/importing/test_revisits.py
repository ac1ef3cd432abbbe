"""Revisits in others' files find what they repeat, in whichever order the files come, or wait."""

import base64
import hashlib
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.demo.server import DemoPage
from tests.importing.making import (
    HOST,
    URL,
    answer,
    article,
    assert_rebuild_changes_nothing,
    assert_sound,
    chunks,
    everything,
    imported,
    raw_record,
    sha1,
)
from tests.support.crawls import rows

PAGE = article("Tin")
OTHER = article("Tin khác")
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
AT = "2024-03-05T08:00:00Z"
LATER = "2024-03-09T08:00:00Z"
ORIGINAL_ID = "<urn:uuid:00000000-0000-4000-8000-00000000000a>"


def response(page: DemoPage | bytes = PAGE, **fields: str) -> bytes:
    """Without digests, unless said."""
    block = page if isinstance(page, bytes) else answer(page)
    return record(block, {"WARC_Date": AT, "WARC_Record_ID": ORIGINAL_ID, **fields})


def record(block: bytes, fields: dict[str, str]) -> bytes:
    said: Any = fields
    return raw_record(block, **said)


def revisit(
    status: str = "200 OK", profile: str = "identical-payload-digest", **fields: str
) -> bytes:
    """Of PAGE's address, a few days later."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    said = {"WARC_Type": "revisit", "WARC_Date": LATER, "WARC_Profile": PROFILE + profile, **fields}
    return record(head.encode(), said)


def digest(name: str, body: bytes, form: str) -> str:
    value = hashlib.new(name, body, usedforsecurity=False).digest()
    text = base64.b32encode(value).decode() if "32" in form else value.hex()
    return f"{name}:{text.lower() if 'lower' in form else text.upper()}"


def in_every_order(folder: Path, *files: bytes) -> Iterator[Path]:
    """Archives into which the files came one by one in each order, or with one command."""
    paths = []
    for number, data in enumerate(files):
        paths.append(folder / f"{number}.warc.gz")
        paths[-1].write_bytes(data)
    for number, order in enumerate(permutations(paths)):
        one_by_one, at_once = folder / f"one-{number}", folder / f"all-{number}"
        for path in order:
            imported(one_by_one, path)
        yield one_by_one
        if number < 2:
            imported(at_once, *order)
            yield at_once


def the_same_rows(archives: Iterator[Path]) -> Path:
    """The last of the archives, if all hold the same, and rebuilds make it again."""
    found: list[dict[str, list[tuple[Any, ...]]]] = []
    for archive in archives:
        told = everything(archive)
        del told["runs"]  # which import was the first to bring an article
        found.append(told)
        assert found[0] == told
        if len(found) < 3:
            assert_rebuild_changes_nothing(archive)
    assert_sound(archive)
    return archive


CHUNKED_ANSWER = CHUNKED + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(PAGE.body)
PLACE = {"WARC_Refers_To_Target_URI": URL, "WARC_Refers_To_Date": AT}


@dataclass(frozen=True)
class Pair:
    """An original and its revisit, of an article of their own."""

    name: str

    @property
    def url(self) -> str:
        key = 3000 + zlib.crc32(self.name.encode()) % 1_000_000
        return f"{HOST}/vi/tin-tuc-su-kien/-/view_content/{key}-tin.html"

    @property
    def https(self) -> str:
        return self.url.replace("http:", "https:")

    @property
    def record_id(self) -> str:
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, self.name)}"

    @property
    def page(self) -> DemoPage:
        return article(self.name, url=self.url)

    def digest(self, name: str, form: str) -> str:
        return digest(name, self.page.body, form)

    def original(self, **fields: str) -> bytes:
        said = {"WARC_Record_ID": f"<{self.record_id}>", "WARC_Target_URI": self.url, **fields}
        return response(self.page, **said)

    def revisit(self, **fields: str) -> bytes:
        return revisit(**{"WARC_Target_URI": self.url, **fields})

    def place(self, moment: str = AT) -> dict[str, str]:
        return {"WARC_Refers_To_Target_URI": self.url, "WARC_Refers_To_Date": moment}


def pairs() -> Iterator[tuple[bytes, bytes]]:
    """Records of an original and of its revisit, for each way to name it."""
    one = Pair("by record id")
    yield one.original(), one.revisit(WARC_Refers_To=f"<{one.record_id}>")
    one = Pair("by record id without brackets")
    yield one.original(), one.revisit(WARC_Refers_To=one.record_id)
    one = Pair("by place")
    yield one.original(), one.revisit(**one.place())
    one = Pair("from https by place of http")
    yield one.original(), one.revisit(WARC_Target_URI=one.https, **one.place())
    one = Pair("of https by place of http")
    yield one.original(WARC_Target_URI=one.https), one.revisit(**one.place())
    one, moment = Pair("by place with a fraction"), "2024-03-05T08:00:00.123456Z"
    yield one.original(WARC_Date=moment), one.revisit(**one.place(moment))
    one = Pair("by our digest, in lower case")
    yield one.original(), one.revisit(WARC_Payload_Digest=sha1(one.page.body).lower())
    one = Pair("by digest at https")
    yield (
        one.original(WARC_Target_URI=one.https),
        one.revisit(WARC_Payload_Digest=sha1(one.page.body)),
    )
    one = Pair("by a digest that the original does not name")
    yield one.original(), one.revisit(WARC_Payload_Digest=one.digest("sha256", "16"))
    one = Pair("by a digest without its algorithm")
    bare = sha1(one.page.body).partition(":")[2]
    yield one.original(), one.revisit(WARC_Payload_Digest=bare)
    one = Pair("by a digest that nobody knows")
    yield (
        one.original(WARC_Payload_Digest="crc32:abc"),
        one.revisit(WARC_Payload_Digest="CRC32:abc"),
    )
    for name in ("md5", "sha1", "sha256", "sha512"):
        for form in ("32", "16 lower", "32 lower"):
            one = Pair(f"by {name} in {form}")
            given = one.digest(name, "16")
            yield (
                one.original(WARC_Payload_Digest=given),
                one.revisit(WARC_Payload_Digest=one.digest(name, form)),
            )


def test_an_original_is_found_whichever_file_comes_first(tmp_path: Path) -> None:
    originals, revisits = zip(*pairs(), strict=True)
    archive = the_same_rows(in_every_order(tmp_path, b"".join(originals), b"".join(revisits)))
    titles = rows(
        archive,
        "SELECT v.title FROM captures c JOIN captures o ON o.id = c.revisit_of"
        " AND o.key = c.key JOIN articles a ON a.key = c.key AND a.last_seen_at = c.fetched_at"
        " JOIN article_versions v ON v.article_id = a.id ORDER BY v.title",
    )
    assert len(titles) == len(revisits) == len(set(titles))
    assert rows(archive, "SELECT count(*) FROM revisits WHERE found IS NULL") == [(0,)]


@pytest.mark.parametrize("named", [True, False])
def test_a_digest_over_chunks_finds_its_original(named: bool, tmp_path: Path) -> None:
    over_chunks = {"WARC_Payload_Digest": sha1(chunks(PAGE.body))}
    original = response(CHUNKED_ANSWER, **over_chunks) if named else response(CHUNKED_ANSWER)
    archive = the_same_rows(in_every_order(tmp_path, original, revisit(**over_chunks)))
    assert rows(archive, "SELECT count(revisit_of) FROM captures") == [(1,)]


def test_of_two_texts_in_one_second_the_digest_tells(tmp_path: Path) -> None:
    second_id = ORIGINAL_ID.replace("a>", "b>")
    both = response() + response(OTHER, WARC_Record_ID=second_id)
    again = revisit(**PLACE, WARC_Payload_Digest=sha1(OTHER.body))
    archive = the_same_rows(in_every_order(tmp_path, both, again))
    assert rows(
        archive,
        "SELECT o.record_id FROM captures c JOIN captures o ON o.id = c.revisit_of",
    ) == [(second_id,)]


def test_of_two_texts_in_one_second_the_fraction_tells(tmp_path: Path) -> None:
    second_id = ORIGINAL_ID.replace("a>", "b>")
    both = response(WARC_Date="2024-03-05T08:00:00.1Z") + response(
        OTHER, WARC_Record_ID=second_id, WARC_Date="2024-03-05T08:00:00.900Z"
    )
    again = revisit(**{**PLACE, "WARC_Refers_To_Date": "2024-03-05T08:00:00.9Z"})
    archive = the_same_rows(in_every_order(tmp_path, both, again))
    assert rows(
        archive,
        "SELECT o.record_id FROM captures c JOIN captures o ON o.id = c.revisit_of",
    ) == [(second_id,)]


@pytest.mark.parametrize(
    "said",
    [
        {"WARC_Refers_To": ORIGINAL_ID, "WARC_Payload_Digest": sha1(OTHER.body)},
        {**PLACE, "WARC_Payload_Digest": sha1(OTHER.body)},
        {**PLACE, "WARC_Payload_Digest": digest("sha256", OTHER.body, "16")},
        {"WARC_Refers_To": ORIGINAL_ID.replace("a>", "c>")},
        {},
    ],
)
def test_what_contradicts_or_names_nothing_waits_and_is_said(
    said: dict[str, str], tmp_path: Path
) -> None:
    archive, path = tmp_path / "archive", tmp_path / "x.warc.gz"
    path.write_bytes(response() + revisit(**said))
    [done] = imported(archive, path)
    assert (done["requests"], done["without_original"]) == (1, 1)
    assert rows(archive, "SELECT found FROM revisits") == [(None,)]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)
    before = everything(archive)
    assert imported(archive, path)[0]["again"]
    assert everything(archive) == before


def test_two_texts_in_one_second_without_a_digest_are_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    other = response(OTHER, WARC_Record_ID=ORIGINAL_ID.replace("a>", "b>"))
    path.write_bytes(response() + other + revisit(**PLACE))
    [done] = imported(tmp_path / "archive", path)
    assert done["without_original"] == 1


def test_a_revisit_of_a_revisit_leads_to_the_body_across_files(tmp_path: Path) -> None:
    middle_id = ORIGINAL_ID.replace("a>", "b>")
    middle = revisit(WARC_Refers_To=ORIGINAL_ID, WARC_Record_ID=middle_id)
    last = revisit(WARC_Refers_To=middle_id, WARC_Date="2024-03-11T08:00:00Z")
    archive = the_same_rows(in_every_order(tmp_path, response(), middle, last))
    [(first, _), *others] = rows(archive, "SELECT id, revisit_of FROM captures ORDER BY fetched_at")
    assert [of for _, of in others] == [first, first]


def test_which_of_several_originals_is_named_does_not_hang_on_the_order(tmp_path: Path) -> None:
    given = sha1(PAGE.body)
    elsewhere = response(
        WARC_Target_URI=f"{HOST}/khac.html", WARC_Record_ID=ORIGINAL_ID.replace("a>", "b>")
    )
    later = response(
        WARC_Date="2024-03-07T08:00:00Z", WARC_Record_ID=ORIGINAL_ID.replace("a>", "c>")
    )
    first = response(WARC_Payload_Digest=given)
    again = revisit(WARC_Payload_Digest=given)
    archive = the_same_rows(in_every_order(tmp_path, first, elsewhere, later + again))
    assert rows(
        archive,
        "SELECT o.record_id FROM captures c JOIN captures o ON o.id = c.revisit_of",
    ) == [(ORIGINAL_ID,)]


def test_an_unchanged_page_is_the_last_one_before_it(tmp_path: Path) -> None:
    later = response(
        OTHER,
        WARC_Date="2024-03-07T08:00:00Z",
        WARC_Record_ID=ORIGINAL_ID.replace("a>", "c>"),
    )
    unchanged = revisit("304 Not Modified", "server-not-modified")
    archive = the_same_rows(in_every_order(tmp_path, response(), later, unchanged))
    assert rows(
        archive, "SELECT o.fetched_at FROM captures c JOIN captures o ON o.id = c.revisit_of"
    ) == [("2024-03-07T08:00:00Z",)]
    assert rows(archive, "SELECT title, last_seen_at FROM articles") == [(OTHER_TITLE, LATER)]


OTHER_TITLE = "Tin khác"


def test_an_unchanged_page_of_another_etag_is_not_taken(tmp_path: Path) -> None:
    tagged = answer(PAGE).replace(b"\r\n", b'\r\nETag: "a"\r\n', 1)
    other = answer(OTHER).replace(b"\r\n", b'\r\nETag: W/"b"\r\n', 1)
    later = response(
        other, WARC_Date="2024-03-07T08:00:00Z", WARC_Record_ID=ORIGINAL_ID.replace("a>", "c>")
    )
    unchanged = revisit('304 Not Modified\r\nETag: "a"', "server-not-modified")
    path = tmp_path / "x.warc.gz"
    path.write_bytes(response(tagged) + later + unchanged)
    imported(tmp_path / "archive", path)
    assert rows(
        tmp_path / "archive",
        "SELECT o.fetched_at FROM captures c JOIN captures o ON o.id = c.revisit_of",
    ) == [(AT,)]


@pytest.mark.parametrize("host", [HOST, "https://example.org"])
def test_a_page_that_repeats_another_addresses_is_read_at_its_own(
    host: str, tmp_path: Path
) -> None:
    elsewhere = response(WARC_Target_URI=f"{host}/khac.html")
    archive = the_same_rows(
        in_every_order(tmp_path, elsewhere, revisit(WARC_Payload_Digest=sha1(PAGE.body)))
    )
    assert rows(archive, "SELECT title, url, first_seen_at FROM articles") == [("Tin", URL, LATER)]


def test_an_older_page_that_waited_becomes_the_older_version(tmp_path: Path) -> None:
    newest = response(OTHER, WARC_Date="2024-04-01T08:00:00Z")
    elsewhere = response(
        WARC_Target_URI="https://example.org/x",
        WARC_Record_ID=ORIGINAL_ID.replace("a>", "b>"),
        WARC_Date="2024-05-01T08:00:00Z",
    )
    waiting = revisit(WARC_Payload_Digest=sha1(PAGE.body))
    archive = the_same_rows(in_every_order(tmp_path, newest, elsewhere, waiting))
    assert rows(archive, "SELECT version, title FROM article_versions ORDER BY version") == [
        (1, "Tin"),
        (2, OTHER_TITLE),
    ]


def test_an_import_counts_its_revisits_when_they_find_their_originals(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    first, second = tmp_path / "a.warc.gz", tmp_path / "b.warc.gz"
    first.write_bytes(revisit(WARC_Refers_To=ORIGINAL_ID))
    second.write_bytes(response())
    [said] = imported(archive, first)
    assert (said["requests"], said["without_original"]) == (0, 1)
    [said] = imported(archive, second)
    assert (said["requests"], said["without_original"]) == (1, 0)
    counted = "SELECT requests, articles_new, articles_unchanged FROM runs WHERE id = ?"
    runs = rows(archive, "SELECT run_id FROM captures ORDER BY fetched_at")
    assert [rows(archive, counted, *run)[0] for run in runs] == [(1, 1, 0), (1, 0, 0)]
    assert_rebuild_changes_nothing(archive)
