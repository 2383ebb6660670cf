"""Lines under lines, by how far they are indented."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Depths:
    """The pieces under which the next line may stand: each with its columns, the outermost first.

    >>> depths = Depths()
    >>> depths.enter(0, 7)
    >>> depths.enter(2, 8)
    >>> depths.over(4), depths.over(2), depths.over(0)
    ((8,), (7,), ())
    """

    above: list[tuple[int, int]] = field(default_factory=list)

    def over(self, depth: int) -> tuple[int, ...]:
        """The innermost piece under which a line of a depth stands; nothing where there is none."""
        while self.above and self.above[-1][0] >= depth:
            self.above.pop()
        return tuple(at for _, at in self.above[-1:])

    def enter(self, depth: int, at: int) -> None:
        """Let lines that are indented more than ``depth`` stand under a piece."""
        self.over(depth)
        self.above.append((depth, at))
