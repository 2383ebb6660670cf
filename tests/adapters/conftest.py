"""Fixtures that the tests of both frameworks share."""

from __future__ import annotations

import pytest

from lingua_integrations.core.models import loading


@pytest.fixture
def loads(monkeypatch):
    """Names of the models that were loaded, one for each time; none is in memory at the beginning."""
    loading.unload()
    names = []
    load = loading._loaded
    monkeypatch.setattr(
        loading, "_loaded", lambda request, *more: names.append(request.name) or load(request, *more)
    )
    yield names
    loading.unload()
