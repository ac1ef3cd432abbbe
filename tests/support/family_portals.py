"""A portal of each platform that has pages in tests/platforms, for crawls of these pages."""

from portal_crawler.platforms.nukeviet import NukeViet


class SuoiDa(NukeViet):
    """NukeViet 4.5, and eGovernment."""

    name = "suoi-da"
    title = "Sở Thông tin và Truyền thông Suối Đá"
    home = "http://sotttt.suoida.example/"
    hosts = ("sotttt.suoida.example",)
    sections = {  # noqa: RUF012  as every portal declares it
        "tin-hoat-dong": "http://sotttt.suoida.example/vi/news/tin-hoat-dong/"
    }
    verified_on = "tests"
