"""The texts of an article's row as a query is held against them. Pure."""

from archive.search.matching import Texts
from archive.words.letters import lowered
from archive.words.texts import COLUMNS, RowOfTexts, texts_by_column


def texts_of(row: RowOfTexts, *, is_exact: bool) -> Texts:
    """In lower case; of a spoiled text also as it was meant, unless the query is exact."""
    if is_exact:
        return {name: (lowered(text),) for name in COLUMNS if (text := str(row[name] or ""))}
    return {name: tuple(map(lowered, texts)) for name, texts in texts_by_column(row).items()}
