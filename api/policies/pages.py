"""The policy in words as a page: HTML for browsers, Markdown for shops that put it on their own."""

from __future__ import annotations

from html import escape

from fastapi.responses import HTMLResponse, PlainTextResponse

from api.policies.views import PolicyInWords

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Returns policy</title>
</head>
<body>
<main>
<h1>Returns policy</h1>
{sections}
<footer><p>Version {version}</p></footer>
</main>
</body>
</html>
"""
HTML, MARKDOWN = "text/html", "text/markdown"
# A page without scripts, styles or pictures of anybody.
ALONE = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


def wanted_page(accept: str) -> str:
    """Which of the pages the `Accept` header asks for first; none: JSON."""
    for part in accept.split(","):
        kind = part.split(";")[0].strip().lower()
        if kind in (HTML, MARKDOWN):
            return kind
        if kind in ("application/json", "*/*"):
            return ""
    return ""


def html_page(words: PolicyInWords) -> HTMLResponse:
    """The policy as a page that can be shown as it is."""
    sections = "\n".join(
        f"<h2>{escape(section.title)}</h2>\n<ul>\n"
        + "\n".join(f'<li id="{escape(each.rule)}">{escape(each.text)}</li>' for each in section.sentences)
        + "\n</ul>"
        for section in words.sections
    )
    return HTMLResponse(PAGE.format(sections=sections, version=words.version), headers=ALONE)


def markdown_page(words: PolicyInWords) -> PlainTextResponse:
    """The same in Markdown."""
    lines = ["# Returns policy", ""]
    for section in words.sections:
        lines += [f"## {section.title}", "", *(f"- {_plain(each.text)}" for each in section.sentences), ""]
    return PlainTextResponse("\n".join([*lines, f"Version {words.version}", ""]), media_type=MARKDOWN)


def _plain(text: str) -> str:
    """The text without what Markdown would take for markup."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>" else sign for sign in text)
