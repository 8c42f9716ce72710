"""A respondent's addresses.

Tokens are made of the letters that `slug` stands for. A link that was copied badly has
others as well, and is to lead to the respondents' own page that says so.
"""

from django.urls import path

from surveys.intake import code_views, views

urlpatterns = [
    path("answer/", code_views.enter, name="intake_enter"),
    path("answer/<str:open_link>/", views.start, name="intake_start"),
    path("respond/worker.js", views.worker, name="intake_worker"),
    path("respond/<str:token>/", views.overview, name="intake_resume"),
    path("respond/<str:token>/goals/", views.goals, name="intake_goals"),
    path("respond/<str:token>/goals/<int:number>/", views.goal, name="intake_goal"),
    path(
        "respond/<str:token>/sections/<slug:code>/",
        views.section,
        name="intake_section",
    ),
    path("respond/<str:token>/about-you/", views.profile, name="intake_profile"),
    path("respond/<str:token>/pages/", views.pages_to_take_along, name="intake_pages"),
    path("respond/<str:token>/answers/", views.answers_so_far, name="intake_answers"),
    path("respond/<str:token>/code/", code_views.new_code, name="intake_code"),
    path("respond/<str:token>/review/", views.review, name="intake_review"),
    path("respond/<str:token>/language/", views.language, name="intake_language"),
]
