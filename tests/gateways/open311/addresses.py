"""The gateway alone, at its address."""

from django.urls import include, path

urlpatterns = [path("open311/v2/", include("lilong.gateways.open311.urls"))]
