"""Bộ Khoa học và Công nghệ, which includes the former Bộ Thông tin và Truyền thông since March
2025.

VCCorp's system, on mst.gov.vn since March 2025 and on mic.gov.vn from about 2023; before that
mic.gov.vn was SharePoint, and its articles live on under numbers with 197 in front.
Odd: listings still have old addresses of mic.gov.vn, which lead to the same articles.
"""

from portal_crawler.platforms.vccorp import VCCorp


class Mst(VCCorp):
    """The ministry's news section."""

    name = "mst"
    title = "Bộ Khoa học và Công nghệ"
    home = "https://mst.gov.vn/"
    hosts = ("mst.gov.vn", "www.mst.gov.vn", "mic.gov.vn", "www.mic.gov.vn")
    sections = {"tin-tuc-su-kien": "https://mst.gov.vn/tin-tuc-su-kien.htm"}
    verified_on = "2014-01-07 (a reconstruction after the markup of sibling sites)"
