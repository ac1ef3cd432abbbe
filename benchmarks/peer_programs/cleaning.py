"""CPU that another extractor takes for a page, from its bytes to its text.

    python cleaning.py EXTRACTOR FOLDER    # prints milliseconds a page

FOLDER holds the pages. Each extractor decodes the bytes in its own way;
readability-lxml has none and gets UTF-8.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path


def trafilatura() -> Callable[[bytes], object]:
    """Text, title, date and author."""
    from trafilatura import bare_extraction

    return lambda body: bare_extraction(body, with_metadata=True, include_comments=False)


def readability() -> Callable[[bytes], object]:
    """Title and the body's HTML."""
    from readability import Document

    def read(body: bytes) -> tuple[str, str]:
        document = Document(body.decode("utf-8", "replace"))
        return document.short_title(), document.summary(html_partial=True)

    return read


def resiliparse() -> Callable[[bytes], object]:
    """Text."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def read(body: bytes) -> str:
        tree = HTMLTree.parse_from_bytes(body, detect_encoding(body) or "utf-8")
        return extract_plain_text(tree, main_content=True, alt_texts=False)

    return read


EXTRACTORS = {
    "trafilatura": trafilatura,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
}


def main() -> None:
    """Read all pages once; the first, which loads and compiles, a second time before."""
    read = EXTRACTORS[sys.argv[1]]()
    pages = [path.read_bytes() for path in sorted(Path(sys.argv[2]).iterdir())]
    read(pages[0])
    started = time.process_time()
    for body in pages:
        read(body)
    print((time.process_time() - started) / len(pages) * 1000)


if __name__ == "__main__":
    main()
