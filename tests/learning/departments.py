"""Departments on no known platform: pictures, documents and signatures as editors set them.

Each page is a function of its site and its number. A site is one choice of each shape.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from archive.models import Article
from portal_crawler.learning.extract import extract_learned
from portal_crawler.learning.learner import learn
from portal_crawler.learning.model import SiteModel
from portal_crawler.learning.page_facts import page_facts
from portal_crawler.learning.samples import SamplePage, lowest
from tests.learning.sites import sentence

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOME = "https://so.example"
PEOPLE = (
    "Minh Khuê", "Thu Hà", "Trần Văn Bình", "Lê Quốc Đạt", "Hoàng Yến", "Phạm Thị Hoa",
    "Đỗ Mạnh Hùng", "Bảo Ngọc", "Nguyễn Đức Long", "Kim Oanh", "Vũ Hải Nam", "Thanh Tùng",
)  # fmt: skip

CENTER, RIGHT = 'style="text-align: center;"', 'style="text-align: right;"'
PICTURES: dict[str, Callable[[str, str], str]] = {
    "paragraph": lambda img, says: f"<p {CENTER}>{img}<br><em>{says}</em></p>",
    "line below": lambda img, says: f"<p>{img}</p><p {CENTER}><em>{says}</em></p>",
    "named line below": lambda img, says: f'<p>{img}</p><p class="chu-thich">{says}</p>',
    "figure": lambda img, says: f"<figure>{img}<figcaption>{says}</figcaption></figure>",
    "table": lambda img, says: (
        f'<table class="image"><tr><td>{img}</td></tr><tr><td>{says}</td></tr></table>'
    ),
    "box": lambda img, says: f'<div class="hinh">{img}<div>{says}</div></div>',
}
INSIDE: dict[str, Callable[[str], str]] = {
    "class": lambda line: f'<p class="ky">{line}</p>',
    "class, right": lambda line: f'<p class="ky" {RIGHT}>{line}</p>',
    "right": lambda line: f"<p {RIGHT}>{line}</p>",
    "right, bold": lambda line: f'<p align="right"><strong>{line}</strong></p>',
    "bold": lambda line: f"<p><strong>{line}</strong></p>",
    "box": lambda line: f'<div class="author">{line}</div>',
}
BELOW: dict[str, Callable[[str], str]] = {
    "box below": lambda line: f'<div class="author">{line}</div>',
    "other box below": lambda line: f'<div class="nguoi-viet"><b>{line}</b></div>',
    "right below": lambda line: f'<p class="sign" {RIGHT}>{line}</p>',
}


@dataclass(frozen=True, slots=True)
class Department:
    """One choice of each shape."""

    name: str = "so"
    frame: str = "boxes"
    picture: str = "figure"
    says: tuple[str, ...] = ()
    """The captions, in turn; empty if each picture has its own."""
    sign: str = "right"
    lines: tuple[str, ...] = PEOPLE[:4]
    """The lines that sign, in turn; empty if nobody signs."""
    document: str = ""
    """The text of the link to a document, on two pages of three."""
    logo: bool = False
    lead: bool = True
    tail: tuple[str, ...] = ()
    """Markup at the end of the text that is the site's, in turn."""


@dataclass(frozen=True, slots=True)
class Told:
    """A page, and what it tells."""

    url: str
    html: bytes
    lead: str | None
    body: str
    images: tuple[str, ...]
    captions: tuple[str, ...]
    signed: str
    documents: tuple[str, ...]


def pages_of(site: Department, count: int) -> list[Told]:
    return [_told(site, number) for number in range(count)]


def learned(pages: list[Told]) -> SiteModel:
    facts = [page_facts(told.html, told.url) for told in pages]
    samples = lowest(SamplePage(told.url, told.url, told.html, NOW) for told in pages)
    model = learn([one for one in facts if one], samples)
    assert model is not None
    return model


def read(told: Told, model: SiteModel | None) -> Article:
    return extract_learned(told.html, told.url, model, fetched_at=NOW)


def _told(site: Department, number: int) -> Told:
    chance = random.Random(f"{site.name} {number}")
    title, lead = sentence(chance, 7, 14).rstrip("."), sentence(chance, 20, 32)
    paragraphs = [
        " ".join(sentence(chance) for _ in range(chance.randint(1, 3)))
        for _ in range(chance.randint(3, 7))
    ]
    blocks = [f"<p>{text}</p>" for text in paragraphs]
    images, captions = [], []
    for at in range((1, 2, 0)[number % 3]):
        images.append(f"{HOME}/uploads/{number}/anh-{at}.jpg")
        own = f"{sentence(chance, 6, 10).rstrip('.')}. Ảnh: Thu Hà"
        captions.append(site.says[(number + at) % len(site.says)] if site.says else own)
        blocks.insert(1 + 2 * at, PICTURES[site.picture](f'<img src="{images[-1]}">', captions[-1]))
    signed = site.lines[chance.randrange(len(site.lines))] if site.lines else ""
    if signed and site.sign in INSIDE:
        blocks.append(INSIDE[site.sign](signed))
    documents = (f"{HOME}/files/vb-{number}.pdf",) if site.document and number % 3 else ()
    blocks += [f'<p class="tep"><a href="{href}">{site.document}</a></p>' for href in documents]
    blocks += [site.tail[number % len(site.tail)]] if site.tail else []
    below = BELOW[site.sign](signed) if signed and site.sign in BELOW else ""
    logo = '<p class="logo"><img src="/images/logo-so.png"></p>' if site.logo else ""
    told = _Parts(title, lead if site.lead else "", logo + "\n".join(blocks), below, number)
    return Told(
        url=f"{HOME}/tin-{1000 + number}.html",
        html=_page(site.frame, told).encode(),
        lead=lead if site.lead else None,
        body="\n\n".join(paragraphs),
        images=tuple(images),
        captions=tuple(captions),
        signed=signed,
        documents=documents,
    )


@dataclass(frozen=True, slots=True)
class _Parts:
    title: str
    lead: str
    text: str
    below: str
    number: int

    @property
    def date(self) -> str:
        moment = datetime(2024, 3, 1, 8, 5, tzinfo=UTC) + timedelta(hours=31 * self.number)
        return f"{moment:%d/%m/%Y %H:%M}"

    @property
    def others(self) -> str:
        """Five other articles, each with a picture of its own."""
        return "".join(
            f'<li><img src="/thumbs/{self.number}-{at}.jpg"><a href="/tin-{at}.html">'
            f"{sentence(random.Random(self.number * 9 + at), 6, 12)}</a></li>"
            for at in range(5)
        )


def _boxes(told: _Parts) -> str:
    lead = f'<p class="tom-tat">{told.lead}</p>' if told.lead else ""
    return (
        f'<div class="bai-viet"><h1 class="tieu-de">{told.title}</h1><p class="ngay">{told.date}'
        f'</p>{lead}<div class="noi-dung">{told.text}</div>{told.below}'
        f'<div class="lien-quan"><h3>Tin khác</h3><ul>{told.others}</ul></div></div>'
    )


def _flat(told: _Parts) -> str:
    """Headline, text and related list in one element."""
    lead = f'<p class="sapo">{told.lead}</p>' if told.lead else ""
    return (
        f'<div class="article"><h1>{told.title}</h1><div class="meta">{told.date}</div>{lead}'
        f'{told.text}{told.below}<div class="other"><ul>{told.others}</ul></div></div>'
    )


def _cells(told: _Parts) -> str:
    lead = f'<tr><td class="lead"><b>{told.lead}</b></td></tr>' if told.lead else ""
    return (
        f'<table class="ct"><tr><td class="head">{told.title}</td></tr><tr><td class="dt">'
        f'({told.date})</td></tr>{lead}<tr><td class="content">{told.text}</td></tr>'
        f"<tr><td>{told.below}</td></tr></table><ul>{told.others}</ul>"
    )


FRAMES: dict[str, Callable[[_Parts], str]] = {"boxes": _boxes, "flat": _flat, "cells": _cells}


def _page(frame: str, told: _Parts) -> str:
    menu = "".join(f'<li><a href="/muc-{at}">Chuyên mục {at}</a></li>' for at in "abcdef")
    return (
        f"<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{told.title} - Sở Khoa học"
        " Lâm Phước</title></head><body><div class=top><img src='/banner.jpg'>"
        f"<ul>{menu}</ul></div>"
        f"{FRAMES[frame](told)}<div class=footer><p>Bản quyền thuộc Sở Khoa học Lâm Phước</p>"
        "<p>Địa chỉ: Số 1 đường Trần Phú. Điện thoại: 0200 123456</p></div></body></html>"
    )
