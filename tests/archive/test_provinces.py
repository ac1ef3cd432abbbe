"""Provinces as people write them, and those that a name stands for since the mergers of 2025."""

import csv
import io
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import QueryError
from archive.layout import Layout
from archive.provinces.asked import asked_province
from archive.provinces.table import province_of_today, provinces, spelled
from archive.words.letters import without_marks
from portal_crawler.cli import main
from tests.archive.building import ArchiveBuilder

TABLE = provinces()
NAMES = sorted(set(TABLE.by_spelling.values()))
OLD = sorted({name for name in NAMES if name != "Huế"})
TODAY = sorted({TABLE.today(name) for name in NAMES})

Captured = pytest.CaptureFixture[str]


def test_63_provinces_became_34() -> None:
    assert (len(OLD), len(TODAY)) == (63, 34)
    merged = {name: [part.name for part in TABLE.merged_into(name)] for name in TODAY}
    assert sum(not parts for parts in merged.values()) == 10  # and Huế has but a new name
    assert merged["Phú Thọ"] == ["Hòa Bình", "Vĩnh Phúc"]
    assert merged["Hồ Chí Minh"] == ["Bà Rịa - Vũng Tàu", "Bình Dương"]
    assert merged["Huế"] == ["Thừa Thiên Huế"]
    assert TABLE.mergers["Thừa Thiên Huế"].since == "2025-01-01"
    assert {merger.since for name, merger in TABLE.mergers.items() if "Huế" not in name} == {
        "2025-07-01"
    }


def test_every_province_of_today_has_the_name_of_one_it_consists_of_but_hue() -> None:
    assert set(TODAY) - set(OLD) == {"Huế"}
    assert all(TABLE.today(TABLE.today(name)) == TABLE.today(name) for name in NAMES)


def test_no_spelling_stands_for_two_provinces() -> None:
    assert len({spelled(name) for name in NAMES}) == len(NAMES) == 64


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("phu tho", "Phú Thọ"),
        ("PHÚ THỌ", "Phú Thọ"),
        ("tỉnh Phú Thọ", "Phú Thọ"),
        ("Tinh Phu Tho", "Phú Thọ"),
        ("Hoà Bình", "Hòa Bình"),
        ("Thanh Hoá", "Thanh Hóa"),
        ("thành phố Hồ Chí Minh", "Hồ Chí Minh"),
        ("TP. Hồ Chí Minh", "Hồ Chí Minh"),
        ("TP.HCM", "Hồ Chí Minh"),
        ("T.P. HCM", "Hồ Chí Minh"),
        ("TPHCM", "Hồ Chí Minh"),
        ("Ho Chi Minh City", "Hồ Chí Minh"),
        ("HCMC", "Hồ Chí Minh"),
        ("Sài Gòn", "Hồ Chí Minh"),
        ("Saigon", "Hồ Chí Minh"),
        ("Hanoi", "Hà Nội"),
        ("thủ đô Hà Nội", "Hà Nội"),
        ("Đà Nẵng City", "Đà Nẵng"),
        ("Ðà Nẵng", "Đà Nẵng"),
        ("danang", "Đà Nẵng"),
        ("Bà Rịa-Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu"),
        ("ba ria vung tau", "Bà Rịa - Vũng Tàu"),
        ("baria-vungtau", "Bà Rịa - Vũng Tàu"),
        ("BR-VT", "Bà Rịa - Vũng Tàu"),
        ("Thừa Thiên - Huế", "Thừa Thiên Huế"),
        ("TT-Huế", "Thừa Thiên Huế"),
        ("TP Huế", "Huế"),
        ("Đắc Lắc", "Đắk Lắk"),
        ("Đăk Lăk", "Đắk Lắk"),
        ("Daklak", "Đắk Lắk"),
        ("Dak Nong", "Đắk Nông"),
        ("Đắc Nông", "Đắk Nông"),
        ("Bắc Cạn", "Bắc Kạn"),
        ("Kontum", "Kon Tum"),
        ("Quảng\N{NO-BREAK SPACE}Ninh province", "Quảng Ninh"),
        ("Lâm Phước", None),
        ("tỉnh", None),
        ("", None),
    ],
)
def test_a_name_is_understood_as_people_write_it(written: str, name: str | None) -> None:
    assert TABLE.named(written) == name


LABELS = ("", "tỉnh ", "Thành phố ", "TP ", "TP.", "tp. ", "T.P ")
FORMS = (str, str.upper, str.lower, without_marks, lambda text: text.replace(" ", ""))


@given(
    name=st.sampled_from(NAMES),
    label=st.sampled_from(LABELS),
    form=st.sampled_from(FORMS),
    letters=st.sampled_from(["NFC", "NFD", "NFKC"]),
    hyphen=st.sampled_from([" - ", "-", " – ", " "]),
    around=st.sampled_from(["", " ", "\t"]),
)
def test_each_name_is_understood_in_every_form(
    name: str, label: str, form: object, letters: str, hyphen: str, around: str
) -> None:
    assert callable(form)
    written = f"{around}{label}{form(name.replace(' - ', hyphen))}{around}"
    assert TABLE.named(unicodedata.normalize(letters, written)) == name  # type: ignore[arg-type]


@given(written=st.text(max_size=80), stored=st.sets(st.sampled_from([*NAMES, "Lâm Phước"])))
def test_any_text_is_a_province_that_is_known_or_one_clear_error(
    written: str, stored: set[str]
) -> None:
    if any(spelled(each) == spelled(written) for each in stored):
        assert asked_province(written, stored).stored <= stored
    elif TABLE.named(written) is None:
        with pytest.raises(QueryError, match="province"):
            asked_province(written, stored)


@given(name=st.sampled_from(NAMES), stored=st.sets(st.sampled_from(NAMES)))
def test_all_that_is_found_is_the_province_its_parts_or_its_heir(
    name: str, stored: set[str]
) -> None:
    today = TABLE.today(name)
    if name == today:
        expected = {each for each in stored if TABLE.today(each) == today}
    else:
        expected = stored & {name, today}
    if not expected:
        with pytest.raises(QueryError, match=name):
            asked_province(name, stored)
        return
    asked = asked_province(name, stored)
    assert asked.stored == expected
    assert (asked.note is None) == (expected == {name})


def test_an_old_province_is_found_with_its_heir_which_is_said() -> None:
    asked = asked_province("hoa binh", {"Hòa Bình", "Vĩnh Phúc", "Phú Thọ", "Hà Nội"})
    assert asked.stored == {"Hòa Bình", "Phú Thọ"}
    assert asked.note == (
        "Hòa Bình has been part of Phú Thọ since 2025-07-01; portals of Phú Thọ are found, too"
    )


def test_a_name_old_and_new_is_that_of_today_with_all_its_parts() -> None:
    asked = asked_province("Phú Thọ", {"Hòa Bình", "Vĩnh Phúc", "Phú Thọ", "Hà Nội"})
    assert asked.stored == {"Hòa Bình", "Vĩnh Phúc", "Phú Thọ"}
    assert asked.note == (
        "Hòa Bình and Vĩnh Phúc have been part of Phú Thọ since 2025-07-01;"
        " portals of Hòa Bình and Vĩnh Phúc are found, too"
    )
    assert asked_province("Phú Thọ", {"Phú Thọ", "Hà Nội"}).note is None


@pytest.mark.parametrize("asked", ["Huế", "Thừa Thiên Huế"])
def test_hue_has_another_name_and_the_same_portals(asked: str) -> None:
    found = asked_province(asked, {"Huế", "Thừa Thiên Huế"})
    assert found.stored == {"Huế", "Thừa Thiên Huế"}
    assert "Thừa Thiên Huế has been called Huế since 2025-01-01" in (found.note or "")


def test_portals_may_write_a_province_otherwise_than_the_table() -> None:
    stored = {"TP. Hồ Chí Minh", "Bà Rịa-Vũng Tàu", "tỉnh Lâm Phước"}
    assert asked_province("hcm", stored).stored == {"TP. Hồ Chí Minh", "Bà Rịa-Vũng Tàu"}
    assert asked_province("lam phuoc", stored).stored == {"tỉnh Lâm Phước"}


@pytest.mark.parametrize(
    ("written", "stored", "message"),
    [
        ("Hoa Bin", ["Hà Nội"], "no province is called Hoa Bin; did you mean Hòa Bình"),
        ("Lâm Phươc B", ["Lâm Phước"], "did you mean Lâm Phước"),
        ("Xyzzy", ["Hà Nội", "Đà Nẵng"], "Xyzzy; there are portals of Đà Nẵng, Hà Nội"),
        ("Xyzzy", [], "Xyzzy; none of its portals names a province"),
        (" ", ["Hà Nội"], "--province takes a name, such as Hà Nội; there are portals of"),
        (
            "Sơn La", ["Hà Nội"],
            "this archive has no portal of Sơn La; there are portals of Hà Nội",
        ),
        ("Hòa Bình", ["Hà Nội"], "no portal of Hòa Bình, nor of Phú Thọ, its province of today; "),
    ],
)  # fmt: skip
def test_a_province_that_is_not_there_is_one_helpful_sentence(
    written: str, stored: list[str], message: str
) -> None:
    with pytest.raises(QueryError, match=message):
        asked_province(written, stored)


def test_a_message_is_bounded() -> None:
    with pytest.raises(QueryError) as raised:
        asked_province("q" * 100_000, [f"Tỉnh số {number}" for number in range(500)])
    assert len(str(raised.value)) < 400


def test_a_name_outside_the_table_stays_and_no_province_is_none() -> None:
    assert province_of_today("Lâm Phước") == "Lâm Phước"
    assert province_of_today("hòa bình") == "Phú Thọ"
    assert province_of_today(None) is None


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """An article of each of four provinces, and one of a ministry."""
    folder = tmp_path_factory.mktemp("archive")
    portals = {
        "hoabinh": "Hòa Bình", "phutho": "Phú Thọ", "vinhphuc": "Vĩnh Phúc", "hanoi": "Hà Nội",
        "mst": None,
    }  # fmt: skip
    for portal, province in portals.items():
        builder = ArchiveBuilder(folder, portal, province=province)
        builder.article("1", f"Bão số 3 ở {portal}", published_at="2025-08-01")
        layout = builder.close()
    return layout


def search(archive: Layout, capsys: Captured, *words: str, code: int = 0) -> tuple[str, str]:
    assert main(["search", "bão", *words, "--archive", str(archive.folder)]) == code
    out, err = capsys.readouterr()
    return out, err


def portals_found(archive: Layout, capsys: Captured, *words: str) -> list[str]:
    out, _ = search(archive, capsys, *words, "--json")
    return sorted(json.loads(line)["portal"] for line in out.splitlines())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--province", "phu tho"], ["hoabinh", "phutho", "vinhphuc"]),
        (["--province", "Hòa Bình"], ["hoabinh", "phutho"]),
        (["--province", "TP Hà Nội"], ["hanoi"]),
        (["--province", "Phú Thọ", "--portal", "vinhphuc"], ["vinhphuc"]),
        (["--province", "Phú Thọ", "--from", "2025-08-02"], []),
        (["--province", "Phú Thọ", "--versions"], ["hoabinh", "phutho", "vinhphuc"]),
        ([], ["hanoi", "hoabinh", "mst", "phutho", "vinhphuc"]),
    ],
)
def test_search_finds_the_portals_of_a_province(
    archive: Layout, capsys: Captured, words: list[str], expected: list[str]
) -> None:
    assert portals_found(archive, capsys, *words) == expected


def test_search_says_what_it_finds_under_another_name(archive: Layout, capsys: Captured) -> None:
    _, err = search(archive, capsys, "--province", "hoa binh")
    assert err.splitlines()[:2] == [
        "Hòa Bình has been part of Phú Thọ since 2025-07-01; portals of Phú Thọ are found, too",
        "2 articles",
    ]
    assert search(archive, capsys, "--province", "hoa binh", "-q")[1] == ""
    assert "part of" not in search(archive, capsys, "--province", "hanoi")[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--province", "Sơn La"], "are portals of Hà Nội, Hòa Bình, Phú Thọ, Vĩnh Phúc\n"),
        (["--province", "Ha Noy"], "did you mean Hà Nội"),
        (["--province", "Hà Nội", "--portal", "mst"], "portal mst is not of Hà Nội"),
        (["--province", "Hà Nội", "--portal", "none"], "no portal none in this archive"),
    ],
)
def test_search_refuses_a_province_that_is_not_there(
    archive: Layout, capsys: Captured, words: list[str], message: str
) -> None:
    _, err = search(archive, capsys, *words, code=2)
    assert message in err


@pytest.mark.parametrize("versions", [[], ["--versions"]])
def test_counts_are_by_province_of_today(
    archive: Layout, capsys: Captured, versions: list[str]
) -> None:
    out, _ = search(archive, capsys, "--count-by", "province", "--csv", *versions)
    assert list(csv.reader(io.StringIO(out)))[1:] == [["Phú Thọ", "3"], ["Hà Nội", "1"], ["", "1"]]


def test_an_export_takes_the_same_filter(archive: Layout, capsys: Captured, tmp_path: Path) -> None:
    target = tmp_path / "bao.wacz"
    words = ["export", "wacz", "--province", "hoa binh", "-o", str(target)]
    assert main([*words, "--archive", str(archive.folder)]) == 0
    assert "2 articles: " in capsys.readouterr().err
