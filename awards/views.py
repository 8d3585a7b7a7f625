"""The public page of commendations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config.public import public_page


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """Say that no commendation has been published, and what will stand here."""
    return render(request, "awards/index.html")
