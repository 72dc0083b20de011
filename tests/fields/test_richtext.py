"""Text with bold, lists and links: what is kept, what goes, and that nothing else ever gets through (A1)."""

from __future__ import annotations

import random
import re
import time
from typing import Any

import pytest
from sqlalchemy import Column, Integer, insert, select, text

from app.fields.html import cleaned, is_marked_up, words
from app.fields.richtext import MARKUP, SPARE

LINK = '<a href="https://a.example/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<b>a</b> <i>b</i> <strike>c</strike>", "<p><strong>a </strong><em>b </em><s>c</s></p>"),
        ("<div>一</div><div><br></div><div>二</div>", "<p>一</p><p>二</p>"),
        ("<h1>标题</h1>正文<br>", "<h3>标题</h3><p>正文</p>"),
        ("<ul><li>a<ul><li>b</ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ol><li><p>a</p><p>b</p></li></ol>", "<ol><li>a<br>b</li></ol>"),
        ("<a href='https://a.example/?x=1&y=2' class=c style='color:red'>z</a>", f"<p>{LINK}z</a></p>"),
        ("<blockquote>q</blockquote>", "<blockquote><p>q</p></blockquote>"),
        ("<p>a</p><table><tr><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
        ("<p> </p><p><br></p><ul><li></li></ul>", ""),
    ],
)
def test_what_is_kept(subject: Any, typed: str, kept: str) -> None:
    assert subject("richtext").clean(typed) == kept


@pytest.mark.parametrize("href", [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", " javascript:alert(1)", "data:text/html,x",
    "vbscript:x", "//evil.example", "/logout", "logout", "#x", "", "&#106;avascript:alert(1)", "file:///etc/passwd",
])  # fmt: skip
def test_links_lead_to_whole_addresses_of_the_web_or_of_people(subject: Any, href: str) -> None:
    assert subject("richtext").clean(f'<p>a<a href="{href}">b</a></p>') == "<p>ab</p>"


def test_a_mail_address_is_one(subject: Any) -> None:
    assert 'href="mailto:a@b.example"' in subject("richtext").clean('<a href="mailto:a@b.example">x</a>')


@pytest.mark.parametrize("evil", [
    "<p>a</p><script>alert(1)</script>", "<p onclick=alert(1)>a</p>", "<p>a</p><img src=x onerror=alert(1)>",
    "<p>a<svg><script>alert(1)</script></svg></p>", "<p>a</p><style>*{}</style>", "<p style=color:red>a</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></mtext></math><p>a</p>",
    "<p>a</p><iframe src=javascript:alert(1)></iframe>", "<p>a</p><!-- x --><object data=x></object>",
    "<p id=main class=x name=y>a</p>", "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>a</p></noscript>",
])  # fmt: skip
def test_nothing_else_gets_through(subject: Any, evil: str) -> None:
    kept = subject("richtext").clean(evil)
    assert set(re.findall(r"<(\w+)", kept)) <= {"p"}
    assert "=" not in re.sub(r">[^<]*<", "><", kept), "no attribute is left"


def test_plain_text_is_kept_as_it_was_typed(subject: Any) -> None:
    """Announcements from before, texts of programs and forms without scripts: lines stay, and signs are signs."""
    tried = subject("richtext")
    assert tried.clean("一\n二\n\n三") == "<p>一<br>二</p><p>三</p>"
    assert tried.clean("1 < 2 & a <b then c>d") == "<p>1 &lt; 2 &amp; a &lt;b then c&gt;d</p>"
    assert tried.clean("<script>alert(1)</script>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert tried.clean("　　各位") == "<p>　　各位</p>"


def test_the_words_have_no_markup(subject: Any) -> None:
    html = (
        "<p>停电&lt;通知&gt; <strong>周六</strong></p><ul><li>A 区<ol><li>一</li></ol></li><li>B 区</li></ul><p>完</p>"
    )
    assert subject("richtext").text(html) == "停电<通知> 周六\n\n• A 区\n  1. 一\n• B 区\n\n完"
    assert subject("richtext").kind.title(subject("richtext").field, html, None) == "停电<通知> 周六"


def test_length_is_that_of_the_words(subject: Any) -> None:
    assert subject("richtext", max=3).clean("<p><strong><em>一二三</em></strong></p>")
    assert "At most 3" in subject("richtext", max=3).refusal("<p>一二三四</p>")
    assert "far too long" in subject("richtext", max=3).refusal("<b></b>" * 2000)


@pytest.mark.parametrize("hidden", ["&#x202e;", "&#8234;", "&#x2066;"])
def test_what_deceives_is_refused_in_disguise_too(subject: Any, hidden: str) -> None:
    assert "invisible character" in subject("richtext").refusal(f"<p>a{hidden}b</p>")


def test_a_cell_is_short_and_has_words_only(subject: Any) -> None:
    cell = subject("richtext").cell("<p><strong>停电</strong></p>" + "<p>长</p>" * 90)
    assert cell.startswith('<span title="停电')
    assert "strong" not in cell
    assert subject("richtext").cell("<p>a</p><p>&lt;b</p>") == "a &lt;b"


def test_what_is_shown_has_been_cleaned_even_if_the_database_says_otherwise(subject: Any) -> None:
    assert subject("richtext").show("<p>a<script>alert(1)</script></p>") == '<div class="rich"><p>a</p></div>'


def test_without_scripts_one_sees_no_tags_one_has_not_written(subject: Any) -> None:
    tried = subject("richtext")
    assert tried.form_value("<p>一<br>二</p>") == "一\n二"
    assert tried.form_value("<p><strong>一</strong></p>") == "<p><strong>一</strong></p>"
    odd = tried.clean("<p>a &lt;/b&gt;</p>")
    assert tried.clean(tried.form_value(odd)) == odd


FORMATTED = ["<p><strong>a</strong> b</p>", "<ul><li>a<ol><li>b</li></ol></li></ul>", f"<h3>a</h3><p>{LINK}z</a></p>"]


@pytest.mark.parametrize("html", FORMATTED)
def test_a_formatted_text_saved_unchanged_is_unchanged(subject: Any, html: str) -> None:
    tried = subject("richtext")
    assert tried.clean(tried.form_value(html)) == tried.clean(tried.json(html)) == html


def test_cleaning_twice_is_cleaning_once() -> None:
    pieces = ["<p>", "</p>", "<b>", "</b>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<br>", "字", " ", "a b",
              "<a href='https://x.y'>", "</a>", "<blockquote>", "</blockquote>", "<h3>", "</h3>", "<table><tr><td>",
              "&nbsp;", "\n", "<svg>", "<script>x</script>", "&lt;/b&gt;", "<div>", "</div>", "<template>"]  # fmt: skip
    rng = random.Random(7)
    for _round in range(3000):
        typed = "".join(rng.choices(pieces, k=rng.randint(1, 14))) + "</i>"
        once = cleaned(typed)
        assert cleaned(once) == once, typed
        if "<li>" not in once and not is_marked_up(words(once)):
            assert words(cleaned(words(once))) == words(once), typed


def test_search_looks_at_words_alone(subject: Any, matches: Any) -> None:
    notices = ["<p>本周六 <strong>系统</strong>升级</p>", f"<p>Strong 停电 {LINK}通知</a></p>", "<p>plain</p>"]
    find = lambda part: matches(subject("richtext"), notices, "contains", part)  # noqa: E731
    assert find("系统升级") == notices[:1]
    assert find("strong") == notices[1:2]
    assert find("href") == find("p>") == []
    assert find("plain") == notices[2:]


def test_rows_of_a_longtext_become_rich_text_as_they_are(subject: Any, connection: Any, new_table: Any) -> None:
    table = new_table(Column("id", Integer, primary_key=True), Column("it", subject("richtext").kind.type_(None)))
    connection.execute(text(f"INSERT INTO {table.name} (id, it) VALUES (1, '停电\n1 < 2')"))
    assert connection.scalar(select(table.c.it)) == "<p>停电<br>1 &lt; 2</p>"
    connection.execute(insert(table), [{"id": 2, "it": "<p>a</p><script>x</script>"}])
    assert connection.scalar(select(table.c.it).where(table.c.id == 2)) == "<p>a</p>", "whoever stores it"


def test_a_long_run_of_blanks_takes_no_time() -> None:
    """A1: 26,000 of them took six seconds of a worker."""
    begun = time.process_time()
    assert cleaned("x<br>" + " " * 26_000 + "y\n \t\n z") == "<p>x<br>y z</p>"
    assert time.process_time() - begun < 1


def test_what_is_remembered_of_texts_has_an_end() -> None:
    """A1: 1,024 of the longest ones, each in and out, were some 200 MB of every worker."""
    longest = 2 * 4 * (2000 * MARKUP + SPARE)  # in and out, bytes of a character
    assert sum(one.cache_parameters()["maxsize"] * longest for one in (cleaned, words)) < 64 * 1024**2
