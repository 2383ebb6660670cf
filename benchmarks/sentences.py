"""Where do sentences begin, in nine languages? `python benchmarks/sentences.py`.

Boundaries are compared with hand-made labels (tests/core/text/labelled_sentences.py): ours, those of the
library sentencex alone, and those of ICU where PyICU is installed, with its suppressions after abbreviations.
A boundary is right where the same visible character begins a sentence. The numbers are F1: the harmonic mean
of precision and recall.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "core" / "text"))

from labelled_sentences import SEEN, UNSEEN, f1

from lingua_integrations.core.text.language.sentences import sentences


def ours(text, language):
    """The places where sentences begin, but the first."""
    return {start for start, _ in sentences(text, 0, len(text), language)[1:]}


def sentencex(text, language):
    """The library's boundaries, each moved to the next visible character."""
    from sentencex import get_sentence_boundaries

    return _visible(text, (int(one["start_index"]) for one in get_sentence_boundaries(language, text)))


def icu(text, language):
    """ICU's rules; its places count UTF-16 units, which no label here has two of."""
    from icu import BreakIterator, Locale

    breaks = BreakIterator.createSentenceInstance(Locale(f"{language}@ss=standard"))
    breaks.setText(text)
    return _visible(text, breaks)


def _visible(text, places):
    moved = (place + len(text[place:]) - len(text[place:].lstrip()) for place in places)
    return {place for place in moved if 0 < place < len(text)}


def main():
    """Print a table with a row for each language."""
    cutters = {"ours": ours, "sentencex": sentencex}
    try:
        import icu as _  # noqa: F401

        cutters["ICU"] = icu
    except ImportError:
        print("PyICU is not installed.\n", file=sys.stderr)
    for title, texts in (("Texts that rules were made on", SEEN), ("Texts nobody has looked at", UNSEEN)):
        print(
            f"{title}:\n\n| language | sentences | {' | '.join(cutters)} |\n|---|---|{'---|' * len(cutters)}"
        )
        for language, passages in texts.items():
            count = sum(passage.count("|") + 1 for passage in passages)
            scores = (
                f"{f1(lambda text, cut=cut, code=language: cut(text, code), passages):.3f}"
                for cut in cutters.values()
            )
            print(f"| {language} | {count} | {' | '.join(scores)} |")
        print()


if __name__ == "__main__":
    main()
