"""Every form of archive file gives the same articles, from places that can be read afterwards."""

import gzip
from pathlib import Path

import pytest

from archive.imports.stored import stored_answer
from archive.imports.zstd import zstandard
from archive.layout import Layout
from archive.models import Capture
from portal_crawler.cli import main
from tests.importing.making import (
    ARTICLES,
    PAGES,
    Style,
    assert_rebuild_changes_nothing,
    assert_sound,
    imported,
    write_arc,
    write_wacz,
    write_warc,
)
from tests.support.crawls import rows

STYLES = {
    "1.0": Style(version="1.0"),
    "1.1": Style(),
    "plain-1.0": Style(version="1.0", packed=False),
    "plain-1.1": Style(packed=False),
    "chunked": Style(chunked=True),
    "chunked-gzip": Style(chunked=True, zipped=True),
}
FORMS = (*STYLES, "whole-gzip", "arc", "arc-gz", "wacz-stored", "wacz-deflated", "wacz-plain")


def written(form: str, folder: Path) -> Path:
    if form in STYLES:
        return write_warc(folder / f"x-{form}.warc", style=STYLES[form])
    if form.startswith("arc"):
        return write_arc(folder / "x.arc", packed=form == "arc-gz")
    plain = write_warc(folder / "x.warc", style=Style(packed=form.startswith("wacz-s")))
    if form == "whole-gzip":
        path = folder / "x.warc.gz"
        path.write_bytes(gzip.compress(plain.read_bytes()))
        return path
    name = "archive/data.warc" if form == "wacz-plain" else "archive/data.warc.gz"
    return write_wacz(folder / "x.wacz", plain, stored=form != "wacz-deflated", name=name)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_all_articles_and_readable_places(form: str, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    [said] = imported(archive, written(form, tmp_path))
    assert (said["requests"], said["articles_new"], said["unclaimed"]) == (len(PAGES), ARTICLES, 0)
    bodies = {page.url: page.body for page in PAGES}
    for row in rows(archive, "SELECT * FROM captures"):
        capture = Capture(**dict(zip(Capture.__dataclass_fields__, row, strict=True)))
        assert stored_answer(Layout(archive), capture).body == bodies[capture.url]
    assert_sound(archive)
    assert_rebuild_changes_nothing(archive)


def test_a_file_is_kept_as_it_is(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "Tin tức; rm -rf.warc.gz")
    imported(tmp_path / "archive", path)
    [kept] = (tmp_path / "archive/warc/imported").glob("*-Tin-t-c-rm--rf.warc.gz")
    assert kept.read_bytes() == path.read_bytes()


def test_captures_point_into_a_wacz_whose_warcs_are_stored(tmp_path: Path) -> None:
    imported(tmp_path / "archive", written("wacz-stored", tmp_path))
    [(file,)] = rows(tmp_path / "archive", "SELECT DISTINCT warc_file FROM captures")
    assert file.endswith("-x.wacz")


def test_the_same_bytes_again_add_nothing(tmp_path: Path) -> None:
    archive, path = tmp_path / "archive", write_warc(tmp_path / "x.warc.gz")
    imported(archive, path)
    before = {one: one.stat().st_mtime_ns for one in archive.rglob("warc/imported/*")}
    counts = rows(archive, "SELECT count(*), sum(requests) FROM runs")
    other = tmp_path / "other-name.warc.gz"
    other.write_bytes(path.read_bytes())
    [said] = imported(archive, other)
    assert said["again"]
    assert {one: one.stat().st_mtime_ns for one in archive.rglob("warc/imported/*")} == before
    assert rows(archive, "SELECT count(*), sum(requests) FROM runs") == counts


def test_an_import_that_broke_off_is_named_and_done_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, path = tmp_path / "archive", write_warc(tmp_path / "x.warc.gz")
    imported(archive, path)
    [companion] = archive.glob("warc/imported/*.import.warc.gz")
    companion.rename(companion.with_name(companion.name + ".open"))
    assert main(["verify", "--archive", str(archive), "-q"]) == 4
    assert "[import-unfinished]" in capsys.readouterr().out
    assert main(["rebuild", "--archive", str(archive), "-q", "--yes"]) == 0
    assert "import it again" in capsys.readouterr().err
    imported(archive, path)
    assert_sound(archive)
    assert rows(archive, "SELECT count(*) FROM articles") == [(ARTICLES,)]


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    path = write_warc(tmp_path / "x.warc.gz")
    archive = tmp_path / "archive"
    assert main(["import", str(path), "--archive", str(archive), "--dry-run"]) == 0
    assert not archive.exists()


def test_zstd_is_read_or_clearly_refused(tmp_path: Path) -> None:
    plain = write_warc(tmp_path / "x.warc", style=Style(packed=False))
    path = tmp_path / "x.warc.zst"
    if zstandard is None:
        path.write_bytes(b"\x28\xb5\x2f\xfd" + b"\0" * 100)
        [said] = imported(tmp_path / "archive", path, code=2)
        assert "zstandard" in said["error"]
        assert not (tmp_path / "archive/warc").exists()
        return
    path.write_bytes(zstandard.ZstdCompressor().compress(plain.read_bytes()))
    [said] = imported(tmp_path / "archive", path)
    assert said["articles_new"] == ARTICLES
