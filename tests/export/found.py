"""An archive of awkward articles, and `portal export` in this process."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archive.layout import Layout
from archive.models import Article, Attachment, Image
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder, page

Captured = pytest.CaptureFixture[bytes]

HARD_TITLE = "=cmd|' /C calc'!A0 {50%} & \"Đổi mới\" $5 #1 a_b ~x^2 \\ <b>"
HARD_BODY = '- mục "một",\n- mục hai\n\n1\t2\n\nThừa Thiên Huế – 𝐁ộ, Sở'
LONG_KEY = "20220713235200123"


def awkward(folder: Path) -> Layout:
    """Five articles: an old and a new version, no date, no author, and all that breaks tables."""
    builder = ArchiveBuilder(folder)
    before = None
    for body in ("Bão và lũ.", "Bão đã tan."):
        capture = builder.exchange("1", page(body))
        article = Article(
            url=capture.url, title="Bão số 3", body=body, published_at="2022-06-01",
            author="Lê Văn A", tags=("thiên tai", "bão"), language="vi",
        )  # fmt: skip
        builder.put(partial(builder.store.articles.put, article, capture, lambda *_, a=before: a))
        before = article
    builder.article(
        "2", HARD_TITLE, lead="'tin'", body=HARD_BODY, published_at="2022-07-13T23:52:00+07:00",
        author="Sở Văn hóa, Thể thao", category="007",
        images=(Image(src="http://a.test/a.jpg", caption="Ảnh {1}"), Image(src="http://a.test/b.png")),
        attachments=(Attachment(href="http://a.test/a.pdf", name="Kế hoạch", kind="document"),),
    )  # fmt: skip
    builder.article(LONG_KEY, "Không ngày", body="Bão.")
    builder.article("4/5 b", "Tin cũ", published_at="2020-02-29", problems=("no-body",))
    builder.article("6", "Cùng ngày", body="bão", published_at="2022-06-01")
    builder.listing("tin-tuc", "1", "2")
    builder.listing("sự kiện", "1")
    return builder.close()


def export(
    archive: Layout, capsysbinary: Captured, *words: str, code: int = 0
) -> tuple[bytes, str]:
    """Stdout and stderr of `portal export`."""
    assert main(["export", *words, "--archive", str(archive.folder)]) == code
    out, err = capsysbinary.readouterr()
    return out, err.decode()


def objects(archive: Layout, capsysbinary: Captured, *words: str) -> list[dict[str, Any]]:
    """The rows of an exported table."""
    out, _ = export(archive, capsysbinary, "jsonl", *words)
    return [json.loads(line) for line in out.decode().splitlines()]
