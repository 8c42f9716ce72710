"""A site that uses django-survey-and-report as its documentation says.

Run in an environment of its own, which holds the peer. One file: settings, addresses,
application (`peer_site:app`), and `prepare`, which enters the questionnaire.
"""

import json
import os
import sys
from datetime import date

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict
from startproject import MIDDLEWARE

ADDRESS = conninfo_to_dict(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="only for measuring",
    ALLOWED_HOSTS=["*"],
    DEBUG=False,
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "survey",
    ],
    MIDDLEWARE=MIDDLEWARE,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": ADDRESS["dbname"],
            "USER": ADDRESS.get("user", ""),
            "PASSWORD": ADDRESS.get("password", ""),
            "HOST": ADDRESS.get("host", ""),
            "PORT": ADDRESS.get("port", ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    },
    STATIC_URL="/static/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    USE_TZ=True,
    CSV_DIRECTORY="/nowhere",
    TEX_DIRECTORY="/nowhere",
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [
    path("survey/", include("survey.urls")),
    path("", include("survey.urls")),
]


def prepare(questionnaire: str) -> None:
    """Enter the questionnaire: one category a goal, shown as one page each."""
    from survey.models import Category, Question, Survey

    call_command("migrate", verbosity=0)
    asked = json.loads(questionnaire)
    survey = Survey.objects.create(
        name="Scorecard",
        description="",
        need_logged_user=False,
        display_method=Survey.BY_CATEGORY,
        expire_date=date(2100, 1, 1),
        publish_date=date(2020, 1, 1),
    )
    for number, goal in enumerate(asked["goals"]):
        category = Category.objects.create(
            name=f"{number + 1}. {goal}", survey=survey, order=number
        )
        for place, text in enumerate(asked["indicators"]):
            Question.objects.create(
                survey=survey,
                category=category,
                order=100 * number + place,
                required=False,
                type=Question.RADIO,
                choices=",".join(asked["choices"]),
                text=text,
            )
        Question.objects.create(
            survey=survey,
            category=category,
            order=100 * number + 99,
            required=False,
            type=Question.TEXT,
            text=asked["comment"],
        )


if __name__ == "__main__":
    prepare(sys.stdin.read())
app = get_wsgi_application()
