"""A portal of each platform that has pages in tests/platforms, for crawls of these pages."""

from portal_crawler.platforms.cms_vn import CmsVn
from portal_crawler.platforms.liferay7 import Liferay7
from portal_crawler.platforms.nukeviet import NukeViet
from portal_crawler.platforms.wordpress import WordPress


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


class DongMoi(WordPress):
    """WordPress 6.1."""

    name = "dong-moi"
    title = "Sở Khoa học và Công nghệ Đông Mới"
    home = "http://skhcn.dongmoi.example/"
    hosts = ("skhcn.dongmoi.example",)
    sections = {  # noqa: RUF012
        "tin-hoat-dong": "http://skhcn.dongmoi.example/category/tin-hoat-dong/"
    }
    verified_on = "tests"


class PhuMoc(CmsVn):
    """CMS vn on SharePoint."""

    name = "phu-moc"
    title = "Sở Khoa học và Công nghệ Phú Mộc"
    home = "http://skhcn.phumoc.example/"
    hosts = ("skhcn.phumoc.example",)
    sections = {  # noqa: RUF012
        "tin-hoat-dong": "http://skhcn.phumoc.example/vn/chuyen-muc/21/tin-hoat-dong.aspx"
    }
    verified_on = "tests"


class BauCat(Liferay7):
    """Liferay 7.4."""

    name = "bau-cat"
    title = "Sở Thông tin và Truyền thông Bàu Cát"
    home = "http://sotttt.baucat.example/"
    hosts = ("sotttt.baucat.example",)
    sections = {  # noqa: RUF012
        "tin-hoat-dong": "http://sotttt.baucat.example/web/sotttt/tin-hoat-dong"
    }
    verified_on = "tests"
