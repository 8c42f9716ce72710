"""The front page, the scorecard's home, the report as draft and as editions."""

from typing import TypeAlias

from django.urls import URLPattern, URLResolver, include, path

from reports.editions import views as editions
from reports.home import language
from reports.home import views as home
from reports.reading import views as reading
from reports.setup import urls as setup
from reports.setup import views as setup_views
from reports.workshop import views as workshop

Patterns: TypeAlias = list[URLPattern | URLResolver]

one_statement = [
    path("", workshop.statement_edit, name="statement_edit"),
    path("remove/", workshop.statement_remove, name="statement_remove"),
    path("sources/", workshop.statement_sources, name="statement_sources"),
]
statements: Patterns = [
    path("", workshop.statements, name="statements"),
    path("new/", workshop.statement_new, name="statement_new"),
    path("<int:statement>/", include(one_statement)),
]
draft: Patterns = [
    path("", reading.report, name="report"),
    path("computation/", reading.report_computation, name="report_computation"),
    path("chapters/<slug:code>/", reading.report_chapter, name="report_chapter"),
    path("goals/<int:number>/", reading.report_goal, name="report_goal"),
    path(
        "goals/<int:number>/computation/",
        reading.report_goal_computation,
        name="report_goal_computation",
    ),
    path("goals/<int:number>/statements/", include(statements)),
]
scorecard: Patterns = [
    path("", home.scorecard, name="scorecard"),
    path("close/", home.survey_close, name="survey_close"),
    path("", include(setup.scorecard)),
    path("editions/", editions.editions, name="editions"),
    path("editions/release/", editions.edition_release, name="edition_release"),
    path("report/", include(draft)),
]
one_edition = [
    path("", reading.edition, name="edition"),
    path("computation/", reading.edition_computation, name="edition_computation"),
    path("chapters/<slug:code>/", reading.edition_chapter, name="edition_chapter"),
    path("goals/<int:number>/", reading.edition_goal, name="edition_goal"),
    path(
        "goals/<int:number>/computation/",
        reading.edition_goal_computation,
        name="edition_goal_computation",
    ),
]
urlpatterns = [
    path("", home.home, name="home"),
    path("found/", setup_views.found, name="found"),
    path("language/<slug:code>/", language.language, name="language"),
    path("", include("reports.downloads.urls")),
    path("scorecards/<slug:slug>/", include(scorecard)),
    path("reports/<slug:slug>/", reading.latest_edition, name="latest_edition"),
    path("reports/<slug:slug>/<int:edition>/", include(one_edition)),
]
