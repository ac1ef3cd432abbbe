"""Places of imported files that an import passed over, as the run's record names them."""

from dataclasses import dataclass

from archive.layout import IMPORTED_FOLDER
from archive.numbers import MOST_EXACT, whole_number
from archive.warc.records import Fields

PASSED_OVER = "passed-over"
"""The line of the record that names one."""

MOST_WHY_CHARS = 200
"""The most that is kept of a reason; a library's message may quote all of the damage."""


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A place of a file that became no row, and why."""

    file: str
    """The name of the imported file or its companion."""
    offset: int
    why: str

    @classmethod
    def of_line(cls, line: str) -> "PassedOver":
        """The place in a line that `text` wrote."""
        file, offset, why = [*line.split(" ", 2), "", ""][:3]
        return cls(file, whole_number(offset, MOST_EXACT) or 0, why[:MOST_WHY_CHARS])

    @property
    def where(self) -> str:
        """`warc/imported/….warc.gz:1234`."""
        return f"{IMPORTED_FOLDER}{self.file}:{self.offset}"

    @property
    def text(self) -> str:
        """The place as one line of the run's record."""
        return f"{self.file} {self.offset} {self.why[:MOST_WHY_CHARS]}"


def passed_over_of(lines: Fields) -> list[PassedOver]:
    """The places that the lines of a run's record name."""
    return [PassedOver.of_line(value) for name, value in lines if name == PASSED_OVER]
