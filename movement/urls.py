"""Public pages, open data and the dashboard."""

from django.urls import path

from movement.views import dashboard, open_data, public, series

app_name = "movement"
urlpatterns = [
    path("", public.home, name="home"),
    path("areas/<str:code>/", public.area, name="area"),
    path("areas/<str:code>/<int:year>/", public.year, name="year"),
    path("areas/<str:code>/<int:year>/data.<str:suffix>", open_data.data, name="data"),
    path("areas/<str:code>/<int:year>/errata.<str:suffix>", open_data.errata, name="errata"),
    path("areas/<str:code>/<int:year>/edition-<int:number>.<str:suffix>", open_data.edition_file, name="edition_file"),
    path("areas/<str:code>/series/<str:indicator>/", series.series, name="series"),
    path("areas/<str:code>/series/<str:indicator>/data.<str:suffix>", series.data, name="series_data"),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
]
