"""Recognizes the names of sections in addresses, such as `van-ban-quy-pham-phap-luat`. Pure.

Departments name their sections alike, and such a name can be as long as a headline.
"""

import re

MOST_SECTION_WORDS = 9
"""A longer slug is a headline, whatever its words; the bound also keeps the pattern fast."""

_PHRASES = """
gioi-thieu chung tong-quan lich-su hinh-thanh phat-trien co-cau to-chuc bo-may chuc-nang nhiem-vu
quyen-han so-do lanh-dao ban-giam-doc danh-ba dien-thoai lien-he lien-ket website web trang-chu
cong-thong-tin dien-tu thong-tin can-biet van-ban phap-luat phap-quy quy-pham chi-dao dieu-hanh
cong-bao du-thao gop-y lay y-kien huong-dan bieu-mau thu-tuc hanh-chinh cai-cach dich-vu cong
truc-tuyen mot-cua tra-cuu ho-so hoi-dap hoi dap tiep cong-dan khieu-nai to-cao phan-anh kien-nghi
doi-thoai doanh-nghiep nguoi-dan tin bai tin-tuc su-kien hoat-dong thoi-su thong-bao noi-bat
tieu-diem trong-nuoc trong-tinh quoc-te nganh noi-bo dia-phuong co-so tong-hop moi khac
tuyen-truyen pho-bien giao-duc cong-khai minh-bach ngan-sach tai-chinh mua-sam dau-thau moi-thau
du-an dau-tu quy-hoach ke-hoach chien-luoc chuong-trinh de-tai cong-trinh nghien-cuu khoa-hoc
cong-nghe doi-moi sang-tao chuyen-doi so buu-chinh vien-thong bao-chi xuat-ban an-toan an-ninh mang
thanh-tra kiem-tra giam-sat xu-phat vi-pham phong-chong tham-nhung thi-dua khen-thuong tuyen-dung
can-bo cong-chuc vien-chuc dang doan-the cong-doan doan-thanh-nien lich cong-tac lam-viec
thong-ke bao-cao du-lieu so-lieu mo kinh-te xa-hoi van-hoa the-thao du-lich y-te nong-nghiep
moi-truong thu-vien hinh-anh anh video clip phong don-vi truc-thuoc cac va cua ve nha-nuoc quan-ly
linh-vuc chuyen-nganh chuyen-de chuyen-muc danh-muc site-map sitemap
about us contact introduction organization structure functions legal documents public services
news events announcements activities
"""
_NAME = re.compile(rf"(?:(?:{'|'.join(_PHRASES.split())})(?:-|$))+")

FIXED_SECTIONS = frozenset(("gioi-thieu", "gioi-thieu-chung", "lien-he", "about", "about-us"))
"""Sections whose pages are not news, whatever their names."""


def is_section_name(slug: str) -> bool:
    """Whether a part of a path, in lower case, consists of the words of sections' names alone."""
    return slug.count("-") < MOST_SECTION_WORDS and bool(_NAME.fullmatch(slug))
