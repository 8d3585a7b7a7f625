"""The same page in the other language."""

from typing import Any

from django import template
from django.urls import reverse, translate_url
from django.utils import translation

register = template.Library()


@register.simple_tag(takes_context=True)
def address_in(context: dict[str, Any], language: str) -> str:
    """Return the address of this page in `language`, or of the first page where this one has none."""
    request = context.get("request")
    if request is not None:
        here = request.get_full_path()
        if language == translation.get_language() or (there := translate_url(here, language)) != here:
            return here if language == translation.get_language() else there
    with translation.override(language):
        return reverse("movement:home")
