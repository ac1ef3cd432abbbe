"""How much an import unpacks: a file of unknown origin can unpack to a thousand times its size."""

from collections.abc import Callable
from dataclasses import dataclass

MIB = 1024 * 1024

SPARE_BYTES = 64 * MIB
"""The bytes to which any file may unpack, however small it is."""

REFUNDS = 8
"""Records of a file that are bombs may be passed over without an end of all reading."""

LOOK_AT_DISK_BYTES = 16 * MIB


class TooLargeError(Exception):
    """Raised by sinks that were given more than they may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportLimits:
    """The bounds of an import, as its settings give them."""

    max_ratio: int = 200
    """Pages shrink to a fifth, listings of numbers to a fiftieth, zeros to a thousandth."""
    max_bytes: int = 20 * 1024 * MIB


class Meter:
    """Counts the bytes to which one file unpacks."""

    def __init__(
        self, limits: ImportLimits, packed_bytes: int, check_disk: Callable[[], None] = lambda: None
    ) -> None:
        """`check_disk` raises if the disk has no room for more."""
        self.most_bytes = min(max(SPARE_BYTES, limits.max_ratio * packed_bytes), limits.max_bytes)
        self._left = self.most_bytes
        self._refunds = REFUNDS
        self._check_disk = check_disk
        self._unlooked = 0

    def add(self, unpacked_bytes: int) -> None:
        """Count more bytes. Raises TooLargeError if they exceed the limit."""
        self._left -= unpacked_bytes
        if self._left < 0:
            raise TooLargeError

    def add_written(self, unpacked_bytes: int) -> None:
        """As `add`, for bytes that go to the disk."""
        self.add(unpacked_bytes)
        self._unlooked += unpacked_bytes
        if self._unlooked >= LOOK_AT_DISK_BYTES:
            self._unlooked = 0
            self._check_disk()

    def take_back(self, unpacked_bytes: int) -> bool:
        """Whether the bytes of a bomb are not counted; files behind it can then be read."""
        if not self._refunds:
            return False
        self._refunds -= 1
        self._left += unpacked_bytes
        return True

    @property
    def is_exceeded(self) -> bool:
        """Whether there was one piece too many."""
        return self._left < 0

    @property
    def words(self) -> str:
        """The bound that was exceeded, in words."""
        return f"unpacks to more than the {self.most_bytes // MIB} MB that this file may"
