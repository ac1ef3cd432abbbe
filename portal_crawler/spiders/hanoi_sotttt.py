"""Sở Thông tin và Truyền thông Hà Nội: Liferay 6.2 from 2016 to 2022.

Since 2025 the department is part of Sở Khoa học và Công nghệ, on another system and host.
Odd: most articles published before 2017 show 12:00 AM, which means that the time is unknown.
"""

from portal_crawler.platforms.liferay6 import Liferay6


class HanoiSotttt(Liferay6):
    """The department's news section."""

    name = "hanoi-sotttt"
    title = "Sở Thông tin và Truyền thông Hà Nội"
    province = "Hà Nội"
    home = "http://sotttt.hanoi.gov.vn/"
    hosts = ("sotttt.hanoi.gov.vn",)
    requisite_hosts = ("hanoi.gov.vn", "sotttt.qltns.mediacdn.vn")
    sections = {"tin-tuc-su-kien": "http://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien"}
    verified_on = "2022-08-27 (a saved copy of the portal)"
