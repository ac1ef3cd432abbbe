"""A portal of each platform that has pages in tests/platforms, for crawls of these pages."""

from portal_crawler.cleaning.json_articles import JsonArticle
from portal_crawler.platforms.cms_vn import CmsVn
from portal_crawler.platforms.dnn import DNN
from portal_crawler.platforms.drupal import Drupal
from portal_crawler.platforms.joomla import Joomla
from portal_crawler.platforms.json_api import JsonApi
from portal_crawler.platforms.liferay7 import Liferay7
from portal_crawler.platforms.mic_sharepoint import MicSharePoint
from portal_crawler.platforms.nukeviet import NukeViet
from portal_crawler.platforms.sharepoint import SharePoint
from portal_crawler.platforms.uiarticle import UIArticle
from portal_crawler.platforms.vccorp_multisite import VCCorpMultisite
from portal_crawler.platforms.vhv import VHV
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


class GachDo(UIArticle):
    """The ASP.NET system UIArticle."""

    name = "gach-do"
    title = "Sở Khoa học và Công nghệ Gạch Đỏ"
    home = "http://sokhcn.gachdo.example/"
    hosts = ("sokhcn.gachdo.example",)
    sections = {"tin-hoat-dong": "http://sokhcn.gachdo.example/tin-hoat-dong"}  # noqa: RUF012
    verified_on = "tests"


class CamDuong(VHV):
    """VHV."""

    name = "cam-duong"
    title = "Sở Tư pháp Cam Đường"
    home = "http://sotuphap.camduong.example/"
    hosts = ("sotuphap.camduong.example",)
    sections = {"tin-hoat-dong": "http://sotuphap.camduong.example/tin-hoat-dong"}  # noqa: RUF012
    verified_on = "tests"


class LangVai(Joomla):
    """Joomla 3."""

    name = "lang-vai"
    title = "Sở Tài nguyên và Môi trường Láng Vải"
    home = "http://sotnmt.langvai.example/"
    hosts = ("sotnmt.langvai.example",)
    sections = {"tin-hoat-dong": "http://sotnmt.langvai.example/index.php/tin-ho-t-d-ng"}  # noqa: RUF012
    verified_on = "tests"


class HoaHiep(Drupal):
    """Drupal 9."""

    name = "hoa-hiep"
    title = "Sở Thông tin và Truyền thông Hòa Hiệp"
    home = "http://sotttt.hoahiep.example/"
    hosts = ("sotttt.hoahiep.example",)
    sections = {"tin-hoat-dong": "http://sotttt.hoahiep.example/tin-hoat-dong"}  # noqa: RUF012
    verified_on = "tests"


class BinhHa(VCCorpMultisite):
    """VCCorp's system for many sites."""

    name = "binh-ha"
    title = "Sở Khoa học và Công nghệ Bình Hạ"
    home = "http://sokhcn.binhha.example/"
    hosts = ("sokhcn.binhha.example",)
    sections = {"tin-hoat-dong": "http://sokhcn.binhha.example/tin-hoat-dong.htm"}  # noqa: RUF012
    verified_on = "tests"


class TamGiang(SharePoint):
    """SharePoint with a pager that posts back."""

    name = "tam-giang"
    title = "Sở Thông tin và Truyền thông Tam Giang"
    home = "http://sotttt.tamgiang.example/"
    hosts = ("sotttt.tamgiang.example",)
    sections = {"tin-hoat-dong": "http://sotttt.tamgiang.example/tintuc/Pages/tin-hoat-dong.aspx"}  # noqa: RUF012
    verified_on = "tests"


class CamTra(DNN):
    """DNN."""

    name = "cam-tra"
    title = "Sở Xây dựng Cẩm Trà"
    home = "http://soxd.camtra.example/"
    hosts = ("soxd.camtra.example",)
    sections = {"tin-hoat-dong": "http://soxd.camtra.example/tin-tuc/tin-hoat-dong"}  # noqa: RUF012
    verified_on = "tests"


class BoViDu(MicSharePoint):
    """mic.gov.vn's SharePoint of 2020."""

    name = "bo-vi-du"
    title = "Trang chính sách pháp luật của Bộ"
    home = "http://cspl.bovidu.example/"
    hosts = ("cspl.bovidu.example",)
    sections = {  # noqa: RUF012
        "tin-hoat-dong": "http://cspl.bovidu.example/mic_2020/Pages/ChuyenMuc/PhanTrang/1753/1/Tin-hoat-dong.html"
    }
    verified_on = "tests"


class NgocLam(JsonApi):
    """An interface in JSON; its articles have pages for readers."""

    name = "ngoc-lam"
    title = "Sở Khoa học và Công nghệ Ngọc Lâm"
    home = "http://sokhcn.ngoclam.example/"
    hosts = ("sokhcn.ngoclam.example",)
    sections = {"bai-viet": "http://sokhcn.ngoclam.example/api/bai-viet?page=1&size=2"}  # noqa: RUF012
    json_article = JsonArticle(page="/bai-viet/{slug}-{id}")
    verified_on = "tests"
