"""The least budget that works for a call: a guess, made exact by trying."""

from __future__ import annotations

from collections.abc import Callable


def least_that_works(works: Callable[[int], bool], fails: int, guess: int, most: int) -> int | None:
    """The least budget that works, where every larger one works as well.

    The guess is doubled until a budget works. Then one less is tried, and budgets halfway between the least
    that worked and the largest that failed, until no budget is left between the two.

    Args:
        works: tries a budget. No budget is tried twice.
        fails: a budget that is known to fail.
        guess: a larger budget, which probably is the least.
        most: a budget beyond which none can work.

    Returns:
        The least budget, or None if no budget works.

    >>> least_that_works(lambda budget: budget >= 37, fails=5, guess=20, most=1000)
    37
    >>> least_that_works(lambda budget: False, fails=5, guess=20, most=1000)
    """
    enough = guess
    while not works(enough):
        if enough > most:
            return None
        fails, enough = enough, 2 * enough
    middle = enough - 1  # the guess is right most of the time
    while middle > fails:
        fails, enough = (fails, middle) if works(middle) else (middle, enough)
        middle = (fails + enough) // 2
    return enough
