"""Headings: what stands above the next block of a text, and what is said under it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lingua_integrations.core.text.needs.posts import is_post, names_posts
from lingua_integrations.core.text.needs.thread import Thread


@dataclass
class Level:
    """The headings above what comes next, in one container: each with its depth, the outermost first."""

    needs: tuple[int, ...]
    thread: Thread  # of what is said under the innermost of them
    headings: list[tuple[int, int]] = field(default_factory=list)
    terms: list[tuple[int, int]] = field(default_factory=list)  # with their columns: what is deeper is theirs

    def above(self) -> tuple[int, ...]:
        """What the next block needs."""
        return (*self.needs, self.headings[-1][1]) if self.headings else self.needs

    def enter(self, depth: int) -> tuple[int, ...]:
        """What a heading of a depth needs: those above it that are less deep."""
        while self.headings and self.headings[-1][0] >= depth:
            self.headings.pop()
        self.thread = Thread(self.thread.outline)
        self.thread.outline.clauses.local.clear()
        return self.above()

    def enter_post(self) -> tuple[int, ...]:
        """What a post needs: the title of its page, or the name of the list in which it stands."""
        outline = self.thread.outline
        while self.headings:
            at = self.headings[-1][1]
            line = outline.text[slice(*outline.pieces[at][:2])]
            if not is_post(line) and (len(self.headings) == 1 or names_posts(line)):
                break
            self.headings.pop()
        self.thread = Thread(outline)
        return self.above()

    def inside(self, needs: tuple[int, ...]) -> Level:
        """The level of what stands inside of a block, and goes on with what was said before."""
        return Level(needs, self.thread)
