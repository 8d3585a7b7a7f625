"""Pages as tests read them: tables by caption, links by text, every attribute; never a search through the whole text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "input", "hr", "img"}


@dataclass
class Element:
    """One element with its text in one line."""

    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    text: str = ""


@dataclass
class Table:
    """One table: its caption, and the texts of its rows below the head."""

    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)


class Page(HTMLParser):
    """A page taken apart."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.found: list[Table] = []
        self._open: list[Element] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(one.tag for one in self._open))
        self.elements.append(element)
        if tag == "table":
            self.found.append(Table())
        if tag == "tr" and self.found and "thead" not in element.inside:
            self.found[-1].rows.append([])
        if tag not in VOID:
            self._open.append(element)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text = " ".join(f"{element.text} {data}".split())

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            element = self._open.pop()
            if tag in {"td", "th"} and "table" in element.inside and "thead" not in element.inside:
                self.found[-1].rows[-1].append(element.text)
            if tag == "caption":
                self.found[-1].caption = element.text
            if element.tag == tag:
                break

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]

    def texts(self, tag: str) -> list[str]:
        return [element.text for element in self.all(tag)]

    @property
    def tables(self) -> dict[str, list[list[str]]]:
        return {table.caption: table.rows for table in self.found}

    @property
    def links(self) -> dict[str, str | None]:
        return {element.text: element.attributes.get("href") for element in self.all("a")}
