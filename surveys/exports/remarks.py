"""What in a file is not as it was answered: each place named, as many as are read."""

from dataclasses import dataclass, field

MOST = 500


@dataclass(frozen=True)
class Remark:
    """`response` and `column` name the place; `words` say what became of it."""

    response: str
    column: str
    words: str


@dataclass
class Remarks:
    """The first MOST are kept, the others counted: memory does not grow with them."""

    kept: list[Remark] = field(default_factory=list)
    n: int = 0

    def add(self, response: str, column: str, words: str) -> None:
        self.n += 1
        if len(self.kept) < MOST:
            self.kept.append(Remark(response, column, words))

    @property
    def more(self) -> int:
        """How many were counted and not kept."""
        return self.n - len(self.kept)
