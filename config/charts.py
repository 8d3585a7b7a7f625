"""Vega-Lite specification -> SVG that can stand in a page: named, described, without style, script or foreign ids.

Only the worker imports this module: the drawing library weighs 138 MB.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import vl_convert

SVG = "http://www.w3.org/2000/svg"
LABELLED = {"role", "aria-roledescription", "aria-label", "aria-hidden", "class", "pointer-events"}
NUMBERS = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", " ₫"]},
}


@dataclass(frozen=True)
class Drawing:
    """What is drawn, and what a reader who cannot see it is told. `name` is unique in its page."""

    name: str
    title: str
    description: str
    spec: dict[str, Any]


def draw(drawing: Drawing, language: str) -> str:
    """Return `drawing` as an SVG element, numbers written as in `language`."""
    text = vl_convert.vegalite_to_svg(drawing.spec, vl_version="5.21", format_locale=NUMBERS[language])
    root = ET.fromstring(text)  # noqa: S314 - written by the line above
    _strip(root)
    _prefix_ids(root, drawing.name)
    _name(root, drawing, language)
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _strip(root: ET.Element) -> None:
    """Take out what the content policy refuses, what the one title and description replace, and what draws nothing."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in {f"{{{SVG}}}style", f"{{{SVG}}}script"} or child.get("display") == "none":
                parent.remove(child)
        for attribute in list(parent.attrib):
            if attribute in LABELLED or attribute == "style" or attribute.startswith("on"):
                del parent.attrib[attribute]


def _prefix_ids(root: ET.Element, name: str) -> None:
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    for element in root.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.attrib[attribute] = f"{name}-{value}"
            elif value.startswith("url(#") and value[5:-1] in ids:
                element.attrib[attribute] = f"url(#{name}-{value[5:-1]})"
            elif attribute.endswith("href") and value.startswith("#"):
                element.attrib[attribute] = f"#{name}-{value[1:]}"


def _name(root: ET.Element, drawing: Drawing, language: str) -> None:
    title = ET.Element(f"{{{SVG}}}title", {"id": f"{drawing.name}-title"})
    title.text = drawing.title
    description = ET.Element(f"{{{SVG}}}desc", {"id": f"{drawing.name}-description"})
    description.text = drawing.description
    root[0:0] = [title, description]
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{drawing.name}-title {drawing.name}-description",
        "lang": language,
    }
