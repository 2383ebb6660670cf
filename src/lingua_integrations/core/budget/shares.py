"""Stages 2 and 3: the budget controller (LLMLingua, section 4.1, Eq. 2 and 3, Algorithm 1).

It splits the token budget over instruction, contexts and question, and picks whole contexts, best first,
up to k times their share. Pure functions; every length is in tokens of the target model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from lingua_integrations.errors import BudgetTooSmall


class Shares(NamedTuple):
    """A budget, split over instruction, contexts and question, in target tokens."""

    instruction: float
    contexts: float
    question: float


class Lengths(NamedTuple):
    """Target tokens of the uncompressed parts (L_ins, L_dems, L_que)."""

    instruction: int
    contexts: int
    question: int


def allocate(budget: int, lengths: Lengths, instruction_rate: float, question_rate: float) -> Shares:
    """Split a prompt's budget: instruction and question at their own rates, the rest to the contexts.

    Eq. 2 in tokens, ``tau_dems * L_dems = tau * L - (tau_ins * L_ins + tau_que * L_que)``, with the budget
    ``tau * L`` less what separators take.

    Raises:
        BudgetTooSmall: instruction and question alone take the whole budget.

    >>> allocate(500, Lengths(100, 2000, 50), 0.85, 0.9)
    Shares(instruction=85.0, contexts=370.0, question=45.0)
    """
    instruction = instruction_rate * lengths.instruction
    question = question_rate * lengths.question
    smallest = math.ceil(round(instruction + question, 6)) + min(1, lengths.contexts)
    if budget < smallest:
        raise BudgetTooSmall(budget, smallest, "instruction and question alone need more")
    return Shares(instruction, min(budget - instruction - question, float(lengths.contexts)), question)


def return_leftover(shares: Shares, lengths: Lengths, selected: int, coarse_factor: float) -> Shares:
    """Give what the selection left unspent to instruction and question.

    Eq. 3: ``delta = (k * tau_dems * L_dems - L~_D) / (L_ins + L_que)`` is added to both rates of Eq. 2, where
    L~_D are the tokens of the ``selected`` contexts. No rate exceeds 1, and the contexts give up what the
    other two gain, so that the sum stays the budget.

    >>> return_leftover(Shares(85.0, 370.0, 45.0), Lengths(100, 2000, 50), 725, 2.0)
    Shares(instruction=95.0, contexts=355.0, question=50.0)
    """
    outer = lengths.instruction + lengths.question
    leftover = coarse_factor * shares.contexts - selected
    if not outer or leftover <= 0:
        return shares
    delta = leftover / outer
    instruction = min(float(lengths.instruction), shares.instruction + delta * lengths.instruction)
    question = min(float(lengths.question), shares.question + delta * lengths.question)
    gained = instruction + question - shares.instruction - shares.question
    if gained >= shares.contexts:  # the contexts keep the larger part of a very small budget
        return shares
    return Shares(instruction, shares.contexts - gained, question)


def select(
    relevance: npt.NDArray[np.float64],
    lengths: Sequence[int],
    budget: float,
    coarse_factor: float,
    needs: Sequence[int] | None = None,
    pinned: Sequence[int] = (),
) -> list[int]:
    """Pick whole contexts by descending relevance while they stay within ``coarse_factor * budget``.

    Algorithm 1, stopping before the bound is exceeded, as the paper's text has it. A context that would
    exceed it is taken all the same while fewer tokens than the budget are selected: otherwise the budget
    could not be used up. A context is passed over where what must stay of it (its ``needs``, in target
    tokens) does not fit any more; ``pinned`` ones are selected in any case. Equally relevant ones keep their
    order. Returns indices in the original order.

    >>> select(np.array([0.1, 0.9, 0.5]), [60, 50, 60], 60, 2.0)
    [1, 2]
    """
    needs = needs or [0] * len(lengths)
    chosen = list(pinned)
    total, needed = sum(lengths[i] for i in pinned), sum(needs[i] for i in pinned)
    for index in np.argsort(-relevance, kind="stable").tolist():
        if index in pinned or (chosen and needs[index] and needed + needs[index] > budget):
            continue
        if total + lengths[index] > coarse_factor * budget and total >= budget:
            break
        chosen.append(index)
        total += lengths[index]
        needed += needs[index]
    return sorted(chosen)


def dynamic_rates(
    relevance: npt.NDArray[np.float64], lengths: Sequence[int], rate: float, spread: float
) -> list[float]:
    """Keep more of relevant contexts and less of the others, at the same cost (LongLLMLingua, Eq. 5).

    ``tau_k = clip((1 - 2 I(r_k) / K') * delta_tau + tau, 0, 1)``, where I is the place in the order of
    relevance, from 0 to K' - 1; here the places run to K' - 1 evenly, so that the spread is symmetric. All
    rates are then moved by the same amount until the contexts cost what the common ``rate`` tau would cost,
    which the formula does not see to where lengths differ. ``spread`` is delta tau.

    >>> [round(tau, 3) for tau in dynamic_rates(np.array([0.1, 0.9, 0.5]), [100, 100, 200], 0.5, 0.3)]
    [0.2, 0.8, 0.5]
    """
    places = np.empty(len(relevance))
    places[np.argsort(-relevance, kind="stable")] = np.arange(len(relevance))
    wanted = (1 - 2 * places / (len(relevance) - 1)) * spread + rate
    weights = np.asarray(lengths, dtype=np.float64)
    low, high = -2.0, 2.0
    for _ in range(60):  # the cost grows with the shift
        middle = (low + high) / 2
        cost = np.clip(wanted + middle, 0, 1) @ weights
        low, high = (middle, high) if cost <= rate * weights.sum() else (low, middle)
    return [float(tau) for tau in np.clip(wanted + low, 0, 1).round(12)]


def arrange(relevance: npt.NDArray[np.float64], order: str) -> list[int]:
    """Indices of contexts in the order in which a prompt shows them.

    ``"relevance"`` puts the best first, ``"edges"`` the best at both ends and the worst in the middle, where
    models overlook it.

    >>> arrange(np.array([1.0, 4.0, 3.0, 2.0]), "edges")
    [1, 3, 0, 2]
    """
    if order == "original":
        return list(range(len(relevance)))
    best_first: list[int] = np.argsort(-relevance, kind="stable").tolist()
    return best_first if order == "relevance" else best_first[::2] + best_first[1::2][::-1]
