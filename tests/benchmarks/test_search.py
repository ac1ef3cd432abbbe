"""The benchmark of search at a small size: the same ratios and plans, whatever the times are."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from archive.database.reading import reading
from archive.integrity.row_checks import database_problems
from archive.layout import Layout
from archive.search.filters import Filters
from archive.search.find import COUNTED_BY_TEXTS, Count, Search
from archive.search.query import parsed
from benchmarks import search_archive, search_peer
from benchmarks.search_answers import Spread, asked
from benchmarks.search_cases import cases
from benchmarks.search_corpus import Corpus, Real
from benchmarks.search_sizes import GOAL, sizes

ARTICLES = 600
SENTENCES = """\
Sở Khoa học và Công nghệ vừa ban hành kế hoạch chuyển đổi số của tỉnh trong năm nay.
Các phường, xã cử cán bộ giúp người dân nộp hồ sơ trên Cổng dịch vụ công quốc gia.
Hội nghị đánh giá kết quả của các đơn vị và thống nhất nhiệm vụ của quý tới.
Ủy ban nhân dân tỉnh giao sở theo dõi và báo cáo trước ngày 25 hằng tháng.
Đoàn kiểm tra đã làm việc với 12 doanh nghiệp viễn thông trên địa bàn huyện.
Lớp tập huấn an toàn thông tin thu hút hơn 150 công chức của các cơ quan.
Theo báo cáo, tỷ lệ hồ sơ trực tuyến toàn trình đạt 87% và tăng so với cùng kỳ.
Phó Giám đốc sở đề nghị các trường học sớm hoàn thành việc số hóa học bạ.
Mạng 5G đã phủ sóng tại trung tâm thành phố và các khu công nghiệp lớn.
Người dân có thể tra cứu kết quả tại bộ phận một cửa hoặc qua điện thoại.
Cuộc thi sáng tạo dành cho thanh niên nhận được nhiều sản phẩm của học sinh.
Thư viện tỉnh mở thêm phòng đọc sách điện tử và phục vụ cả ngày thứ bảy.
Báo chí địa phương đã đưa tin kịp thời về cơn bão số 3 và công tác khắc phục.
Cơ sở dữ liệu đất đai của huyện được kết nối với hệ thống của tỉnh từ tháng 6.
Sở phối hợp với công an cảnh báo các thủ đoạn lừa đảo trên không gian mạng.
Nghị quyết mới hỗ trợ hợp tác xã đưa nông sản lên sàn thương mại điện tử.
""".splitlines()


@pytest.fixture(scope="module")
def real() -> list[Real]:
    """Articles of a few sentences each, to be resampled at the length of real ones."""
    return [
        Real(title[:60], 150, 2_500, "Nguyễn Văn An" if n % 3 == 0 else None,
             tuple(SENTENCES[n:] + SENTENCES[:n])[:9])
        for n, title in enumerate(SENTENCES)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def folder(real: list[Real], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of resampled articles."""
    folder = tmp_path_factory.mktemp("search")
    search_archive.write(folder, Corpus(real), ARTICLES)
    return folder


def test_resampled_articles_are_rows_of_an_archive(folder: Path) -> None:
    with reading(Layout(folder)) as connection:
        assert [code for code, _, _ in database_problems(connection)] == []
        kinds = [
            connection.execute(f"SELECT count(*) FROM {rows}").fetchone()[0]
            for rows in ("articles", "articles WHERE version > 1", "articles WHERE gone_at > ''")
        ]
    assert kinds[0] == ARTICLES
    assert all(0 < kind < ARTICLES / 10 for kind in kinds[1:])


def test_the_search_indexes_are_at_most_as_large_beside_their_text_as_they_may_be(
    folder: Path,
) -> None:
    assert sizes(Layout(folder).database).ratio <= GOAL


def test_a_cold_archive_gives_the_answers_of_a_warm_one(folder: Path, real: list[Real]) -> None:
    asking = [replace(case, asked=case.asked[::7]) for case in cases(real)]
    warm, cold = (asked(folder, asking, is_cold=is_cold) for is_cold in (False, True))
    assert warm.found == cold.found
    assert any(ids for case in warm.found for ids in case)
    assert all(not spread.late for spread in warm.spreads)


@pytest.mark.parametrize("is_analysed", [False, True])
def test_no_order_sorts_or_reads_all_rows_that_the_index_finds(
    folder: Path, *, is_analysed: bool
) -> None:
    if is_analysed:
        with closing(sqlite3.connect(Layout(folder).database)) as connection:
            connection.execute("ANALYZE")
    with reading(Layout(folder)) as connection:
        search = Search(connection, parsed("và của"), Filters(published_to="2024-03-09"))
        statements: list[str] = []
        connection.set_trace_callback(statements.append)
        assert list(search.hits("newest", limit=5))
        connection.set_trace_callback(None)
        asked_index = [each for each in statements if "MATCH" in each and "ORDER BY" in each]
        plans = [
            [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {each}")]
            for each in asked_index
        ]
    assert plans
    for plan in plans:
        assert plan[0].startswith("SCAN t VIRTUAL TABLE")
        assert plan[1].startswith("SEARCH a USING COVERING INDEX")
        assert not any("TEMP B-TREE" in step for step in plan)


def test_the_peer_has_the_same_rows_in_an_index_that_it_finds_by_itself(
    folder: Path, tmp_path: Path
) -> None:
    search_peer.write(Layout(folder).database, tmp_path / "peer.db")
    with closing(sqlite3.connect(tmp_path / "peer.db")) as connection:
        rows = connection.execute("SELECT count(*) FROM articles_fts").fetchone()[0]
        words = connection.execute("SELECT count(*) FROM articles_fts('của')").fetchone()[0]
    assert rows == ARTICLES
    assert 0 < words <= ARTICLES


def test_a_spread_is_of_the_slowest_in_twenty_and_counts_what_came_too_late() -> None:
    times = [[number, number / 2, [1]] for number in range(1, 20)] + [[99.0, 50.0, None]]
    assert Spread.of(json.loads(json.dumps(times))) == Spread(10.0, 19.0, 9.5, 1)


def test_a_phrase_is_counted_to_a_lower_bound_if_each_text_must_be_looked_at(
    tmp_path: Path,
) -> None:
    short = Real("Tin của các sở", 0, 10, None, ("Tin của các sở.",))
    search_archive.write(tmp_path, Corpus([short]), COUNTED_BY_TEXTS + 50)
    with reading(Layout(tmp_path)) as connection:
        word, phrase = (
            Search(connection, parsed(query), Filters()).count() for query in ("của", '"của các"')
        )
    assert word == Count(COUNTED_BY_TEXTS + 50, is_more=False)
    assert phrase == Count(COUNTED_BY_TEXTS, is_more=True)
