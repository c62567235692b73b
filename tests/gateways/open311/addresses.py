"""The gateway at its address, and the cases whose pictures it points to."""

from django.urls import include, path

urlpatterns = [
    path("open311/v2/", include("lilong.gateways.open311.urls")),
]
