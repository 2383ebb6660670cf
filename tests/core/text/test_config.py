"""A kept directive stands in its block, its stage, its section, its target."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall, CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kind_names import kind_of_name
from lingua_integrations.core.text.kinds import kind_of, may_be

LONG = (
    '    add_header X-Long "so that the block is no longer a short one, which would be kept as a whole";\n'
    * 3
)
NGINX = f"""http {{
    upstream api {{
{LONG}        server 10.0.0.1;
    }}
    server {{
{LONG}        listen 80;
        location /up {{
            client_max_body_size 50m;
{LONG}        }}
    }}
}}
"""
DOCKER = """FROM golang:1.22 AS build
RUN go build \\
    -o /app ./cmd
FROM debian:12
USER root
RUN apt-get install -y \\
    tzdata
USER 1000
CMD ["/app"]
"""
MAKE = "all: app\n\napp: main.o\n\tcc -o $@ $^\n\ntest: app\n\t./fast\n\t./slow \\\n\t  --all\n\nclean:\n\trm *.o\n"
APACHE = """<VirtualHost *:80>
    Redirect / https://example.com/
</VirtualHost>
<VirtualHost *:443>
    DocumentRoot /var/www/html
    <Directory /var/www/html/admin>
        AuthType Basic
        AuthName "An admin area, of which the name is a long one, so that the block is no short one any more"
        AuthUserFile /etc/apache2/a-path-that-is-rather-long-for-the-same-reason/passwd
        Require valid-user
    </Directory>
</VirtualHost>
"""
SSH = "Host *\n    Compression yes\n\nHost jump\n    User j\n    Port 2222\n\nHost db\n    User pg\n    Port 22\n"
HCL = """variable "region" {
  default = "eu"
}

resource "aws_instance" "db" {
  ami    = "ami-456"
  groups = [
    aws_security_group.admin_of_the_data_base_servers_in_all_regions_that_we_have_so_far.id,
    aws_security_group.backup_of_the_data_base_servers_in_all_regions_that_we_have_so_far.id,
  ]
  root_block_device {
    volume_size = 500
  }
}
"""
CRON = "MAILTO=ops\nCRON_TZ=Europe/Oslo\n# nightly backup\n30 2 * * * /bin/backup\n0 * * * * /bin/sync\n"


def kept(text, question, rate=0.05, kind=None):
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25"))
    contexts = [Context(text, kind=kind)]
    try:
        return compressor.compress(contexts, question=question, rate=rate).texts[0]
    except BudgetTooSmall as error:
        return compressor.compress(contexts, question=question, target_tokens=error.smallest).texts[0]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (
            NGINX,
            "client_max_body_size",
            "http {\n    server {\n        location /up {\n            client_max_body_size 50m;\n        }\n    }\n}",
        ),
        (DOCKER, "tzdata", "FROM debian:12\nRUN apt-get install -y \\\n    tzdata"),
        (DOCKER, "user root", "FROM debian:12\nUSER root\nUSER 1000"),
        (DOCKER, "golang", "FROM golang:1.22 AS build"),
        (MAKE, "slow", "test: app\n\t./fast\n\t./slow \\\n\t  --all"),
        (
            APACHE,
            "Require valid-user",
            "<VirtualHost *:443>\n    <Directory /var/www/html/admin>\n        Require valid-user\n    </Directory>\n"
            "</VirtualHost>",
        ),
        (SSH, "Which port does jump have?", "Host jump\n    User j\n    Port 2222"),
        (
            HCL,
            "volume_size",
            'resource "aws_instance" "db" {\n  root_block_device {\n    volume_size = 500\n  }\n}',
        ),
        (CRON, "backup", "CRON_TZ=Europe/Oslo\n# nightly backup\n30 2 * * * /bin/backup"),
    ],
    ids=["nginx", "a line goes on", "a later one counts", "stage", "recipe", "Apache", "SSH", "HCL", "cron"],
)
def test_a_directive_stands_in_its_block(text, question, expected):
    assert kind_of(text) == "config"
    assert kept(text, question) == expected


def test_a_branch_comes_with_its_condition_and_its_end():
    body = "".join(f"  key{n}: a rather long value, so that this is no short block\n" for n in range(6))
    text = "{{- if .Values.tls }}\n" + body + "{{- else }}\n" + body.replace("key", "plain") + "{{- end }}\n"
    assert kept(text, "plain3", kind="config").splitlines() == [
        "{{- if .Values.tls }}",
        "{{- else }}",
        "  plain3: a rather long value, so that this is no short block",
        "{{- end }}",
    ]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Dockerfile", "config"),
        ("docker/Dockerfile.prod", "config"),
        ("/etc/ssh/sshd_config", "config"),
        ("main.tf", "config"),
        (".env", "toml"),
        ("app/.env.local", "toml"),
        ("worker.service", "toml"),
        ("requirements.txt", "toml"),
        ("notes.txt", "text"),
        ("service", None),
    ],
)
def test_kinds_by_name(name, kind):
    assert kind_of_name(name) == kind


def test_a_name_alone_makes_no_configuration_of_prose():
    prose = "A web server hands on what it is asked for, and it may stand in front of other servers as well. It is fast."
    assert not may_be("config", prose) and not may_be("toml", prose)
    assert may_be("config", NGINX) and not may_be("toml", NGINX) and may_be("toml", "a = 1")


@pytest.mark.parametrize(
    "text",
    [
        "From here on we run.\nRun as fast as you can.\nAdd one more.",
        "Host families wanted:\n\nMatch your interests with ours.\nPort wine is served.",
        "Note: {\nthis is no block\n}",
        "int main() {\n  return 0;\n}\nint f(int x) {\n  return x;\n}",
        "a b c d e f\n1 2 3 4 5 6\n2 3 4 5 6 7",
    ],
)
def test_what_is_no_configuration(text):
    assert kind_of(text) != "config"


@given(st.lists(st.sampled_from([
    "server {", "}", "  listen 80;", "location / {", "<If x>", "</If>", "ifdef A", "else", "endif", "FROM a AS b",
    "RUN x \\", "  y", "\tz", "t: u", "Host a", "  Port 2", "# why", "{{ if .x }}", "{{ end }}", "a = [", "]", "b <<EOF", "EOF",
]), min_size=1, max_size=14))  # fmt: skip
def test_whatever_is_kept_is_closed_and_stands_in_its_block(found):
    """Each kept line has what opens its block; each piece of the text is in a unit."""
    text = "\n".join(found)
    units = read(text, "config")
    assert "".join("".join(units.strings()).split()) == "".join(text.split())
    pieces = units.structure.pieces if units.structure else ()
    for at, piece in enumerate(pieces):
        assert piece.closes < at and all(need != at for need in piece.needs)
    assert units.join(np.arange(len(units))) == text.rstrip() or not units.structure


@pytest.mark.parametrize("line", ["server {\n", "<If x>\n", "{{ if .x }}\n", "FROM a\nRUN b \\\n", "else\n"])
def test_time_is_linear(line):
    start = time.process_time()
    read(line * (50_000 // len(line)), "config")
    assert time.process_time() - start < 5


def test_a_file_of_one_bracket_is_read():
    assert read("[", "toml").strings() == ["["]


def test_a_comment_above_a_setting_says_nothing_without_it():
    text = "#\n# Retries if a password is bad.\n#\nLOGIN_RETRIES\t5\n\n#\n# Seconds for login.\n#\nLOGIN_TIMEOUT\t60\n"
    pieces = read(text, "toml").structure.pieces
    assert [piece.carrier for piece in pieces] == [True, False, True, False]


def test_settings_of_a_host_below_many_that_are_commented_out_need_it():
    disabled = "".join(f"#   IdentityFile ~/.ssh/key_of_machine_{n}\n" for n in range(40))
    pieces = read(
        f"Host *\n{disabled}    SendEnv LANG\n    GSSAPIAuthentication yes\n", "config"
    ).structure.pieces
    assert pieces[0].end == len("Host *")
    assert all(piece.needs == (0,) for piece in pieces[1:])
