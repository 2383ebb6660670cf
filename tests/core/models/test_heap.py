"""Freed memory goes back to the system where the C library can do that."""

from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import pytest

from lingua_integrations.core.models.cpu import heap

MEGABYTES = 100


def resident():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps such holes, and can let go")
def test_holes_go_back_to_the_system():
    """Every other block of many is freed; what is left holds the heap up."""
    blocks = [bytes(16_000) for _ in range(2 * MEGABYTES * 1024 * 1024 // 16_000)]
    del blocks[::2]
    before = resident()
    heap.trim()
    assert before - resident() > 0.5 * MEGABYTES
    assert all(map(len, blocks))


def test_another_c_library_keeps_what_it_has(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    heap._release.cache_clear()
    heap.trim()
    monkeypatch.undo()
    heap._release.cache_clear()
