"""`portal export bibtex`, `ris` and `csl`, read back by other people's software."""

import json
import re

import bibtexparser
import jsonschema
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware

from archive.export.bibliography import bibtex, csl, ris
from archive.export.found_articles import Row
from archive.layout import Layout
from tests.export.found import HARD_TITLE, LONG_KEY, Captured, awkward, export, objects

DATE = {
    "type": "object",
    "properties": {
        "date-parts": {
            "type": "array", "minItems": 1, "maxItems": 2,
            "items": {
                "type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "number"},
            },
        },
    },
    "required": ["date-parts"],
    "additionalProperties": False,
}  # fmt: skip
TEXTS = ("id", "title", "container-title", "publisher", "URL", "language", "note")
CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in TEXTS},
            "type": {"enum": ["webpage"]},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"literal": {"type": "string"}},
                    "additionalProperties": False,
                },
            },
            "issued": DATE,
            "accessed": DATE,
        },
        "required": ["type", "id"],
        "additionalProperties": False,
    },
}
"""The part of the schema of CSL data that our items use."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return awkward(tmp_path_factory.mktemp("archive"))


def parsed(text: str) -> dict[str, dict[str, str]]:
    """By key the fields of BibLaTeX as they are printed."""
    plain = bibtexparser.parse_string(text)
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert plain.failed_blocks == library.failed_blocks == []
    found = {
        entry.key: {field.key: re.sub("[{}]", "", field.value) for field in entry.fields}
        for entry in library.entries
    }
    for entry in plain.entries:  # BibLaTeX takes addresses as they stand
        found[entry.key]["url"] = entry.fields_dict["url"].value
    return found


def test_bibtex_is_parsed_back(archive: Layout, capsysbinary: Captured) -> None:
    out, err = export(archive, capsysbinary, "bibtex")
    assert err == "5 articles\n"
    entries = parsed(out.decode())
    rows = objects(archive, capsysbinary)
    assert len(entries) == len(rows)
    for fields, row in zip(entries.values(), rows, strict=True):
        title = fields["title"].replace("\N{MODIFIER LETTER CIRCUMFLEX ACCENT}", "^")
        assert title == re.sub("[{}]", "", " ".join(row["title"].split()))
        assert fields["author"] == (row["author"] or row["portal_title"])
        assert fields["organization"] == row["portal_title"]
        assert fields.get("date") == row["published_on"]
        assert fields["url"] == row["url"].replace(" ", "%20")
        assert fields["urldate"] == row["captured_at"][:10]
        for fact in (row["ref"], row["captured_at"], row["warc_file"], str(row["warc_offset"]),
                     row["record_id"], row["payload_digest"]):  # fmt: skip
            assert fact in fields["note"]


def test_special_characters_are_escaped(archive: Layout, capsysbinary: Captured) -> None:
    out, _ = export(archive, capsysbinary, "bibtex", "title:calc")
    text = out.decode()
    assert r"\textbraceleft{}50\%\textbraceright{} \& " in text
    assert r"\$5 \#1 a\_b \textasciitilde{}x\textasciicircum{}2 \textbackslash{} " in text
    assert text.count("{") == text.count("}")


def test_keys_are_made_of_the_ref_alone_and_differ(archive: Layout, capsysbinary: Captured) -> None:
    every = parsed(export(archive, capsysbinary, "bibtex")[0].decode())
    assert f"hanoi-sotttt:{LONG_KEY}" in every
    assert "hanoi-sotttt:4+2f5+20b" in every
    one = parsed(export(archive, capsysbinary, "bibtex", "title:cũ")[0].decode())
    assert list(one) == ["hanoi-sotttt:4+2f5+20b"]


def row(**values: str | None) -> Row:
    facts = ("warc_file", "warc_offset", "warc_length", "record_id", "payload_digest", "version")
    empty = dict.fromkeys((*facts, "published_at", "captured_at", "author", "language"))
    named = {"ref": "a/1", "portal": "a", "portal_title": "Sở A", "url": "http://a.test/"}
    return {**empty, **named, "title": "Tin", **values}


@pytest.mark.parametrize("key", ["1", "+31", "a b", "a,b", "{", "}", "ấ", "%41", "a=b", '"', "@"])
def test_any_key_and_text_gives_an_entry_that_parses(key: str) -> None:
    rows = [row(ref=f"a/{key}", title=f"@{key}{{", url="http://a.test/{x"), row(ref="a/other")]
    entries = parsed("".join(bibtex(rows)))
    assert len(entries) == 2
    assert all(fields["author"] == "Sở A" for fields in entries.values())
    assert re.fullmatch(r"a:[A-Za-z0-9._+-]+", next(iter(entries)))


def test_ris_is_parsed_back(archive: Layout, capsysbinary: Captured) -> None:
    out, _ = export(archive, capsysbinary, "ris")
    text = out.decode()
    assert "\n" not in text.replace("\r\n", "")
    entries = rispy.loads(text)
    rows = objects(archive, capsysbinary)
    assert len(entries) == len(rows)
    for entry, each in zip(entries, rows, strict=True):
        assert entry["type_of_reference"] == "ELEC"
        assert entry["id"] == each["ref"]
        assert entry["title"] == " ".join(each["title"].split())
        assert entry["authors"] == [each["author"] or each["portal_title"]]
        assert entry["publisher"] == each["portal_title"]
        assert entry["urls"] == [each["url"]]
        assert entry["access_date"] == each["captured_at"][:10].replace("-", "/") + "/"
        assert each["record_id"] in entry["notes"][0]
        if each["published_on"]:
            assert entry["date"] == each["published_on"].replace("-", "/") + "/"
            assert entry["year"] == each["published_on"][:4]


def test_a_line_break_in_a_text_begins_no_field() -> None:
    rows = [row(title="Tin\r\nER  - \r\nTY  - BOOK\x85x\u2028y")]
    assert len(rispy.loads("".join(ris(rows)))) == 1


def test_csl_fits_its_schema(archive: Layout, capsysbinary: Captured) -> None:
    items = json.loads(export(archive, capsysbinary, "csl")[0])
    jsonschema.validate(items, CSL)
    rows = objects(archive, capsysbinary)
    assert [item["id"] for item in items] == [each["ref"] for each in rows]
    hard = next(item for item in items if item["title"] == HARD_TITLE)
    assert hard["author"] == [{"literal": "Sở Văn hóa, Thể thao"}]
    assert hard["issued"] == {"date-parts": [[2022, 7, 13]]}
    assert "issued" not in next(item for item in items if item["id"].endswith(LONG_KEY))


def test_no_article_is_an_empty_list() -> None:
    assert json.loads("".join(csl([]))) == []
