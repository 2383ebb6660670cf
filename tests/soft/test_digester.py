"""Digests of contexts: their number, their places, and what padding must not change."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.soft.digester import Digester, DigesterSizes, distances, pieces
from lingua_integrations.soft.prefix import Prefix, PrefixSizes

SIZES = DigesterSizes(width=16, states=24, count=4, piece=40, layers=2, heads=4)


@pytest.fixture(scope="module")
def digester():
    """One whose weights are far from where they begin."""
    torch.manual_seed(1)
    made = Digester(SIZES).eval()
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return made


def states(*lengths, seed=0):
    torch.manual_seed(seed)
    return [torch.randn(n, SIZES.states) for n in lengths]


@given(lengths=st.lists(st.integers(1, 60), min_size=1, max_size=4), more=st.integers(0, 9))
def test_neither_padding_nor_company_changes_a_digest(digester, lengths, more):
    """Each context of a batch has the digests that it has alone, whatever the padding holds."""
    contexts = states(*lengths)
    batch = torch.full((len(lengths), max(lengths) + more, SIZES.states), 1e3)
    for row, one in enumerate(contexts):
        batch[row, : len(one)] = one
    together = digester(batch, torch.tensor(lengths))
    assert together.shape == (len(lengths), SIZES.count, SIZES.width)
    for row, one in zip(together, contexts, strict=True):
        alone = digester(one[None], torch.tensor([len(one)]))[0]
        torch.testing.assert_close(row, alone, rtol=1e-4, atol=1e-4)


def test_an_untrained_digest_is_the_mean_of_its_share():
    """Each of four digests is nearest to its own quarter of the context, in the target's scale."""
    sizes = DigesterSizes(width=64, states=64, count=4, piece=40, layers=2, heads=4)
    torch.manual_seed(0)
    digester = Digester(sizes)
    digester.begin(torch.randn(100, 64) * 0.1)
    context = torch.randn(40, 64)
    (found,) = digester(context[None], torch.tensor([40]))
    shares = context.reshape(4, 10, 64).mean(1)
    likeness = torch.cosine_similarity(found[:, None], shares[None], dim=-1)
    assert likeness.argmax(1).tolist() == [0, 1, 2, 3]
    assert likeness.diagonal().min() > 0.5
    torch.testing.assert_close(found.square().mean(1).sqrt(), torch.full((4,), 0.1), rtol=0.02, atol=0)


def test_the_order_of_a_context_matters(digester):
    (context,) = states(30)
    length = torch.tensor([30])
    assert not torch.allclose(
        digester(context[None], length), digester(context.flip(0)[None], length), atol=1e-2
    )


def test_all_weights_have_gradients(digester):
    """Also where there is padding, which is infinitely far away: no gradient may be NaN."""
    training = Digester(SIZES)
    training(torch.randn(2, 30, SIZES.states), torch.tensor([30, 3])).square().sum().backward()
    for name, parameter in training.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name


@given(n=st.integers(1, 50), count=st.integers(1, 8))
def test_places_are_symmetric(n, count):
    """The first digest token is as far from the beginning as the last is from the end."""
    (found,) = distances(torch.tensor([n]), n, count)
    context, own = found[:, :n], found[:, n:]
    torch.testing.assert_close(context, context.flip(0, 1), rtol=1e-4, atol=1e-4)
    assert own.diagonal().eq(0).all()


@given(n=st.integers(1, 2000), most=st.integers(1, 300))
def test_pieces_cover_a_context(n, most):
    found = pieces(n, most)
    assert [begin for begin, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == n
    lengths = {end - begin for begin, end in found}
    assert max(lengths) <= most
    assert max(lengths) - min(lengths) <= 1
    assert len(found) == -(-n // most)


@pytest.mark.parametrize(
    "sizes",
    [
        {"width": 0},
        {"width": 15},
        {"heads": 0},
        {"count": True},
        {"layers": -1},
        {"piece": 4},
        {"states": 2.5},
        {"count": "4"},
    ],
)
def test_sizes_that_cannot_be_are_refused(sizes):
    given = {"width": 16, "states": 24, "count": 4, "piece": 40, "heads": 4}
    with pytest.raises(InvalidRequest):
        DigesterSizes(**given | sizes)


def test_a_prefix_begins_as_word_embeddings():
    torch.manual_seed(0)
    embeddings = torch.randn(20, 8)
    prefix = Prefix(PrefixSizes(width=8, count=5))
    prefix.begin(embeddings)
    assert prefix(3).shape == (3, 5, 8)
    assert all(any(torch.equal(one, other) for other in embeddings) for one in prefix(1)[0])
    with pytest.raises(InvalidRequest, match="count"):
        PrefixSizes(width=8, count=0)
