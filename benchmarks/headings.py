"""Do kept lines of Markdown stand under their own heading? `python benchmarks/headings.py`.

Long descriptions of installed packages are asked for each of their sections at 2x, 4x and 10x. A line counts
as misplaced where the last heading above it in what comes out is not the last one above it in the file, and a
heading as alone where nothing stands under it. Headings are found by a scan for lines that begin with #.
"""

from __future__ import annotations

import re
from importlib.metadata import distributions
from itertools import islice

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor

FILES, QUESTIONS = 20, 6
HEADING = re.compile(r"(#{1,6}) +\S")
FENCE = re.compile(r" {0,3}(```+|~~~+)")


def descriptions():
    """Long descriptions in Markdown with at least six sections, in the order of their packages' names."""
    found = {}
    for one in distributions():
        kind, text = one.metadata.get("Description-Content-Type") or "", one.metadata.get_payload()
        if "markdown" in kind and isinstance(text, str) and len(headings(text)) >= QUESTIONS:
            found[one.metadata["Name"]] = text[:60_000]
    return dict(sorted(found.items()))


def headings(text):
    """Where headings begin, and their text, outside of fenced code."""
    found, at, fence = [], 0, ""
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and HEADING.match(line):
            found.append((at, line.strip()))
        at += len(line)
    return found


def judged(text, spans):
    """How many lines were kept, how many of them misplaced, how many headings, how many of them alone."""
    marks = headings(text)
    starts = {at for at, _ in marks}
    lines = misplaced = kept = alone = 0
    above, used = None, True
    for start, end in spans:
        at = start
        for line in text[start:end].splitlines(keepends=True):
            if at in starts:
                deeper = above is not None and level(text, at) > level(text, above)
                kept, alone = kept + 1, alone + (not used and not deeper)
                above, used = at, False
            elif line.strip():
                own = max((place for place in starts if place <= at), default=None)
                lines, misplaced, used = lines + 1, misplaced + (own != above), True
            at += len(line)
    return lines, misplaced, kept, alone + (not used)


def level(text, at):
    """How deep a heading is."""
    return len(HEADING.match(text, at)[1])


def main():
    """Print one line for each rate."""
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    files = dict(islice(descriptions().items(), FILES))
    print(f"{len(files)} files: {', '.join(files)}")
    for rate in (0.5, 0.25, 0.1):
        sums = [0, 0, 0, 0]
        for text in files.values():
            for _, heading in headings(text)[:: max(1, len(headings(text)) // QUESTIONS)]:
                question = heading.lstrip("# ")
                try:
                    result = compressor.compress([text], question=question, rate=rate)
                except BudgetTooSmall as error:
                    result = compressor.compress([text], question=question, target_tokens=error.smallest)
                found = judged(text, result.contexts[0].spans)
                sums = [one + more for one, more in zip(sums, found, strict=True)]
        misplaced, alone = f"{sums[1]} of {sums[0]}", f"{sums[3]} of {sums[2]}"
        print(f"rate {rate}: {misplaced} lines under a foreign heading, {alone} headings alone")


if __name__ == "__main__":
    main()
