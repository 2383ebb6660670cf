"""Templates: a part of a page comes with the directives that say when it is shown."""

from __future__ import annotations

import time

import pytest
from outputs import kept, needed

from lingua_integrations.core.text.code.template_signs import directives_of
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of, may_be

PHP = """<h2>Discount</h2>
<?php if ($total > 100): ?>
  <p>A discount of 10 % applies.</p>
<?php elseif ($user->vip): ?>
  <p>A discount of 5 % applies.</p>
<?php else: ?>
  <p>No discount applies.</p>
<?php endif; ?>
<p>Dogs are welcome in the shop.</p>
"""
BRACES = """<?php
require 'db.php';
if (!csrf_ok($_POST['token'])) {
    exit('Bad token');
}
?>
<h1>Orders</h1>
<?php foreach ($orders as $order) { ?>
  <p><?= $order->sum ?></p>
<?php } ?>
<p>Call us.</p>
"""
PAIRS = {
    "erb": ("<% if user.admin? %>", "<p>Delete.</p>", "<% else %>", "<p>View.</p>", "<% end %>"),
    "ejs": ("<% if (user.admin) { %>", "<p>Delete.</p>", "<% } else { %>", "<p>View.</p>", "<% } %>"),
    "jinja": ("{% if user.admin %}", "<p>Delete.</p>", "{% else %}", "<p>View.</p>", "{% endif %}"),
    "handlebars": ("{{#if admin}}", "<p>Delete.</p>", "{{else}}", "<p>View.</p>", "{{/if}}"),
    "go": ("{{- if .Admin }}", "<p>Delete.</p>", "{{- else }}", "<p>View.</p>", "{{- end }}"),
    "svelte": ("{#if admin}", "<p>Delete.</p>", "{:else}", "<p>View.</p>", "{/if}"),
    "blade": ("@if ($admin)", "<p>Delete.</p>", "@else", "<p>View.</p>", "@endif"),
    "php": ("<?php if ($admin): ?>", "<p>Delete.</p>", "<?php else: ?>", "<p>View.</p>", "<?php endif; ?>"),
}


@pytest.mark.parametrize("sort", PAIRS)
def test_what_is_shown_comes_with_its_condition(sort: str) -> None:
    opens, then, divides, other, _ = PAIRS[sort]
    text = "\n".join(["<h1>Posts</h1>", *PAIRS[sort], "<p>Call us.</p>", ""])
    assert kind_of(text) == "template"
    found = needed(text)
    assert found[then] >= {opens}
    assert found[other] >= {opens, divides}
    assert opens not in found["<p>Call us.</p>"]
    assert read(text).structure.pieces[5].closes == 1  # type: ignore[union-attr]


def test_a_branch_of_php_in_html_comes_with_those_before_it() -> None:
    out = kept(PHP, "Which discount of 5 % applies?")
    assert out.splitlines() == [
        "<h2>Discount</h2>",
        "<?php if ($total > 100): ?>",
        "<!-- ... -->",
        "<?php elseif ($user->vip): ?>",
        "  <p>A discount of 5 % applies.</p>",
        "<?php endif; ?>",
    ]


def test_statements_of_php_above_a_page_are_code() -> None:
    found = needed(BRACES)
    assert found["exit('Bad token');"] == {"<?php", "if (!csrf_ok($_POST['token'])) {"}
    assert found["<p><?= $order->sum ?></p>"] == {"<h1>Orders</h1>", "<?php foreach ($orders as $order) { ?>"}


def test_a_mail_is_read_as_text_between_directives() -> None:
    text = (
        "Dear {{ name }},\n\n{% if overdue %}\nYour invoice is overdue. A fee of 10 EUR is due.\n{% else %}\n"
        "Thank you for paying. It has come in.\n{% endif %}\n\nOur office is in Bern. We are there all day.\n"
    )
    assert "{% if overdue %}" in needed(text)["A fee of 10 EUR is due."]
    assert "{% if overdue %}" not in needed(text)["Our office is in Bern."]


@pytest.mark.parametrize(
    "text",
    [
        "Use `{% if %}` so:\n\n    {% if user %}\n    Hello!\n    {% endif %}\n\nIt ends there.",
        "# Blocks\n\n```\n{% if a %}\nb\n{% endif %}\n```\n\nSo.",
        "<p>{{ name }}</p>\n<p>{{ town }}</p>",
    ],
)
def test_what_only_speaks_of_directives_is_no_template(text: str) -> None:
    assert kind_of(text) != "template"


def test_the_name_of_a_file_does_not_hide_directives() -> None:
    assert not may_be("html", PHP) and may_be("html", "<p>Call us.</p>")


@pytest.mark.parametrize("sign", ["<?php ", "{% if ", "{{#", "<% ", "{#a", "@if (", "<%= %>", "{% if a %}"])
def test_directives_take_time_linear_in_the_length(sign: str) -> None:
    start = time.process_time()
    directives_of(sign * 20_000, 0, len(sign) * 20_000)
    read("<p>\n" + (sign + "\n") * 5_000, "template")
    assert time.process_time() - start < 5
