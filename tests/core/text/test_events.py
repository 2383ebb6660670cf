"""What is true only until a later record, change or key says otherwise: what comes later comes along."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from outputs import kept, needed

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

STATES = ["created", "paid", "shipped", "returned", "refunded"]
SETTINGS = """{
  // editor
  "font": 13,
  "telemetry": "all", // see the handbook
  "files": {"**/.git": true}, /* no trees */
  // set by policy
  "telemetry": "off",
  "mode": "manual"
  // "mode": "auto"
}
"""
TICKET = """Ticket 408: Printer prints blank pages
Reporter: D. Osei    Priority: Medium

[2026-11-10 08:40] Status changed: New -> In progress
[2026-11-10 11:06] Status changed: In progress -> Resolved
[2026-11-11 09:16] Status changed: Resolved -> Reopened
[2026-11-13 10:02] Priority changed: Medium -> Low
"""
YAML = """region: eu
env:
  LOG: debug
  # replicas are set by the autoscaler
---
region: ap
# for the fair
replicas: 4
"""


@given(st.permutations([order for order in ("T-7", "T-8", "T-9") for _ in range(3)]), st.booleans())
def test_an_event_needs_the_last_one_about_the_same_thing(orders, lines):
    """Line by line, or in an array, in whatever order the things take turns."""
    said = [
        {"at": f"2026-11-20T09:{n:02}:00Z", "order": order, "type": STATES[orders[:n].count(order)], "eur": 5}
        for n, order in enumerate(orders)
    ]
    written = [json.dumps(one) for one in said]
    text = "\n".join(written) + "\n" if lines else '{"events": [' + ", ".join(written) + "]}"
    found = needed(text, "jsonl" if lines else "json")
    for order in set(orders):
        *early, last = [one for one in written if f'"{order}"' in one]
        assert all(last in found[one] for one in early)
        assert not any(one in found[last] for one in written)


def test_records_without_a_time_are_no_events():
    rows = [json.dumps({"id": n, "group": f"g{n % 3}", "kilos": n * 1.5}) for n in range(9)]
    assert not any(needed("\n".join(rows), "jsonl").values())


def test_records_that_seldom_share_a_value_are_about_different_things():
    rows = [
        json.dumps({"at": f"2026-01-0{n}", "visit": f"v{n}", "room": 4 if n > 7 else n}) for n in range(1, 10)
    ]
    assert not any(needed("\n".join(rows), "jsonl").values())


def test_records_in_another_order_than_that_of_their_times_are_no_events():
    rows = [
        json.dumps({"film": n, "studio": f"s{n % 3}", "at": f"{2010 + n * 7 % 9}-01-02"}) for n in range(9)
    ]
    assert not any(needed("\n".join(rows), "jsonl").values())


def test_settings_in_json_with_comments_keep_their_braces_and_the_last_value_of_a_key():
    assert kind_of(SETTINGS) == "json"
    found = needed(SETTINGS)
    (first,) = [one for one in found if '"all"' in one]
    (last,) = [one for one in found if '"off"' in one]
    assert first.endswith("// see the handbook")
    assert last.startswith("// set by policy")
    assert last in found[first]
    assert "{" in found['// "mode": "auto"']
    assert "".join(read(SETTINGS).strings()).count("/*") == SETTINGS.count("/*")
    out = kept(SETTINGS, "telemetry all")
    assert out.startswith("{")
    assert '"off"' in out


def test_a_field_needs_the_last_change_of_it():
    found = needed(TICKET)
    head = next(one for one in found if one.startswith("Ticket"))
    assert "[2026-11-13 10:02] Priority changed: Medium -> Low" in found[head]
    last = "[2026-11-11 09:16] Status changed: Resolved -> Reopened"
    assert last in found["[2026-11-10 11:06] Status changed: In progress -> Resolved"]
    assert not found[last]


def test_a_comment_at_the_end_of_a_block_is_about_that_block():
    found = needed(YAML, "yaml")
    assert {"region: eu", "env:"} <= found["# replicas are set by the autoscaler"]
    assert "region: ap" in found["# for the fair\nreplicas: 4"]
