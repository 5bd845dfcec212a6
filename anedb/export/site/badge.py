"A badge: an SVG file with a width of its own, readable without a font we ship."

from __future__ import annotations

from html import escape

from anedb.export.text import visible

COLOURS = {"yes": "#0b6b50", "likely": "#3d6f5d", "no": "#a32020", "unknown": "#59616a"}
LABEL = "ANE baseline"
CHARACTER = 6.6
"Pixels that a character of Verdana 11 takes, about; `textLength` makes it exact."


def badge(title: str, verdict: str, text: str) -> str:
    "`verdict` picks the colour, `text` says it; the colour says nothing that the text does not."
    left, right = _width(LABEL), _width(text)
    whole = left + right
    name = escape(visible(f"{title}: {LABEL} {text}"), quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="20" viewBox="0 0 {whole} 20" role="img" '
        f'aria-label="{name}"><title>{name}</title>'
        f'<rect width="{whole}" height="20" rx="3" fill="#33383d"/>'
        f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{right - 3}z" fill="{COLOURS[verdict]}"/>'
        f'<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="6" y="14" textLength="{left - 12}" lengthAdjust="spacingAndGlyphs">{LABEL}</text>'
        f'<text x="{left + 6}" y="14" textLength="{right - 12}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(visible(text))}</text></g></svg>\n"
    )


def _width(text: str) -> int:
    return round(len(text) * CHARACTER) + 12
