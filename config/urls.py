"""All addresses."""

from django.contrib.auth import views as auth
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config import components, health, views
from config.api import router
from config.search import views as search
from config.tour import views as tour
from config.trials import views as trials
from projects import urls as projects
from reviews.views.applications import Reviewed, ReviewedExport

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", search.search, name="search"),
    path("search/suggest/", search.suggest, name="search-suggest"),
    path("search/meaning/", search.meaning, name="search-meaning"),
    path("accounts/login/", views.SignIn.as_view(), name="login"),
    path("accounts/logout/", auth.LogoutView.as_view(), name="logout"),
    path("accounts/password/", views.PasswordChange.as_view(), name="password_change"),
    path("accounts/password/done/", auth.PasswordChangeDoneView.as_view(), name="password_change_done"),
    path("i18n/setlang/", views.choose_language, name="set_language"),
    path("projects/", include(projects.patterns(Reviewed, ReviewedExport))),
    path("reviews/", include("reviews.urls")),
    path("catalog/", include("catalog.urls")),
    path("budgets/", include("budgets.urls")),
    path("insight/", include("insight.urls")),
    path("governance/document-templates/<int:pk>/try/", trials.try_template, name="try-template"),
    path("governance/", include("governance.urls")),
    path("api/v1/", include((router.urls, "api"), namespace="v1")),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", views.ApiDocs.as_view(url_name="api-schema"), name="api-docs"),
    path("components/", components.components, name="components"),
    path("tour/", tour.tour, name="tour"),
    path("accounts/demo/", tour.sign_in, name="demo-sign-in"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.missing"
handler500 = "config.errors.fault"
