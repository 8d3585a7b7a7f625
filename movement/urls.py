"""Public pages, open data and the dashboard."""

from django.urls import path

app_name = "movement"
urlpatterns: list = []
