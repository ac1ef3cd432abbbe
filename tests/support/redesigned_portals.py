"""A portal before and after its redesign, as REDESIGNED in the environment says."""

import os

from portal_crawler.platforms.generic import Generic
from portal_crawler.platforms.liferay7 import Liferay7
from portal_crawler.platforms.nukeviet import NukeViet
from portal_crawler.portals.earlier import Earlier

HOSTS = ("sotttt.baucat.example", "sotttt.suoida.example")

if os.environ.get("REDESIGNED") == "generic":

    class Unknown(Generic):
        """On a system that no platform knows since 2025."""

        name = "redesigned"
        hosts = HOSTS
        sections = {"tin": "http://sotttt.suoida.example/tin"}  # noqa: RUF012
        earlier = (Earlier(Liferay7, until="2024-12"),)

elif os.environ.get("REDESIGNED"):

    class After(NukeViet):
        """On NukeViet since 2025."""

        name = "redesigned"
        hosts = HOSTS
        sections = {"tin": "http://sotttt.suoida.example/vi/news/tin-hoat-dong/"}  # noqa: RUF012
        earlier = (Earlier(Liferay7, until="2024-12"),)

else:

    class Before(Liferay7):
        """On Liferay 7 until 2024."""

        name = "redesigned"
        hosts = HOSTS
        sections = {"tin": "http://sotttt.baucat.example/web/sotttt/tin-hoat-dong"}  # noqa: RUF012
