"""Headings of lists of other articles and of comments, in several languages.

They only tell where an article ends; `boilerplate.py` has the lines that are removed from bodies.
"""

from portal_crawler.cleaning.words.text import folded_line

LONGEST_HEADING_CHARS = 60

_HEADINGS = """
các tin khác | tin khác | tin liên quan | bài viết liên quan | tin bài liên quan
tin tức liên quan | bài liên quan | tin cùng chuyên mục | bài cùng chuyên mục | cùng chuyên mục
tin mới hơn | tin cũ hơn | những tin mới hơn | những tin cũ hơn | các tin đã đưa | các tin mới hơn
các tin cũ hơn | tin đã đưa | tin mới nhất | tin mới | tin đọc nhiều | đọc nhiều | đọc nhiều nhất
xem nhiều | tin xem nhiều | có thể bạn quan tâm | bài viết khác | bài viết mới | các bài viết khác
ý kiến bạn đọc | gửi bình luận | bình luận | các bài đã đăng | tin nổi bật | tiêu điểm
other news | related news | related articles | related posts | related stories | related content
related links | related topics | more news | more stories | latest news | most read | most popular
most viewed | popular posts | recent posts | you may also like | you might also like | read next
up next | trending | trending now | recommended | recommended for you | comments | leave a reply
leave a comment | post a comment | see also | read also | 相关新闻 | 相关报道 | 相关链接
相关文章 | 相关阅读 | 延伸阅读 | 热点新闻 | 热门文章 | 推荐阅读 | 更多新闻 | 最新新闻 | 网友评论
我要评论 | 精彩推荐 | 相關新聞 | 相關文章 | 延伸閱讀 | 熱門新聞 | читайте также | похожие новости
новости по теме | по теме | материалы по теме | другие новости | последние новости | популярное
комментарии | смотрите также | новости партнёров | новости партнеров | zobacz także | zobacz też
czytaj także | czytaj też | czytaj również | powiązane artykuły | podobne artykuły | najnowsze
najczęściej czytane | komentarze | polecamy | przeczytaj także | σχετικά άρθρα | σχετικά θέματα
διαβάστε επίσης | δείτε επίσης | δημοφιλή | σχόλια | περισσότερα νέα | τελευταία νέα
ροή ειδήσεων | articles liés | sur le même sujet | à lire aussi | lire aussi | les plus lus
commentaires | mehr zum thema | lesen sie auch | auch interessant | meistgelesen | kommentare
artikel zum thema
"""

_KNOWN = frozenset(
    folded_line(phrase) for line in _HEADINGS.splitlines() for phrase in line.split("|")
) - {""}
_EDGES = " .:;…»>|*–-()[]0123456789"


def heads_other_articles(line: str) -> bool:
    """Whether a line is the heading of a list of other articles or of comments, or begins with one
    and a colon."""
    head = folded_line(line[: LONGEST_HEADING_CHARS + 1]).partition(":")[0]
    return len(head) <= LONGEST_HEADING_CHARS and head.strip(_EDGES) in _KNOWN
