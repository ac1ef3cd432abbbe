"""The two demo portals; `portal list` and `--all` leave them out."""

from portal_crawler.platforms.liferay6 import Liferay6
from portal_crawler.platforms.vccorp import VCCorp


class DemoTinh(Liferay6):
    """A department of a province that does not exist, on Liferay 6.2."""

    name = "demo-tinh"
    title = "Sở Thông tin và Truyền thông Lâm Phước"
    province = "Lâm Phước"
    home = "http://sotttt.demo-tinh.example/"
    hosts = ("sotttt.demo-tinh.example",)
    sections = {"tin-tuc-su-kien": "http://sotttt.demo-tinh.example/vi/tin-tuc-su-kien"}
    verified_on = "the pages that ship with it"


class DemoBo(VCCorp):
    """A ministry that does not exist, on VCCorp's system."""

    name = "demo-bo"
    title = "Bộ Khoa học và Truyền thông"
    home = "http://bokhcn.demo-bo.example/"
    hosts = ("bokhcn.demo-bo.example",)
    sections = {"tin-tuc-su-kien": "http://bokhcn.demo-bo.example/tin-tuc-su-kien.htm"}
    verified_on = "the pages that ship with it"
