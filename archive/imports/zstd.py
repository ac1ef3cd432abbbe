"""Unpacks WARC files that are compressed with zstd, frame by frame.

The WARC-zstd specification puts the dictionary of the frames behind it into a skippable frame;
files that were put together have one for each of them.
"""

from collections.abc import Callable
from typing import BinaryIO

from archive.warc.members import PIECE_BYTES, Sink

try:
    import zstandard
except ImportError:
    zstandard = None  # type: ignore[assignment]

NEEDS_ZSTANDARD = (
    "is compressed with zstd, which needs zstandard: pip install 'portal-archive[imports]'"
)

FRAME = b"\x28\xb5\x2f\xfd"
SKIPPABLE = tuple(bytes((number, 0x2A, 0x4D, 0x18)) for number in range(0x50, 0x60))
MAGICS = (FRAME, *SKIPPABLE)
DICTIONARY = SKIPPABLE[0xD]
_MAGIC_BYTES = 4
_SKIPPABLE_HEADER_BYTES = 8

MAX_DICTIONARY_BYTES = 16 * 1024 * 1024
"""The longest dictionary that is read; those of the Archive Team have 1 MB."""

FED_BYTES = 512
"""The packed bytes that are unpacked at once: four can hold 128 KB of zeros."""

MISSING_DICTIONARY = "needs a dictionary that is not in the file"


def can_unpack() -> bool:
    """Whether the package is there."""
    return zstandard is not None


class Frames:
    """Unpacks the frames of a file's part into a sink."""

    def __init__(
        self, file: BinaryIO, start: int, end: int, refused: Callable[[int, str, bool], None]
    ) -> None:
        """`refused` is called with the offset of a damaged frame, the reason, and whether the file
        ends in it."""
        self._file = file
        self._offset = start
        self._end = end
        self._refused = refused
        self._dictionary: zstandard.ZstdCompressionDict | None = None

    def unpack(self, sink: Sink) -> None:
        """Unpack all frames. TooLargeError passes through."""
        while self._offset < self._end:
            self._file.seek(self._offset)
            magic = self._file.read(min(_MAGIC_BYTES, self._end - self._offset))
            if magic in SKIPPABLE:
                self._skip(magic)
            elif magic == FRAME:
                self._frame(sink)
            else:
                self._damage("is no frame of zstd")

    def _skip(self, magic: bytes) -> None:
        length = int.from_bytes(self._file.read(4), "little")
        if magic == DICTIONARY:
            self._dictionary = self._read_dictionary(length)
        self._offset += _SKIPPABLE_HEADER_BYTES + length

    def _read_dictionary(self, length: int) -> "zstandard.ZstdCompressionDict | None":
        data = self._file.read(min(length, MAX_DICTIONARY_BYTES + 1))
        try:
            if data.startswith(FRAME):
                with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                    data = reader.read(MAX_DICTIONARY_BYTES + 1)
            if len(data) > MAX_DICTIONARY_BYTES:
                raise zstandard.ZstdError("it is too long")
            return zstandard.ZstdCompressionDict(data)
        except zstandard.ZstdError as error:
            self._refused(self._offset, f"its dictionary cannot be read: {error}", False)
            return None

    def _frame(self, sink: Sink) -> None:
        unpacker = zstandard.ZstdDecompressor(dict_data=self._dictionary).decompressobj()
        position = self._offset
        try:
            while position < self._end and not unpacker.eof:
                self._file.seek(position)
                data = self._file.read(min(PIECE_BYTES, self._end - position))
                for start in range(0, len(data), FED_BYTES):
                    piece = data[start : start + FED_BYTES]
                    sink.feed(unpacker.decompress(piece))
                    position += len(piece) - len(unpacker.unused_data)
                    if unpacker.eof:
                        break
        except zstandard.ZstdError as error:
            is_missing = "ictionary" in str(error)
            self._damage(MISSING_DICTIONARY if is_missing else f"zstd is damaged: {error}")
            return
        if not unpacker.eof:
            self._refused(self._offset, "the file ends in the middle of a zstd frame", True)
        self._offset = position

    def _damage(self, why: str) -> None:
        """Go on with the next frame, if another one follows."""
        self._refused(self._offset, why, False)
        position = self._offset + 1
        while position < self._end:
            self._file.seek(position)
            window = self._file.read(min(PIECE_BYTES, self._end - position))
            found = window.find(FRAME)
            if found >= 0:
                self._offset = position + found
                return
            position += max(1, len(window) - _MAGIC_BYTES + 1)
        self._offset = self._end
