"""Numbers in templates, always available."""

from django import template
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def figure(value: object) -> SafeString | str:
    """Return a number as the language writes it; an unknown one says so instead of looking like zero."""
    if value is None or value == "":
        return format_html('<span class="unknown">{}</span>', _("No figure yet"))
    return str(formats.localize(value, use_l10n=True))
