"""The portal `wire` by other rules: its pages' leads are looked for where none stand.

For `-s SPIDER_MODULES=tests.support.relaid`, over an archive that `portals` filled.
"""

from dataclasses import replace

from tests.support import portals


class Relaid(portals.Wire):
    """Another layout of the same pages."""

    article_profile = replace(portals.Wire.article_profile, lead=(".nowhere",))
