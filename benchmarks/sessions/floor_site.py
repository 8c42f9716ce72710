"""The floor: a Django view that serves pages made beforehand and stores a row a save.

No form, no check of anything, no second query. One file, to be served as
`floor_site:app`, in two ways (FLOOR): `project` is a site as `startproject` makes it,
whose view stores its rows with a model; `bare` has no middleware and writes its
statement out: the cheapest thing that Django can do, and nothing to put on the web.
"""

import json
import os
import secrets
from pathlib import Path

import dj_database_url
import django
from django.conf import settings
from startproject import MIDDLEWARE

IS_BARE = os.environ["FLOOR"] == "bare"

settings.configure(
    SECRET_KEY="only for measuring",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[] if IS_BARE else MIDDLEWARE,
    DATABASES={
        "default": dj_database_url.parse(
            os.environ["DATABASE_URL"], conn_max_age=60, conn_health_checks=True
        )
    },
    INSTALLED_APPS=[]
    if IS_BARE
    else [
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    LOGGING_CONFIG=None,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402

PAGES = {
    int(file.stem): file.read_bytes()
    for file in Path(os.environ["FLOOR_PAGES"]).glob("*.html")
}
TOKEN = b"THE-TOKEN"


class Saved(models.Model):  # noqa: DJ008
    token = models.TextField(db_index=True)
    page = models.IntegerField()
    answers = models.TextField()

    class Meta:
        app_label = "floor"
        db_table = "saved"


def prepare() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Saved)


def _save(token, number, answers):
    row = (token, number, json.dumps(answers))
    if not IS_BARE:
        Saved.objects.create(token=row[0], page=row[1], answers=row[2])
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO saved (token, page, answers) VALUES (%s, %s, %s)", row
        )


def begin(request):
    return HttpResponseRedirect(f"/{secrets.token_urlsafe(18)}/1/")


def page(request, token, number):
    if request.method == "POST":
        _save(token, number, request.POST.dict())
        return HttpResponse("saved")
    if not IS_BARE:
        get_token(request)  # sets the cookie that the form sends back
    return HttpResponse(PAGES[number].replace(TOKEN, token.encode()))


def review(request, token):
    if request.method == "POST":
        _save(token, 0, {})
        return HttpResponse("received")
    rows = Saved.objects.filter(token=token).values_list("page", "answers")
    return HttpResponse("".join(f"<p>{number}: {text}" for number, text in rows))


urlpatterns = [
    path("", begin),
    path("<str:token>/<int:number>/", page),
    path("<str:token>/review/", review),
]
app = get_wsgi_application()
