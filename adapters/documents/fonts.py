"""Words of any script on paper: in the fonts of every reader of PDF as far as these go, else in one that comes with the page."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

# The fonts that every reader of PDF has know these characters; words with others are set in a font that comes with the
# page. What that does not know either (Greek and Cyrillic it does, Chinese it does not) is shown as a question mark.
ENCODING = "cp1252"
FONT = "OpenSans"


def shown(text: str) -> str:
    """The text as markup of a paragraph, in a font that knows its characters."""
    try:
        text.encode(ENCODING)
    except UnicodeEncodeError:
        known = _embedded_font().face.charToGlyph
        written = "".join(sign if ord(sign) in known or sign == "\n" else "?" for sign in text)
        return f'<font name="{FONT}">{escape(written)}</font>'
    return escape(text)


def _embedded_font() -> Any:
    """The font that comes with the page, known to reportlab from the first use on."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from ttf_opensans import OPENSANS_REGULAR

    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, str(OPENSANS_REGULAR.path)))
        # Titles are bold; one weight is enough for what is written in them.
        pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=FONT, italic=FONT, boldItalic=FONT)
    return pdfmetrics.getFont(FONT)
