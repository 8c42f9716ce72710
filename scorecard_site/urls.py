"""Every address, app by app. Nothing but configuration imports this module."""

from allauth.account import views as account
from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    # First those that most people ask for: respondents.
    path("", include("surveys.urls")),
    path("sign-in/", account.request_login_code, name="account_request_login_code"),
    path(
        "sign-in/code/", account.confirm_login_code, name="account_confirm_login_code"
    ),
    path("sign-out/", account.logout, name="account_logout"),
    # allauth names these wherever it means signing in or signing up.
    path(
        "login/",
        RedirectView.as_view(pattern_name="account_request_login_code"),
        name="account_login",
    ),
    path(
        "signup/",
        RedirectView.as_view(pattern_name="account_request_login_code"),
        name="account_signup",
    ),
    path("", include("validation.urls")),
    path("", include("reports.urls")),
]

if settings.DEMO:
    from sesame.views import LoginView

    urlpatterns.append(path("demo/sign-in/", LoginView.as_view(), name="demo_sign_in"))
