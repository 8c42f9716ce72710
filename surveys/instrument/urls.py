"""Questionnaires of a scorecard: versions, editor, trial, files."""

from django.urls import URLPattern, URLResolver, include, path

from surveys.instrument.comparing import views as compare
from surveys.instrument.editor import views as editor
from surveys.instrument.printing import views as printing
from surveys.instrument.trying import views as trying
from surveys.instrument.versions import views

one: list[URLPattern] = [
    path("", views.instrument, name="instrument"),
    path("compare/", compare.instrument_compare, name="instrument_compare"),
    path("copy/", views.instrument_copy, name="instrument_copy"),
    path("use/", views.instrument_use, name="instrument_use"),
    path("remove/", views.instrument_remove, name="instrument_remove"),
    path("replace/", views.instrument_replace, name="instrument_replace"),
    path("questionnaire.xlsx", views.instrument_xlsx, name="instrument_xlsx"),
    path("questionnaire.yaml", views.instrument_yaml, name="instrument_yaml"),
    path("print/<slug:language>.pdf", printing.instrument_pdf, name="instrument_pdf"),
    path("try/", trying.instrument_try, name="instrument_try"),
    path("edit/<slug:kind>/", editor.edit_whole, name="instrument_edit"),
    path("add/<slug:kind>/", editor.add_part, name="instrument_add"),
    path("parts/<slug:kind>/<slug:code>/", editor.edit_part, name="instrument_part"),
    path(
        "parts/<slug:kind>/<slug:code>/move/",
        editor.move_part,
        name="instrument_part_move",
    ),
    path(
        "parts/<slug:kind>/<slug:code>/remove/",
        editor.remove_part,
        name="instrument_part_remove",
    ),
]
questionnaires: list[URLPattern | URLResolver] = [
    path("", views.instruments, name="instruments"),
    path("blank/", views.instrument_blank, name="instrument_blank"),
    path("import/", views.instrument_import, name="instrument_import"),
    path("<int:pk>/", include(one)),
]
urlpatterns = [path("scorecards/<slug:slug>/questionnaires/", include(questionnaires))]
