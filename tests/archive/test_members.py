"""Members of a WARC file are read as zlib reads them, whatever unpacks the sound ones."""

import gzip
import io
import random
import struct
import zlib

import pytest

from archive.warc import isa_l
from archive.warc.members import MAX_UNPACKED_BYTES, MemberState, read_member

RECORD = b"WARC/1.1\r\nWARC-Type: metadata\r\n\r\n" + b"a line that is said again\r\n" * 40
SOUND = gzip.compress(RECORD, mtime=0)
NEXT = gzip.compress(b"WARC/1.1\r\nthe next one", mtime=0)


class Collected:
    """All bytes that were unpacked."""

    def __init__(self) -> None:
        self.data = b""

    def feed(self, data: bytes) -> None:
        """The next piece."""
        self.data += data


def read(file: bytes) -> tuple[MemberState, bytes, int]:
    """The first member's state, what it holds, and its length."""
    collected = Collected()
    member = read_member(io.BytesIO(file), 0, collected)
    return member.state, collected.data, member.length


def by_zlib(member: bytes) -> bytes | None:
    """What zlib unpacks of one member; None where it is not whole and sound."""
    unpacker = zlib.decompressobj(31)
    try:
        data = unpacker.decompress(member)
    except zlib.error:
        return None
    return data if unpacker.eof else None


def with_flags(flags: int, more: bytes = b"") -> bytes:
    """The record as a member with flags in its header, and the header's optional fields."""
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(RECORD) + packer.flush()
    header = b"\x1f\x8b\x08" + bytes((flags,)) + b"\0\0\0\0\0\xff" + more
    return header + packed + struct.pack("<II", zlib.crc32(RECORD), len(RECORD))


def test_a_sound_member_is_whole_and_ends_where_the_next_begins() -> None:
    assert read(SOUND + NEXT) == (MemberState.WHOLE, RECORD, len(SOUND))


@pytest.mark.parametrize("size", [0, 100_000, MAX_UNPACKED_BYTES, MAX_UNPACKED_BYTES + 1])
def test_a_member_of_any_size_is_unpacked_to_the_byte(size: int) -> None:
    data = b"WARC/" + random.Random(size).randbytes(size)
    packed = gzip.compress(data, 1)
    assert read(packed + NEXT) == (MemberState.WHOLE, data, len(packed))


@pytest.mark.parametrize(
    "member",
    [with_flags(8, b"name\0"), with_flags(4, b"\5\0extra"), with_flags(16, b"comment\0")],
    ids=["name", "extra field", "comment"],
)
def test_a_header_with_optional_fields_is_no_damage(member: bytes) -> None:
    assert read(member + NEXT) == (MemberState.WHOLE, RECORD, len(member))


@pytest.mark.parametrize("flags", [0x20, 0x40, 0x80])
def test_a_flag_that_gzip_does_not_know_is_damage(flags: int) -> None:
    assert read(with_flags(flags) + NEXT)[0] is MemberState.DAMAGED


def test_each_flipped_bit_is_damage_where_zlib_says_so() -> None:
    for place in range(3, len(SOUND)):
        for bit in range(8):
            member = bytearray(SOUND)
            member[place] ^= 1 << bit
            state, data, _ = read(bytes(member))
            expected = by_zlib(bytes(member))
            assert (state is MemberState.WHOLE) == (expected is not None), (place, bit)
            assert expected is None or data == expected, (place, bit)


def test_each_cut_is_a_member_that_broke_off() -> None:
    for length in range(3, len(SOUND)):
        assert read(SOUND[:length])[0] is MemberState.BROKEN_OFF, length


def test_a_record_packed_by_isa_l_is_unpacked_by_zlib() -> None:
    packer = isa_l.packer()
    if packer is None:
        pytest.skip("ISA-L is not installed")
    packed = packer.compress(RECORD) + packer.flush()
    assert by_zlib(packed) == RECORD
    assert isa_l.unpacked(packed + NEXT, MAX_UNPACKED_BYTES) == (RECORD, len(packed))
