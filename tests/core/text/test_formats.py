"""Formats with marks of their own: what a block, a row or a record of each needs to be understood."""

from __future__ import annotations

import pytest
from outputs import kept

from lingua_integrations.core.text.kinds import kind_of

LATEX = r"""\section{Results}
\begin{table}
\begin{tabular}{lr}
\hline
Model & Test \\
\hline
Ours & 4.1 \\
% Older & 3.0 \\
Oracle$^\dagger$ & 1.0 \\
\end{tabular}
$^\dagger$ uses the labels.
\caption{Error rates in percent.}
\end{table}

\begin{conjecture}
Every even number is the sum of two primes.
\end{conjecture}

The method fails on:
\begin{itemize}
  \item noise
  \item long inputs
\end{itemize}
"""


ADOC = """== Upgrading

WARNING: Do not upgrade from 1.x directly.

. Stop the server.
. Run `migrate`.
+
[NOTE]
====
Skip this step on PostgreSQL.
====
. Start the server.

== Downgrading

Not supported.

ifdef::internal[]
Use `migrate --down`.
endif::[]

.Ports
|===
|Service |Port

|HTTP
|8080

|Admin
|9090
|===

Term:: Meaning of the term.
Lease:: Ten minutes. *Deprecated.*
"""


WIKI = """== Career ==
{| class="wikitable"
! Season !! Club !! Goals
|-
| 2019 || Ajax || 12
|-
| 2020 || Utrecht (loan) || 3
|}

== Myths ==
=== He was born in Oslo ===
He was born in Bergen.<ref name="a" />

=== He scored 500 goals ===
There is no evidence for it.<ref>Goal, 2021</ref>

{{Infobox person
| name = Jan Berg
| spouse = Ida (div. 2015)
}}
"""
POD = """=head1 LIMITS

Files larger than 2 GB are refused.

=over 4

=item --max

Ignored since 1.3.

=item --min

The smallest size, in KB.

=back

=cut

my $max = 100;
$max = 5 unless $ENV{BIG};
"""


HTTP = """> POST /v1/pay HTTP/1.1
> Host: api.example.com
>
< HTTP/1.1 302 Found
< Location: /v3/pay
<
> POST /v2/pay HTTP/1.1
> Host: api.example.com
>
< HTTP/1.1 402 Payment Required
< Retry-After: 120
<
{"error": "card_declined", "charged": false}
"""
LONG_HTTP = HTTP.replace("\n<\n{", "\n< Set-Cookie: " + "x" * 600 + "\n<\n{") + "* Connection left intact\n"
RULES = """*filter
:INPUT DROP [0:0]
-A INPUT -s 10.0.0.5/32 -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
-A PREROUTING -p tcp --dport 443 -j REDIRECT --to-ports 8443
COMMIT
"""
SUDOERS = """Defaults env_reset
# ops may do anything
%ops ALL=(ALL) ALL
ana ALL=(ALL) NOPASSWD: /usr/bin/systemctl restart web, \\
    !/usr/bin/systemctl restart db
ben ALL=(www) /usr/bin/deploy
"""
HOSTS = """[[hosts]]
name = "alpha"
role = "primary"
enabled = false

[[hosts]]
name = "beta"
role = "backup"
port = 1
"""
COMPOSE = """x-common: &common
  restart: always
  user: app
services:
  db:
    <<: *common
    image: postgres:15
    restart: "no"
    ports: [1]
"""
TASKS = """- hosts: db
  tasks:
    - name: Install it
      apt:
        name: postgresql
        state: absent
      when:
        - old
        - tested
    - name: Another
      apt:
        name: redis
"""


FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel>
<title>Factcheck</title>
<item><title>Claim: Coffee cures colds</title><category>False</category></item>
<item><title>Claim: The bridge closes</title><category>True</category></item>
</channel></rss>
"""
PRICES = """<h1>Pricing</h1>
<section><h2>Free</h2><p>1 user</p></section>
<section><h2>Team</h2><p>10 users</p></section>
<p>Prices exclude taxes.</p>
<details><summary>Is VAT included?</summary>No.</details>
"""
CARDS = """<h2>Plans</h2><div><h3>Free</h3><p>1 user</p></div>
<div><h3>Team</h3><p>10 users</p></div><p>All of them exclude support.</p>
"""
SETTINGS = """<h2>Settings</h2>
<form><label>Newsletter</label>
<input type="radio" name="n" value="d"> daily
<input type="radio" name="n" value="w" checked> weekly
<select name="lang"><option>German</option><option selected>French</option></select></form>
<form><select><option>Search</option></select></form>
<p>You can change them.</p>
"""
BRIDGE = """<h2>Bridge to reopen</h2>
<p>It will reopen in May.</p>
<blockquote>The bridge is safe.<footer>- the builder, in 2019</footer></blockquote>
"""


REFERENCES = """# References

[1] A. Novak. Drinking coffee prevents falls. Retracted.
[2] C. Diaz. A failed replication. PLOS Falls 3, 1-9.
[3] ---. A reply. Ibid., 10-12.

@article{okoro2016,
  author = {Okoro, E.},
  note   = {Withdrawn},
}
"""
GAMES = """[Event "City Open"]
[White "Novak"]
[Result "0-1"]

1. e4 e5 2. Nf3 Nc6 0-1

[Event "City Open"]
[White "Iyer"]
[Result "1/2-1/2"]

1. d4 d5 1/2-1/2
"""
AUDIT = """# npm audit report

lodash  <4.17.21
Severity: high
Command Injection - https://ghsa.example/1
Will install lodash@3.0.0, which is a breaking change

minimist  <1.2.6
Severity: critical
Prototype Pollution - https://ghsa.example/2
No fix available
"""
CLIENT = """Client API
==========

.. deprecated:: 2.0
   Use :class:`AsyncClient` instead.

.. function:: send(data, *, retries=3)

   :param data: the bytes to send
   :param retries: how often to retry; ignored for UDP

.. function:: close()

   :param wait: whether to wait
"""


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("http", HTTP),
        ("config", RULES),
        ("config", SUDOERS),
        ("latex", LATEX),
        ("asciidoc", ADOC),
        ("wiki", WIKI),
        ("pod", POD),
    ],
)
def test_a_format_is_told_by_its_marks(kind, text):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "question", "present", "absent"),
    [
        (LATEX, "even number", r"\begin{conjecture}|Every even|\end{conjecture}", "noise|Ours"),
        (LATEX, "noise", r"fails on:|\begin{itemize}|\item noise|\end{itemize}", "long"),
        (LATEX, "Ours", r"\begin{tabular}|Model & Test|Ours & 4.1|Error rates|\end{table}", "labels|Older"),
        (LATEX, "Oracle", r"Model & Test|Oracle|uses the labels|Error rates", "Ours"),
        (ADOC, "Run", "Upgrading|1.x|[NOTE]\n====|PostgreSQL.\n====", "Stop|Start"),
        (ADOC, "down", "Downgrading|Not supported|ifdef::|endif::", "Ports"),
        (ADOC, "9090", ".Ports\n|===\n|Service |Port|Admin\n|9090|", "HTTP"),
        (ADOC, "deprecated", "Lease:: Ten minutes. *Deprecated.*", "Meaning"),
        (WIKI, "Utrecht", "Career|{| class|Season !! Club !! Goals|Utrecht (loan) || 3|\n|}", "Ajax"),
        (WIKI, "evidence", "Myths|500 goals|no evidence", "Oslo|Bergen"),
        (WIKI, "spouse", "{{Infobox person|Ida (div. 2015)|}}", "Career"),
        (POD, "ignored", "LIMITS|=item --max|Ignored", "min|2 GB"),
        (POD, "BIG", "=cut|unless", "Ignored|=item"),
        (HTTP, "declined", "> POST /v2/pay|402|card_declined", "302|v1"),
        (LONG_HTTP, "declined", '> POST /v2/pay|402|{"error": "card_declined"', "302|v1|Cookie|intact"),
        (RULES, "443", "*nat\n|--dport 443|COMMIT", "filter"),
        (SUDOERS, "db", "ana ALL|restart web, \\\n    !/usr", "ops|ben"),
        (HOSTS, "primary", "[[hosts]]|alpha|enabled = false", "beta"),
        (HOSTS, "backup", "beta", "port|enabled"),
        (COMPOSE, "common", 'restart: always|restart: "no"', "ports"),
        (TASKS, "postgresql", "Install it|apt:|state: absent|when:|- old|- tested", "redis|Another"),
        (REFERENCES, "reply", "Diaz|failed|[3] ---. A reply. Ibid., 10-12.", "Novak"),
        (REFERENCES, "coffee", "[1] A. Novak|Retracted.", "Diaz"),
        (REFERENCES, "Okoro", "@article{okoro2016,|Withdrawn|}", "Novak"),
        (GAMES, "Novak", "Novak|0-1|Nf3", "Iyer|1/2"),
        (AUDIT, "injection", "npm audit report|lodash  <|high|breaking", "minimist"),
        (CLIENT, "retries", "Client API|deprecated|AsyncClient|send|ignored", "close"),
        (FEED, "coffee", "<rss|<item>|Coffee|False|</item>", "bridge|<?xml"),
        (PRICES, "taxes", "Pricing|exclude taxes", "Team|Free"),
        (PRICES, "VAT", "Pricing|VAT included?|No.", "Team|taxes"),
        (PRICES, "10", "Pricing|Team|10 users", "Free"),
        (CARDS, "support", "Plans|exclude support", "Team"),
        (SETTINGS, "weekly", 'Settings|daily|value="w" checked> weekly|<option selected>French', "Search"),
        (BRIDGE, "safe", "<blockquote>The bridge is safe.|the builder, in 2019", "May"),
        ("It rains. A plan is to \\\nmake no\nStop it.\n", "plan", "A plan is to \\\nmake no", "Stop"),
    ],
)
def test_a_part_comes_with_its_block_its_head_and_its_limits(text, question, present, absent):
    found = kept(text, question)
    assert all(one in found for one in present.split("|"))
    assert not any(one in found for one in absent.split("|"))
