"""Tests for names of persons, offices, places and positions, as Vietnamese writes them."""

import re
import unicodedata

from portal_crawler.cleaning.words.text import clean, folded_line

_SURNAMES = """
an | ân | âu | bạch | bàn | bành | bế | biện | bồ | bùi | cái | cao | cấn | chu | châu | chế | chử
cù | cung | danh | diệp | doãn | dư | dương | đàm | đan | đào | đặng | điêu | điền | đinh | đoàn
đỗ | đồng | đới | đường | giang | giáp | giàng | hà | hàn | hán | hầu | hoàng | hoa | hồ | hồng
hứa | huỳnh | kha | khổng | khúc | khuất | kiều | kim | kiên | la | lã | lại | lâm | lê | lò | lộ
lôi | lục | lư | lữ | lương | lường | lưu | lý | ma | mạc | mạch | mai | mẫn | mông | nghiêm | ngô
nguỵ | ngụy | nguyễn | nhan | nhâm | nhữ | ninh | nông | ông | phạm | phan | phí | phó | phùng
phương | quách | quan | quàng | sái | sầm | sùng | tạ | tăng | tân | thạch | thái | thân | thào
thẩm | thi | thiều | tiêu | tiết | tô | tôn | tống | trà | trác | trang | trầm | trần | triệu
trình | trịnh | trương | từ | tưởng | ung | uông | văn | vàng | vi | viên | võ | vòng | vũ | vương
vừ | xa
"""

_GIVEN_NAMES = """
an | anh | ái | ánh | ân | ba | bách | bảo | bắc | bích | biên | bình | cẩm | cảnh | chi | chiến
chinh | chính | chung | chương | công | cúc | cương | cường | dân | diễm | diệp | diệu | doanh
dung | dũng | duy | duyên | dư | dương | đại | đan | đào | đạt | điệp | định | đoan | đông | đồng
đức | giang | giáp | hà | hải | hân | hạ | hạnh | hào | hảo | hằng | hiên | hiền | hiển | hiếu
hiệp | hiệu | hoa | hoà | hòa | hoài | hoàn | hoàng | hoan | học | hồng | hợi | hợp | huân | huấn
huế | huệ | hùng | huy | huyền | hưng | hương | hường | hữu | kha | khang | khánh | khải | khiêm
khoa | khôi | khương | khuê | kiên | kiệt | kiều | kim | lam | lan | lâm | lân | lê | lệ | liên
liễu | linh | loan | lộc | lợi | long | luân | luận | luyến | lương | lưu | ly | lý | mai | mạnh
mận | mẫn | minh | mơ | my | mỹ | nam | nga | ngà | ngân | nghĩa | nghiệp | ngọc | nguyên | nguyệt
nhã | nhàn | nhân | nhật | nhi | nhiên | nhung | như | ninh | nương | oanh | phát | phi | phong
phú | phúc | phụng | phước | phương | phượng | quang | quân | quế | quốc | quý | quyên | quyền
quyết | quỳnh | sang | sáng | san | sâm | sen | sinh | sơn | sương | tài | tâm | tân | thạch
thái | thanh | thành | thảo | thắm | thăng | thắng | thế | thi | thìn | thịnh | thọ | thoa | thoan
thơ | thơm | thu | thuần | thuận | thục | thủy | thuỷ | thúy | thuý | thuỳ | thùy | thư | thương
thường | tiên | tiến | tiệp | tín | tình | toàn | toản | trà | trâm | trân | trang | tri | trí
trinh | trọng | trung | trúc | trực | trường | tú | tuân | tuấn | tuệ | tùng | tuyên | tuyền
tuyết | tường | tưởng | uyên | vân | văn | vĩ | viên | việt | vinh | vĩnh | vui | vũ | vương
vượng | vy | xuân | xuyến | ý | yên | yến
"""

_PLACES = """
an giang | bà rịa | bà rịa - vũng tàu | bạc liêu | bắc giang | bắc hà | bắc kạn | bắc ninh
bến tre | bình dương | bình định | bình phước | bình thuận | buôn ma thuột | cà mau | cao bằng
cần thơ | côn đảo | đà lạt | đà nẵng | đắk lắk | đắk nông | điện biên | điện biên phủ | đồng hới
đồng nai | đồng tháp | đông hà | gia lai | hà đông | hà giang | hà nam | hà nội | hà tĩnh
hà tiên | hạ long | hải dương | hải phòng | hậu giang | hòa bình | hoà bình | hoàn kiếm
hoàng mai | hoàng sa | hội an | hồ chí minh | huế | hưng yên | khánh hòa | khánh hoà | kiên giang
kon tum | lai châu | lạng sơn | lào cai | lâm đồng | long an | lý sơn | mai châu | mộc châu
mỹ tho | nam định | nghệ an | nha trang | ninh bình | ninh thuận | phan rang | phan thiết
phú quốc | phú thọ | phú yên | phủ lý | quảng bình | quảng nam | quảng ngãi | quảng ninh
quảng trị | quy nhơn | rạch giá | sa pa | sài gòn | sóc trăng | sơn la | sơn tây | tam kỳ | tân an
tây ninh | thái bình | thái nguyên | thanh hóa | thanh hoá | thủ đức | thừa thiên huế | tiền giang
trà vinh | trường sa | tuyên quang | tuy hòa | tuy hoà | việt nam | việt trì | vinh | vĩnh long
vĩnh phúc | vĩnh yên | vũng tàu | yên bái | hanoi | ha noi | ho chi minh city | vietnam
hcm | tphcm | bạch long vĩ | cửu long | tây nguyên | thăng long | hoa kỳ | trung quốc | hàn quốc
nhật bản
"""

_PLACES_AND_PEOPLE = """
an giang | bình dương | cửu long | hà đông | hà giang | hà nam | hải dương | hòa bình | hoà bình
bắc hà | đông hà | hoàng mai | huế | khánh hòa | khánh hoà | kiên giang | long an | lý sơn
mai châu | tân an | thái bình | thăng long | thái nguyên | tuy hòa | tuy hoà | vinh
"""
"""Places whose names are also names of people."""

_NAMESAKES = "hồ chí minh | ho chi minh"
"""Places that are named after a person."""

_THINGS = """
ad min | an ninh | an sinh | an toàn | ban mai xanh | chuyển đổi số | dân tộc | đào tạo | giáo dục
hành chính | hệ thống | hồ sơ | kinh tế | khoa học | lưu trữ | nông dân | nông nghiệp | nông thôn
phóng viên | phụ nữ | quản trị | sự kiện | thông báo | thông tin | tin học | tin tức | tổng hợp
truyền hình | truyền thông | tuyên giáo | tuyên truyền | văn bản | văn hóa | văn hoá | văn thư
văn xã | viễn thông | công nghệ | công nghiệp | công thương | tài nguyên | tài chính | tư pháp
xã hội | y tế | xin cảm ơn | kính chào | trân trọng | thủ đô | tòa soạn | toà soạn | hội viên
độc giả | bạn đọc | thường trực | trang chủ | vũ trụ | nhân dân | tiền phong | tuổi trẻ | lao động
dân trí | lâm nghiệp | lý lịch | văn kiện | thi đua | từ điển
viên chức | phương tiện
"""
"""Words that departments write with capitals and that no person's name has together."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(
        clean(word).casefold() for line in listed.splitlines() for word in line.split("|")
    ) - {""}


def unmarked(text: str) -> str:
    """The text case-folded and without marks, as systems without Vietnamese letters spell names."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


SURNAMES = _words(_SURNAMES)
_UNMARKED_SURNAMES = frozenset(map(unmarked, SURNAMES))
_GIVEN = _words(_GIVEN_NAMES)
PLACES = _words(_PLACES)
_ALSO_PEOPLE = _words(_PLACES_AND_PEOPLE)
_CALLED_AFTER = _words(_NAMESAKES)
_UNMARKED_PLACES = frozenset(map(unmarked, PLACES))
_NO_NAMES = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(_words(_THINGS) | set(map(unmarked, _words(_THINGS)))))})(?!\w)"
)

FEWEST_SYLLABLES, MOST_SYLLABLES = 2, 5
"""Syllables of a person's name: "Nguyễn Thị Phương Hoa" has four."""

LONGEST_CHARS = 60
"""The longest name of a person; "Nguyễn" has six letters, and two more if it is decomposed."""

_SYLLABLE = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)?\.?")

_OFFICE = re.compile(
    r"(?:bbt|pv|ttxvn|ubnd|hđnd|ubmttq|mttq|vp|đài|sở|phòng|bộ|cục|tổng cục|vụ|viện|học viện"
    r"|thanh tra|ủy ban|uỷ ban|mặt trận|liên đoàn|liên hiệp|liên minh|tập đoàn|nhà xuất bản|nxb"
    r"|nhóm|tổ|đội|đảng|hội|quỹ|trung (?:tâm|ương)|văn phòng|ban(?! mai\b)|báo(?! cáo)|tạp chí"
    r"|công (?:an|đoàn|ty)|chi (?:bộ|cục|đoàn|hội|nhánh)|cổng (?:thông|ttđt|tt|giao|dịch)"
    r"|trang (?:tin|thông|ttđt|web)|đoàn (?:thanh|thể|tncs|viên|khối|trường|sở|xã|phường|cơ)"
    r"|trường (?:đại|cao|th|trung|tiểu|mầm|chính|bồi|nghiệp|quân)|đại học|cao đẳng|bệnh viện"
    r"|ngân hàng|thư viện|bảo tàng|bưu điện|bưu chính|viễn thông|kho bạc|cơ quan|hđtn|bql|bcđ)"
    r"(?!\w)",
    re.IGNORECASE,
)

_RANK = (
    r"(?:(?:nguyên|quyền|phó|q\.)\s+)*(?:tổng bí thư|bí thư|thủ tướng|chủ tịch|bộ trưởng|thứ trưởng"
    r"|(?:tổng )?giám đốc|(?:tổng |chi )?cục trưởng|vụ trưởng|viện trưởng|hiệu trưởng|đội trưởng"
    r"|tổ trưởng|đoàn trưởng|kế toán trưởng"
    r"|trưởng (?:phòng|ban|tiểu ban|đoàn|nhóm|bộ phận|khoa|đài|công an)"
    r"|chánh (?:văn phòng|thanh tra|án)|tổng biên tập|(?:tổng )?thư ký"
    r"|chủ nhiệm|viện phó|hiệu phó|người phát ngôn|(?:tổng )?đại sứ|(?:tổng )?lãnh sự"
    r"|người (?:lập|kiểm tra|duyệt)(?: biểu| bảng| báo cáo)?|thủ trưởng(?: đơn vị| cơ quan)?)"
    r"|(?:nguyên\s+)?phó\s+(?:phòng|ban|đoàn|văn phòng|chánh)"
)
_CALLING = (
    r"chuyên viên|ủy viên|uỷ viên|cán bộ|thanh tra viên|giảng viên|giáo viên|phóng viên"
    r"|biên tập viên|cộng tác viên|phát thanh viên|pv|ctv|btv|luật sư|nhà báo|nhà văn|nhà thơ"
)
_POSITION = re.compile(rf"(?:{_RANK}|{_CALLING})(?!\w)\.?", re.IGNORECASE)
_RANK_ALONE = re.compile(rf"(?:{_RANK})(?!\w)", re.IGNORECASE)


def reads_as_person(text: str) -> bool:
    """Whether a text is written like a person's name: a few words with capitals that are not an
    office, a position or a thing."""
    if len(text) > LONGEST_CHARS:
        return False
    words = text.split()
    if not FEWEST_SYLLABLES <= len(words) <= MOST_SYLLABLES:
        return False
    if not all(_SYLLABLE.fullmatch(word) for word in words):
        return False
    if not (text.isupper() or all(map(str.istitle, words))):
        return False
    small = folded_line(text)
    if _OFFICE.match(small) or _POSITION.match(small) or _NO_NAMES.match(small):
        return False
    # "Nguyễn Văn Thư" is a person, "Bộ phận Văn Thư" is not.
    return _is_surname(words[0]) or not _NO_NAMES.search(small)


def _is_surname(word: str) -> bool:
    small = word.casefold()
    return small in SURNAMES or (small.isascii() and small in _UNMARKED_SURNAMES)


def is_person(text: str) -> bool:
    """Whether a text is a person's name with a Vietnamese surname or given name; without marks,
    only the surname counts."""
    if not reads_as_person(text) or is_place(text):
        return False
    words = folded_line(text).split()
    if text.isascii():
        return words[0] in _UNMARKED_SURNAMES
    last = words[-1]
    return words[0] in SURNAMES or last in _GIVEN or (len(words) == 2 and last in SURNAMES)


def has_surname(text: str) -> bool:
    """Whether a person's name begins with a surname."""
    return is_person(text) and _is_surname(text.split()[0])


def is_office(text: str) -> bool:
    """Whether a text begins like the name of an office or a collective."""
    return bool(_OFFICE.match(text))


def is_place(text: str) -> bool:
    """Whether a text is the name of a province or a town, perhaps labelled: "TP. Huế"."""
    name = _PLACE_LABEL.sub("", folded_line(text))
    return name in PLACES or (text.isascii() and name in _UNMARKED_PLACES)


def is_only_place(text: str) -> bool:
    """Whether a text is a place's name and not a person's; "Hòa Bình" may be either."""
    return is_place(text) and folded_line(text) not in _ALSO_PEOPLE


def is_called_after_person(text: str) -> bool:
    """Whether a text is the name of a place that is named after a person: "Hồ Chí Minh"."""
    return folded_line(text) in _CALLED_AFTER


_AND = re.compile(r"\s*[-–,;&/+]\s*|\s+và\s+", re.IGNORECASE)

_PLACE_LABEL = re.compile(r"^(?:thủ đô|thành phố|tỉnh|tp|t\.p|t)(?:\.\s*|\s+)")


def is_rank(text: str) -> bool:
    """Whether a text begins with a rank, under which documents are signed: "GIÁM ĐỐC"."""
    return bool(_RANK_ALONE.match(text))


def is_position(text: str) -> bool:
    """Whether a text begins with a position: "Phó Giám đốc Sở", "Chuyên viên", "PV"."""
    return bool(_POSITION.match(text))


def without_position(text: str) -> str:
    """The person's name behind a position, "Phó Giám đốc Sở Lê An"; empty if there is none."""
    label = _POSITION.match(text)
    behind = text[label.end() :].strip() if label else ""
    # In capitals "CHÍNH PHỦ" is written like a name.
    if is_person(behind) if behind.isupper() else reads_as_person(behind):
        return behind
    words = text.split()
    starts = range(max(1, len(words) - MOST_SYLLABLES), len(words) - 1)
    names = (" ".join(words[start:]) for start in starts)
    return next((name for name in names if has_surname(name)), "")


def is_given_name(text: str) -> bool:
    """Whether a text is one syllable that is a given name."""
    return text.istitle() and text.casefold() in _GIVEN


def are_people(text: str) -> bool:
    """Whether a text is one or more names that are written like persons' and are not places."""
    return all(
        reads_as_person(name) and not is_place(name) and (not name.isupper() or is_person(name))
        for name in _AND.split(text)
    )


def are_known_people(text: str) -> bool:
    """Whether a text is one or more names of persons, each with a known surname or given name."""
    return all(map(is_person, _AND.split(text)))
