"""What the tests of both frameworks check of a default: whole sentences stay or go."""

from __future__ import annotations

from lingua_integrations.core.text.documents import read


def keeps_whole_sentences(result):
    """Whether every kept piece of every text begins and ends where a sentence does."""
    for one in result.contexts:
        cut = read(one.original)
        begins, ends = set(cut.starts.tolist()), set(cut.ends.tolist())
        if not one.unchanged and not all(start in begins and end in ends for start, end in one.spans):
            return False
    return True
