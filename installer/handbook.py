"""Put the clerks' handbook together: chapters, keys, and every code with cause and remedy.

Everything that it says stands elsewhere: the chapters in resources/handbook (the program shows
them too), the keys in the map behind F1, the codes in the catalogues that the program speaks from.
`python -m installer.handbook` writes docs/HANDBOOK.md and docs/HANDBOOK.en.md; a test compares.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sync.texts import LANGUAGES, texts
from ui.handbook import chapters
from ui.keys import KEYS, LIGHTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sync.texts import Texts
    from ui.handbook import Block, Chapter

DOCS = Path(__file__).resolve().parent.parent / "docs"
PICTURES = "pictures/pages"
_OPEN = "…"
_FAMILIES = ("error.", "violation.")


def path_of(language: str) -> Path:
    """Return where the handbook of a language stands."""
    return DOCS / ("HANDBOOK.md" if language == "zh_CN" else f"HANDBOOK.{language}.md")


def handbook(language: str) -> str:
    """Return the whole handbook in Markdown."""
    words = texts(language)
    book = chapters(language)
    lines = [f"# {words.t('handbook.title')}", "", words.t("handbook.about"), ""]
    lines += [f"- [{each.title}](#{each.code})" for each in book]
    for code in ("keys", "lights", "codes"):
        lines.append(f"- [{words.t(f'handbook.{code}')}](#{code})")
    lines.append("")
    for each in book:
        lines += _chapter(each)
    lines += _keys(words)
    lines += _lights(words)
    lines += _codes(words)
    return "\n".join(lines).rstrip() + "\n"


def codes(words: Texts) -> dict[str, tuple[str, str]]:
    """Return every code with what it means and what to do, as the program says them.

    What differs from case to case is left open as in the window when it is not known.
    """
    found: dict[str, tuple[str, str]] = {}
    for family in _FAMILIES:
        for code in sorted(words.under(family)):
            if code.endswith(".do") or code == "unknown":
                continue
            remedy = f"{family}{code}.do"
            found[code] = (
                _open(f"{family}{code}", words),
                _open(remedy if words.has(remedy) else "handbook.of_a_rule", words),
            )
    return found


def _chapter(each: Chapter) -> Iterator[str]:
    yield f'<a id="{each.code}"></a>'
    yield ""
    yield f"## {each.title}"
    before = ""
    for block in each.blocks:
        if block.kind != before or block.kind == "text":
            yield ""
        yield _block(block, each.title)
        before = block.kind
    yield ""


def _block(block: Block, title: str) -> str:
    words = "".join(
        f"<kbd>{part}</kbd>" if place % 2 else part
        for place, part in enumerate(block.words.split("`"))
    )
    if block.kind == "picture":
        return f"![{title}]({PICTURES}/{block.words}.png)"
    if block.kind == "step":
        return f"{block.number}. {words}"
    return f"- {words}" if block.kind == "point" else words


def _keys(words: Texts) -> Iterator[str]:
    yield from _head(words, "keys")
    yield f"| {words.t('handbook.key')} | {words.t('handbook.does')} |"
    yield "|---|---|"
    for keys, key in KEYS:
        yield f"| {_cell(keys)} | {_cell(words.t(key))} |"
    yield ""


def _lights(words: Texts) -> Iterator[str]:
    yield from _head(words, "lights")
    for name in LIGHTS:
        yield f"- **{words.t(f'help.light.{name}')}** {words.t(f'help.light.{name}.do')}"
    yield ""


def _codes(words: Texts) -> Iterator[str]:
    yield from _head(words, "codes")
    yield words.t("handbook.codes.about")
    yield ""
    heads = (words.t(f"handbook.{name}") for name in ("code", "what", "do"))
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|"
    for code, (what, remedy) in sorted(codes(words).items()):
        yield f"| `{code}` | {_cell(what)} | {_cell(remedy)} |"


def _head(words: Texts, code: str) -> Iterator[str]:
    yield f'<a id="{code}"></a>'
    yield ""
    yield f"## {words.t(f'handbook.{code}')}"
    yield ""


def _open(key: str, words: Texts) -> str:
    return words.t(key, **dict.fromkeys(words.arguments(key), _OPEN))


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def write_all() -> list[Path]:
    """Write the handbook in every language; return the files that were not so already."""
    written = []
    for language in LANGUAGES:
        path, text = path_of(language), handbook(language)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(path)
    return written


if __name__ == "__main__":
    write_all()
