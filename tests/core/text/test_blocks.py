"""Blocks of data, code and logs: a part comes with what names, limits, opens and ends its block."""

from __future__ import annotations

import numpy as np
import pytest
from outputs import kept

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

DEPLOYMENTS = """kind: Deployment
metadata:
  name: web
  namespace: staging
spec:
  replicas: 2
---
kind: Deployment
metadata:
  name: web
  namespace: production
spec:
  replicas: 6
  paused: no
"""
PODS = """apiVersion: v1
items:
- kind: Pod
  metadata:
    labels: {}
    name: web
    namespace: staging
  spec:
    restartPolicy: Always
- kind: Pod
  metadata:
    name: db
"""
OPERATIONS = """paths:
  /orders:
    get:
      summary: List orders
      deprecated: false
    post:
      summary: Create an order
      deprecated: true
"""
WEATHER = """{"hourly_units": {"time": "iso8601", "temp": "°F"}, "place": {"name": "Reno", "more": "%s"},
"hourly": {"time": ["01:00", "02:00", "03:00"], "temp": [52.1, 51.8, 51.2]}}"""
REFUSED = '{"success": false, "page": 1, "orders": [%s]}'
PLUGINS = (
    '[sso]\nurl = "https://id.example"\nenabled = false\n\n[mail]\nurl = "smtp.example"\nenabled = true\n'
)
MAKE = """ifeq ($(OS),Windows_NT)
    EXE := .exe
    RM := del
else
    EXE :=
    RM := rm -f
endif

PREFIX ?= /usr
"""
RECIPE = """all: app
\techo %s
ifdef SIGNED
\techo signing
else
\techo %s
endif

install: all
\tcp app /usr
"""
CSHARP = """class Log {
    void Run() {
        Start();
#if DEBUG
        Trace("%s");
        Dump();
#else
        Quiet("%s");
#endif
        Stop();
    }
}
"""
RUST = """#[cfg(windows)]
fn config_dir() -> PathBuf {
    PathBuf::from("C:/ProgramData/app")
}

#[cfg(not(windows))]
fn config_dir() -> PathBuf {
    PathBuf::from("/etc/app")
}

#[test]
#[should_panic(expected = "Low")]
fn low_port() {
    port("80").unwrap();
}
"""
OBSOLETE = """public class Mail
{
    [Obsolete("Use Post")]
    public void Send(string to)
    {
        Smtp.Deliver(to);
    }
}
"""
RUBY = """class Order < Record
  def cancel
    refund if paid?
  end

  private

  def refund
    Gateway.refund(total)
  end
end
"""
CPLUS = """class Shop {
public:
    int price();
private:
    int margin();
};
"""
SHELL = """ENV=staging
case "${1:-}" in
    --prod)
        ENV=production
        ;;
esac

for host in web1 web2; do
    ssh "$host" <<EOF
systemctl stop app
EOF
done || echo "deploy failed"
"""
HASKELL = """due :: Customer -> Int -> Int
due c amount
  | exempt c            = 0
  | country c == CH
  , amount < 1000       = 0
  | otherwise           = amount * r `div` 100
  where
    r = if reduced c then 7 else rate (country c)
"""
CHAIN = """val names = users
    .filter { it.active }
    .map { it.name }
println("done")
print(names)
"""
PSQL = """shop=# select count(*) from orders where paid = false;
 count
-------
    17
(1 row)

shop=# begin;
BEGIN
shop=*# update products set price = 9;
UPDATE 1
shop=*# rollback;
ROLLBACK
"""
MYSQL = """mysql> select id, name
    -> from users;
+----+-------+
| id | name  |
+----+-------+
%s+----+-------+
40 rows in set
"""
UPDATE = """BEGIN;
UPDATE users SET active = false WHERE last_login < '2020-01-01';
ROLLBACK;

BEGIN;
SAVEPOINT a;
DELETE FROM logs;
ROLLBACK TO a;
UPDATE users SET name = 'x';
COMMIT;
"""
CASH = """Feature: Cash withdrawal

  Background:
    Given the daily limit is 300 euros

  Scenario: Card is blocked
    Given the card is blocked
    When the customer requests 50 euros
    Then the card is retained

  @slow
  Scenario Outline: Account
    Given the balance is <balance>
    Then the machine pays <paid>

    Examples:
      | balance | paid |
      | 200     | 50   |
      | 20      | 0    |
"""
UNITS = """[Unit]
Description=Backup of the database

[Install]
WantedBy=multi-user.target

# /etc/systemd/system/backup.timer
[Unit]
Description=Run it

[Timer]
OnCalendar=Sun 03:00
"""
CRASH = """2024-06-01 10:00:00 INFO starting job 17
Traceback (most recent call last):
  File "/app/db.py", line 40, in connect
    sock.connect((host, port))
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/job.py", line 12, in run
    db = connect(cfg.host)
app.errors.DatabaseDown: db1.internal
2024-06-01 10:00:02 INFO starting job 18
"""


CSHARP_API = """using System;

namespace Shop
{
    public class Api
    {
        public string Url { get; set; }
        [Obsolete("Use PayAsync")]
        public bool Pay(decimal amount)
        {
            return amount > 0;
        }
    }
}
"""
KOTLIN = """package shop

@Test
fun price(order: Order): Int {
    val sum = order.total
    return sum
}
"""
SWIFT = """import Foundation

struct Limits {
    let cache = 50
    @available(*, unavailable)
    func grow() -> Int {
        return cache
    }
}
"""
PHP = """<?php
$prices = ['basic' => 500];
function price($plan) {
    return $prices[$plan];
}
"""
POWERSHELL = """param(
    [string]$Env = "test"
)
if ($Env -eq "live") {
    Write-Error "Use -Force"
    exit 1
}
"""
TYPESCRIPT = """class A {
  @Deprecated()
  @Get('/x')
  find() { return this.q(1); }

  @Get('/y')
  all() { return this.q(2); }
}
"""
CSS = """:root { --main: #c00; }
@media print {
  .button { display: none; }
}
.button,
.link { color: #c00; }
@supports not (display: grid) {
  .grid { float: left; }
}
"""
GITLAB = """deploy_prod:
  stage: deploy
  script:
    - ./deploy prod
  rules:
    - if: $CI_COMMIT_TAG
      when: manual
    - when: never
test:
  script: make
"""
JENKINS = """stage('Deploy') {
    when {
        branch 'main'
        not { changeRequest() }
    }
    steps {
        sh './deploy.sh prod'
    }
}
"""
LABELS = """func name(id: Int) -> String? {
    switch id {
    case 1:
        return a
    case 2:
        return b
    default:
        break
    }
    return c
}
"""
WHEN = """fun remind(i: Invoice): String = when {
    i.paid -> "nothing"
    i.total < 500 -> "mail"
    else -> "letter"
}
"""
SWITCH = """rate = price switch
{
    < 10 => 0,
    >= 10 and < 100 => 7,
    _ => 19
};
"""
BRANCHES = """w <- read.csv("w.csv")
if (nrow(w) < 30) {
  stop("few")
} else if (nrow(w) < 60) {
  warning("not many")
} else {
  print(summary(m))
}
"""
PAUSED = """contract Sale {
    function pause() external {
        paused = true;
    }

    /* function withdraw() external {
    } */
}
"""


def lines_of(text, *numbers):
    """Some lines of a text, counted from 1."""
    found = text.splitlines()
    return "\n".join(found[number - 1] for number in numbers)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (DEPLOYMENTS, "paused", lines_of(DEPLOYMENTS, *range(7, 13), 14)),
        (PODS, "restartPolicy", lines_of(PODS, 2, 3, 4, 6, 7, 8, 9)),
        (OPERATIONS, "create", lines_of(OPERATIONS, 1, 2, 6, 7, 8)),
        (OPERATIONS, "list", lines_of(OPERATIONS, 1, 2, 3, 4)),
        (PLUGINS, "id.example", lines_of(PLUGINS, 1, 2, 3)),
        (PLUGINS, "smtp", lines_of(PLUGINS, 5, 6)),
        (GITLAB, "never", lines_of(GITLAB, 1, 5, 6, 7, 8)),
        (CSS, "none", lines_of(CSS, 2, 3, 4)),
        (CSS, "float", lines_of(CSS, 7, 8, 9)),
    ],
)
def test_values_come_with_what_names_and_limits_them(text, question, expected):
    assert kept(text, question) == expected


def test_values_of_json_come_with_their_units_and_with_what_denies_them():
    weather = kept(WEATHER % ("no " * 60), "03:00 temp")
    assert '"°F"' in weather and "51.2" in weather and "Reno" not in weather
    orders = kept(REFUSED % ", ".join(f'{{"id": {n}, "fruit": "fig {n}"}}' for n in range(60)), "fig 7")
    assert '"success": false' in orders and '"fig 7"' in orders


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (MAKE, "RM del", MAKE.split("\n\n")[0]),
        (MAKE, "PREFIX", "PREFIX ?= /usr"),
        (
            RECIPE % ("a" * 500, "b"),
            "signing",
            "all: app\nifdef SIGNED\n\techo signing\nelse\n\techo b\nendif",
        ),
    ],
)
def test_a_line_of_a_condition_comes_with_its_words(text, question, expected):
    assert kept(text, question) == expected


def test_code_between_directives_comes_with_them():
    text = CSHARP % ("x " * 80, "y " * 80)
    units = read(text, "code")
    dump = next(n for n, one in enumerate(units.strings()) if "Dump" in one)
    found = "\n".join(units.strings()[need].strip() for need in units.structure.needs[dump])
    assert found == "class Log {\nvoid Run() {\n#if DEBUG"
    assert sum(units.structure.closes >= 0) == 3  # and none of the lines with a brace is torn off


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        *((text, "code") for text in (CSHARP_API, KOTLIN, SWIFT, PHP, POWERSHELL, RUBY, SHELL, HASKELL)),
        (TYPESCRIPT, "typescript"),
        ("#include <a.h>\n\nint main(void) {\n  const int n = 1;\n  return n;\n}\n", "c"),
        (
            "import a.List;\n\npublic class A {\n  @Override\n  public int n() {\n    return 1;\n  }\n}\n",
            "java",
        ),
    ],
)
def test_the_language_of_code_is_told_by_its_lines(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "kind", "piece", "needs"),
    [
        (RUST, None, "/etc/app", ["#[cfg(not(windows))]\nfn config_dir() -> PathBuf {"]),
        (RUST, None, "unwrap", ['#[test]\n#[should_panic(expected = "Low")]\nfn low_port() {']),
        (
            OBSOLETE,
            "code",
            "Smtp",
            ["public class Mail\n{", OBSOLETE.split("\n{\n")[1].split("\n        Smtp")[0].strip()],
        ),
        (RUBY, None, "Gateway", ["class Order < Record", "private", "def refund"]),
        (CPLUS, "code", "margin", ["class Shop {", "private:"]),
        (SHELL, None, "ssh", ["for host in web1 web2; do"]),
        (SHELL, None, "ENV=prod", ['case "${1:-}" in', "--prod)"]),
        (HASKELL, None, "amount < 1000", ["due c amount", "| exempt c            = 0"]),
        (CHAIN, "code", "filter", []),
        (WHEN, "code", "letter", [WHEN.splitlines()[0], 'i.paid -> "nothing"', 'i.total < 500 -> "mail"']),
        (SWITCH, "code", "=> 7", ["rate = price switch\n{", "< 10 => 0,"]),
        ("when (x) {\n  'a' -> 1\n  'b' -> 2\n}\n", "code", "-> 2", ["when (x) {"]),
        (PAUSED, "code", "withdraw", ["contract Sale {"]),
        (LABELS, "code", "return b", ["func name(id: Int) -> String? {", "switch id {", "case 2:"]),
        (LABELS, "code", "return c", ["func name(id: Int) -> String? {", "return a", "return b"]),
    ],
)
def test_code_comes_with_its_block_and_what_is_said_of_it(text, kind, piece, needs):
    units = read(text, kind)
    found = units.strings()
    (number,) = (n for n, one in enumerate(found) if piece in one)
    assert [found[need].strip() for need in units.structure.needs[number]] == needs


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        ("-- all times in minutes\nlocal M = {}\nM.timeout = 5\nM.size = f(2)\n", "timeout", [1, 3]),
        (
            "//go:build linux\n\npackage a\n\nvar d = 1\n\nfunc Size() int {\n\treturn 3\n}\n",
            "return 3",
            [1, 2, 7, 8, 9],
        ),
        ("# All of it is free.\nimport os\nlocal = os.cwd()\nsize = f(2)\n", "size", [4]),
    ],
)
def test_what_the_top_of_a_file_says_of_all_comes_with_each_line(text, question, expected):
    assert kept(text, question) == lines_of(text, *expected)


def test_steps_come_with_the_conditions_beside_them():
    assert kept(JENKINS, "deploy.sh prod") == JENKINS


def test_blocks_of_a_shell_and_chains_of_calls_come_whole():
    assert kept(SHELL, "ssh") == SHELL[SHELL.index("for host") :].strip()
    assert kept(SHELL, "production") == "\n".join(SHELL.splitlines()[1:6])
    assert read(CHAIN, "code").strings()[0] == "\n".join(CHAIN.splitlines()[:3])


AREA = """def area(shape):
    if shape.kind == "circle":
        return 3.14 * shape.r ** 2
    return 0

class Old:
    def area(self):
        return -1
"""


@pytest.mark.parametrize("prefix", ["{:6}\t", "{}→", "a1b2c3d4 (Ana Fox 2024-05-30 12:00:00 +0200 {:2}) "])
def test_code_behind_numbers_is_read_as_code(prefix):
    plain = read(AREA)
    text = "\n".join(prefix.format(n) + line for n, line in enumerate(AREA.splitlines(), 1))
    units = read(text)
    assert kind_of(text) == "listing"
    assert units.structure.needs == plain.structure.needs
    assert units.strings()[-1] == text.splitlines()[-1]
    assert units.join(np.arange(len(units))) == text


@pytest.mark.parametrize(
    ("question", "numbers"),
    [("few", [2, 3, 8]), ("warning", [2, 4, 5, 8]), ("summary", [2, 4, 6, 7, 8])],
)
def test_a_branch_comes_with_the_end_of_the_last_one(question, numbers):
    found = kept(BRANCHES, question)
    assert found.count("{") == found.count("}")
    assert found.replace("  // ...\n", "") == lines_of(BRANCHES, *numbers)


def test_the_end_of_a_switch_is_not_that_of_its_last_label():
    units = read(LABELS, "code")
    assert [units.strings()[at].split()[0] for at in units.structure.closes if at >= 0] == ["switch", "func"]


def test_a_comment_in_a_block_is_one_piece_and_a_block_that_is_left_out_leaves_a_mark():
    units = read(PAUSED, "code")
    head, *_, comment, end = range(len(units))
    assert units.strings()[comment].strip() == PAUSED[PAUSED.index("/*") : PAUSED.index("*/") + 2]
    assert units.join(np.array([head, end])) == "contract Sale {\n    // ...\n\n}"


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (PSQL, "orders paid", PSQL.split("\n\n")[0]),
        (PSQL, "price", PSQL.split("\n\n")[1].strip()),
        (UPDATE, "last_login", UPDATE.split("\n\n")[0]),
        (UPDATE, "logs", "SAVEPOINT a;\nDELETE FROM logs;\nROLLBACK TO a;"),
        (UPDATE, "name x", "UPDATE users SET name = 'x';"),
    ],
)
def test_what_a_database_says_comes_with_the_query_and_the_rollback(text, question, expected):
    assert kept(text, question) == expected


def test_a_row_of_a_long_result_comes_with_its_query_and_its_head():
    text = MYSQL % "".join(f"| {n:2} | ann{n:02} |\n" for n in range(40))
    assert kept(text, "ann17").splitlines() == [*text.splitlines()[:5], "| 17 | ann17 |", "+----+-------+"]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (CASH, "card retained", lines_of(CASH, 1, 2, 3, 4, 5, 6, 7, 8, 9)),
        (CASH, "balance 20 paid 0", lines_of(CASH, 1, 2, 3, 4, 10, 11, 12, 13, 14, 15, 16, 17, 19)),
        (CRASH, "sock", lines_of(CRASH, *range(1, 6))),
        (CRASH, "cfg", lines_of(CRASH, *range(1, 13))),
        (CRASH, "job 18", lines_of(CRASH, 13)),
        (UNITS, "OnCalendar", lines_of(UNITS, 7, 10, 11, 12)),
    ],
)
def test_parts_of_a_file_come_with_the_part_they_are_for(text, question, expected):
    assert kept(text, question) == expected
