"""Published commendations."""

from django.urls import path

from movement.views import awards

app_name = "awards"
urlpatterns = [path("", awards.index, name="index")]
