"""What an HTML text is made of, by the parser of the standard library: for tests of what gets into a page."""

from __future__ import annotations

from html.parser import HTMLParser


class Elements(HTMLParser):
    """The elements and attributes of a page, and those that are not closed in order."""

    EMPTY = frozenset({"meta", "link", "input", "rect", "line", "circle", "path", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.crossed: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


def assert_harmless(text: str) -> None:
    """Well formed, with nothing from outside, nothing that runs but the page's script, and no style in attributes."""
    elements = Elements(text)
    assert elements.crossed == []
    assert elements.open == []
    assert elements.names.isdisjoint(
        {"img", "iframe", "object", "embed", "audio", "video", "base", "use", "image"}
    )
    for name, value in elements.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcset", "style", "action", "formaction", "xlink:href")
        if name == "href":
            assert value is not None
            assert value.startswith(("#", "data:,"))
