"""What holds only until something else is said: rows, directives, files, causes and entries of a schedule."""

from __future__ import annotations

import time

import pytest
from outputs import needed

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

SQL = """CREATE TABLE items (id int, name text, cents int);
INSERT INTO items VALUES (1,'chair',4800),(2,'lamp',1950);
INSERT INTO items VALUES (3,'desk',900);
UPDATE items SET cents = 1750 WHERE id = 2;
"""
NGINX = """http {
    server {
        listen 443 ssl;
        auth_basic "shop";
        location /health {
            auth_basic off;
        }
        location / {
            proxy_pass http://app;
        }
    }
    server {
        listen 80;
        auth_basic "other";
        return 301 https://$host$request_uri;
    }
}
"""
DOCKER = """FROM golang:1.22 AS build
USER root
RUN go build -o /server
FROM debian:12
COPY --from=build /server /server
USER nobody
"""
CRON = """CRON_TZ=Europe/Zurich
*/5 * * * * /usr/bin/health.sh
30 2 * * 1-5 /usr/local/bin/backup.sh --full
# until the disk is replaced
#0 3 * * 0 /usr/local/bin/backup.sh --offsite
15 4 * * * /usr/local/bin/warm.sh
"""
STATUS = """On branch main

Changes to be committed:
  (use "git restore --staged <file>..." to unstage)
	modified:   src/app.py
	new file:   src/cart.py

Changes not staged for commit:
	modified:   src/app.py

Untracked files:
	notes.txt
"""
CAUSES = """Exception in thread "main" java.lang.RuntimeException: job failed
	at app.Job.run(Job.java:21)
Caused by: java.io.IOException: cannot read config
	at app.Config.load(Config.java:44)
Caused by: java.nio.file.AccessDeniedException: /etc/app.yml
	at app.Config.load(Config.java:41)
"""
JEST = """FAIL src/cart.test.js
  ● Cart › adds an item

    Expected: 1
    Received: 0

      12 |   cart.add(item);
    > 13 |   expect(cart.size).toBe(1);
         |                     ^

Tests:       1 failed, 3 total
"""


def test_a_row_needs_the_statement_that_changes_it() -> None:
    found = needed(SQL, "sql")
    change = "UPDATE items SET cents = 1750 WHERE id = 2;"
    assert change in found["(2,'lamp',1950)"]
    assert change not in found["(1,'chair',4800)"] | found["(3,'desk',900)"]
    assert "DELETE FROM items;" in needed(SQL + "DELETE FROM items;\n", "sql")["(3,'desk',900)"]


def test_a_directive_needs_what_is_set_otherwise_inside() -> None:
    found = needed(NGINX, "config")
    assert any("auth_basic off" in need for need in found['auth_basic "shop";'])
    assert not any(
        "auth_basic" in need for need in found["location / {\n            proxy_pass http://app;\n        }"]
    )


def test_an_instruction_of_a_stage_needs_that_of_the_image() -> None:
    found = needed(DOCKER)
    assert found["USER root"] == {"FROM golang:1.22 AS build", "USER nobody"}
    assert found["USER nobody"] == {"FROM debian:12"}


def test_an_entry_of_a_schedule_that_is_off_needs_the_one_that_is_on() -> None:
    assert kind_of(CRON) == "config"
    found = needed(CRON)
    off = "# until the disk is replaced\n#0 3 * * 0 /usr/local/bin/backup.sh --offsite"
    assert "30 2 * * 1-5 /usr/local/bin/backup.sh --full" in found[off]
    assert "15 4 * * * /usr/local/bin/warm.sh" in found


def test_a_file_under_two_heads_needs_both() -> None:
    assert kind_of(STATUS) == "listing"
    pieces = read(STATUS).structure.pieces  # type: ignore[union-attr]
    first, second = (n for n, piece in enumerate(pieces) if "src/app.py" in STATUS[piece.start : piece.end])
    assert second in pieces[first].needs and first in pieces[second].needs
    assert needed(STATUS)["notes.txt"] == {"Untracked files:"}


def test_an_exception_needs_its_cause() -> None:
    found = needed(CAUSES)
    causes = [line for line in CAUSES.splitlines() if line.startswith("Caused")]
    assert causes[0] in found[CAUSES.splitlines()[0]] and causes[1] in found[causes[0]]


def test_a_caret_comes_with_the_line_that_it_points_into() -> None:
    pieces = read(JEST).structure.pieces  # type: ignore[union-attr]
    (caret,) = (
        piece for piece in pieces if JEST[piece.start : piece.end].strip() == "|                     ^"
    )
    assert "> 13" in JEST[pieces[caret.closes].start : pieces[caret.closes].end]


@pytest.mark.parametrize("last", ["", "* estimated\n", "Total,2,,\n"])
def test_a_row_of_units_stays_a_part_of_the_head(last: str) -> None:
    text = f"city,temp,rain,wind\n,degC,mm,km/h\nOslo,-5.1,1.2,20\nRome,9.4,0.0,8\n{last}"
    assert any("degC" in need for need in needed(text, "csv")["Rome,9.4,0.0,8"])


def test_a_request_needs_the_last_answer_to_the_same_request() -> None:
    ask = "$ curl -i https://api.example/login"
    first = f'{ask}\nHTTP/2 401\ncontent-type: text/plain\n\n{{"error": "password"}}'
    last = f'{ask} -d pw=x\nHTTP/2 200\ncontent-type: text/plain\n\n{{"token": "abc"}}'
    assert needed(f"{first}\n{last}\n", "http")[first] == {last}


def test_a_hint_of_a_log_needs_the_error() -> None:
    error = "2024-05-01 10:01:20 UTC [88] ERROR:  deadlock detected"
    hint = "2024-05-01 10:01:20 UTC [88] HINT:  See server log for query details."
    text = f"2024-05-01 10:00:00 UTC [71] LOG:  ready\n{error}\n{hint}\n"
    assert needed(text, "log")[hint] == {error}


def test_a_description_of_graphql_comes_with_its_type() -> None:
    text = (
        'type Query {\n  all: [Product]\n}\n\n"""Prices are in cents."""\ntype Product {\n  price: Int!\n}\n'
    )
    assert any(one.startswith('"""Prices') and "price: Int!" in one for one in needed(text, "config"))


@pytest.mark.parametrize("last", ["", "status lost: no event for 14 days\n"])
def test_quoted_values_and_a_sentence_below_do_not_hide_a_table(last: str) -> None:
    quoted = (
        'id,item,comment\n1,chair,"Great, sturdy."\n2,lamp,"Broke.\nNo answer.\nSad."\n3,desk,"Big, but ok"\n'
    )
    assert kind_of(quoted + last) == "csv"
    assert needed(quoted)['1,chair,"Great, sturdy."'] == {"id,item,comment"}


def test_a_host_of_ssh_needs_the_pattern_above_it_that_it_matches() -> None:
    text = (
        "Host db*\n    User pg\n\nHost db1\n    HostName a.example\n    User admin\n\nHost *\n    User ann\n"
    )
    found = needed(text, "config")
    (needs,) = (needs for one, needs in found.items() if one.startswith("Host db1"))
    assert any(need.startswith("Host db*") for need in needs)
    assert not any(need.startswith("Host *") for need in needs)


def test_what_begins_in_a_log_needs_how_it_ends() -> None:
    begins = "May 01 10:00:00 web systemd[1]: Starting backup.service - Nightly backup..."
    ends = "May 01 10:00:04 web systemd[1]: backup.service: Failed with result 'exit-code'."
    text = f"{begins}\nMay 01 10:00:01 web sshd[9]: ready\n{ends}\nMay 01 10:00:09 web cron[4]: run\n"
    found = needed(text, "log")
    assert found[begins] == {ends} and not found[ends]


def test_settings_may_have_no_value() -> None:
    text = "export A=1\nexport DSN=\nsource ./common.sh\nexport B=2\nexport C=\nexport A=3\n"
    assert needed(text)["export A=1"] == {"export A=3"}


@pytest.mark.parametrize(
    ("line", "kind"),
    [("int f() {\n", "code"), ("Untracked files:\n\ta.py\n", "listing"), ("Host a*\n  User b\n", "config")],
)
def test_many_of_a_kind_take_time_linear_in_the_length(line: str, kind: str) -> None:
    start = time.process_time()
    read(line * (200_000 // len(line)), kind)
    assert time.process_time() - start < 10


@pytest.mark.parametrize("filler", [0, 3, 9])
def test_a_correction_below_an_article_finds_what_it_corrects(filler):
    """In the words of all its sentences; and what is right may stand in the second of them."""
    others = "".join(
        f" The {word} was calm." for word in "sea wind sky crew port dock quay deck hull".split()[:filler]
    )
    wrong = "Twenty-one people were injured, the coast guard said."
    right = "The coast guard has since said that the number of injured is 14."
    found = needed(
        f"A ferry ran aground near Kavala. {wrong} It had left at noon.{others}\n\n"
        f"Correction, 16 November: An earlier version gave 21 as the number of injured. {right}\n\nBye."
    )
    correction = next(one for one in found if one.startswith("Correction"))
    assert correction in found[wrong]
    assert {wrong, right} <= found[correction]
    assert all(
        correction not in needs for one, needs in found.items() if one.startswith("The ") and one != right
    )


@pytest.mark.parametrize(
    ("text", "taken", "back"),
    [
        (
            "Ana: Meet at the east gate at 7?\nBen: fine\nTess: who drives\n"
            "Ana: change of plan, the east gate is closed\n",
            "Ana: Meet at the east gate at 7?",
            "Ana: change of plan, the east gate is closed",
        ),
        (
            "Ida: I can write the report\nBen: great\nIda: sorry, I see that I am on leave\n"
            "Ben: then I do it\n",
            "Ida: I can write the report",
            "Ida: sorry, I see that I am on leave",
        ),
        (
            "It is a tablet. Tolvex may be taken in summer. From the sixth month on it must not be taken. "
            "It is red.",
            "Tolvex may be taken in summer.",
            "From the sixth month on it must not be taken.",
        ),
        (
            '<conf>\n  <!-- <cache on="1"/> -->\n  <cache on="0"/>\n  <log level="2"/>\n</conf>',
            '<!-- <cache on="1"/> -->',
            '<cache on="0"/>',
        ),
    ],
)
def test_what_is_taken_back_comes_with_what_takes_it_back(text, taken, back):
    """A plan, an offer, a permission, an element that is commented out."""
    assert back in needed(text)[taken]


def test_what_a_shell_of_a_database_answers_is_with_its_query():
    text = "shop> db.orders.countDocuments({a: 1})\n41\nshop> db.orders.countDocuments({a: 2})\n1208\n"
    assert kind_of(text) == "lines"
    assert "shop> db.orders.countDocuments({a: 2})\n1208" in read(text).strings()
