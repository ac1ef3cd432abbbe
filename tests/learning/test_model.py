"""A model as text that a person reads and corrects."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.learning.model import RepeatedBlock, SiteModel

BLOCK = RepeatedBlock(key="chia sẻ", text="Chia sẻ", path="div > p", pages=9, kind="repeated")
MODEL = SiteModel(
    containers=("div.news div.content",),
    title=("h1.title",),
    date=("span.time",),
    lead=("p.sapo",),
    drop=("div.news div.share",),
    title_separator=" - ",
    boilerplate=(BLOCK,),
    pages=10,
    support=0.95,
)


def changed(**values: object) -> str:
    return json.dumps({**json.loads(MODEL.to_json()), **values})


def test_a_model_is_the_same_after_its_text() -> None:
    assert SiteModel.from_json(MODEL.to_json()) == MODEL


def test_the_text_is_sorted_and_keeps_vietnamese() -> None:
    text = MODEL.to_json()
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert '"Chia sẻ"' in text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "JSON"),
        ("[]", "site model"),
        (changed(containers=[]), "containers"),
        (changed(containers="div"), "containers"),
        (changed(lead=["div >"]), "lead"),
        (changed(support=2), "support"),
        (changed(support=True), "support"),
        (changed(pages="many"), "pages"),
        (changed(title_separator=3), "title_separator"),
        (changed(weak=["colour"]), "weak"),
        (changed(outside="p"), "outside"),
        (changed(files="logo.png"), "files"),
        (changed(least_fit=2), "least_fit"),
        (changed(fields={"lead": 3}), "fields.lead"),
        (
            changed(fields={"lead": {"pages": 1, "learned": "1", "single": 0}}),
            "fields.lead.learned",
        ),
        (changed(fields={"colour": {}}), "fields"),
        (changed(boilerplate={}), "boilerplate"),
        (changed(boilerplate=[3]), "boilerplate"),
        (changed(boilerplate=[{"key": "a"}]), "kind"),
        (changed(colour="red"), "colour"),
        ('{"containers": ["div"], "pages": 3}', "support"),
    ],
)
def test_what_is_wrong_in_a_corrected_model_is_named(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        SiteModel.from_json(text)


def test_a_block_of_an_unknown_kind_is_named() -> None:
    blocks = [{"key": "a", "text": "a", "path": "p", "pages": 3, "kind": "odd"}]
    with pytest.raises(ValueError, match=r"boilerplate\.kind"):
        SiteModel.from_json(changed(boilerplate=blocks))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_value_in_any_field_is_read_or_refused(value: object) -> None:
    for name in ("containers", "boilerplate", "pages", "support", "date", "title_separator"):
        complaint = ""
        try:
            SiteModel.from_json(changed(**{name: value}))
        except ValueError as error:
            complaint = str(error)
        assert not complaint or name in complaint


def test_a_model_of_an_earlier_version_may_have_points_below_zero() -> None:
    kept = {"pages": 12, "learned": -6, "single": 1}
    model = SiteModel.from_json(changed(fields={"date": kept}))
    assert model.fields["date"].learned == -6
