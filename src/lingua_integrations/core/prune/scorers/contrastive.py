"""LongLLMLingua's contrastive perplexity: what the question makes less surprising."""

from __future__ import annotations

from lingua_integrations.core.protocols import TokenStream
from lingua_integrations.core.types import BoolArray, FloatArray, IntArray


class ContrastiveStream:
    """Two streams over the same text, one of which has read the question (LongLLMLingua, Eq. 3).

    ``s_i = ln p(x_i | question, x_<i) - ln p(x_i | x_<i)``: how many nats the question takes off the
    surprisal of a token. The paper writes the difference of perplexities; this is the logarithm of their
    ratio, the pointwise mutual information of its appendix A.
    """

    def __init__(self, plain: TokenStream, conditioned: TokenStream) -> None:
        self._plain = plain
        self._conditioned = conditioned

    def score(self, ids: IntArray) -> FloatArray:
        """Nats per token, positive where the question makes the token more likely."""
        return self._plain.score(ids) - self._conditioned.score(ids)

    def keep(self, mask: BoolArray) -> None:
        """Both forget the same tokens."""
        self._plain.keep(mask)
        self._conditioned.keep(mask)
