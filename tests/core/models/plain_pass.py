"""What scores are compared with: one forward pass of the model itself."""

from __future__ import annotations

import torch


def direct(scorer, ids):
    """Surprisals by one plain forward pass: an independent computation."""
    with torch.inference_mode():
        logits = scorer.loaded.model(torch.tensor([[*scorer.loaded.start, *ids]])).logits[0].double()
    return [-torch.log_softmax(logits[i], -1)[token].item() for i, token in enumerate(ids)]
