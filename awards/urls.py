"""Published commendations."""

app_name = "awards"
urlpatterns: list = []
