"""What is asked: goals x indicators, scale, bands, open and profile questions."""

from django.db import models
from django.db.models import F, Q

from surveys.localized import LocalizedField, text_in
from surveys.scoring import Band


class Instrument(models.Model):
    """One version of a questionnaire. A changed questionnaire is a new version."""

    class PercentFormula(models.TextChoices):
        OF_MAXIMUM = "percent_of_maximum", "100 x mean / maximum"
        OF_RANGE = "percent_of_range", "100 x (mean - minimum) / (maximum - minimum)"

    class MissingPolicy(models.TextChoices):
        EXCLUDE = "exclude", "left out of every mean"

    code = models.SlugField()
    version = models.PositiveSmallIntegerField()
    title = LocalizedField()
    languages = models.JSONField()
    consent = LocalizedField()
    percent_formula = models.CharField(
        max_length=30, choices=PercentFormula.choices, default=PercentFormula.OF_MAXIMUM
    )
    missing_policy = models.CharField(
        max_length=30, choices=MissingPolicy.choices, default=MissingPolicy.EXCLUDE
    )
    scale_minimum = models.PositiveSmallIntegerField()
    scale_maximum = models.PositiveSmallIntegerField()
    # One {language: text} per score, from the minimum to the maximum.
    scale_labels = models.JSONField()
    missing_labels = models.JSONField()
    # [{"code", "lowest", "highest", "name": {language: text}}], lowest band first.
    bands = models.JSONField()
    # Of its whole content; another one after every change.
    checksum = models.CharField(max_length=64)
    # Whose coordinators may change it until it is locked. None: the site's own, which
    # everybody may use and copy and nobody changes.
    owner = models.ForeignKey(
        "surveys.Scorecard",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_instruments",
    )
    # What an imported file held that has no place here: [text].
    left_out = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "version"], name="one_instrument_per_code_and_version"
            ),
            models.CheckConstraint(
                condition=Q(scale_minimum__lt=F("scale_maximum"))
                & Q(scale_maximum__lte=35),
                name="scale_runs_upwards_to_35_at_most",
            ),
            models.CheckConstraint(
                condition=Q(
                    percent_formula__in=["percent_of_maximum", "percent_of_range"]
                ),
                name="percent_formula_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{text_in(self.title)} ({self.code} {self.version})"

    @property
    def scale(self) -> list[tuple[int, str]]:
        """(score, label in the page's language), lowest score first."""
        scores = range(self.scale_minimum, self.scale_maximum + 1)
        return [
            (score, text_in(label))
            for score, label in zip(scores, self.scale_labels, strict=True)
        ]

    @property
    def score_bands(self) -> list[Band]:
        return [
            Band(name=band["code"], lowest=band["lowest"], highest=band["highest"])
            for band in self.bands
        ]


class Dimension(models.Model):
    """A group of indicators."""

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="dimensions"
    )
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    name = LocalizedField()
    description = LocalizedField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="dimension_numbers_are_unique"
            ),
        ]

    def __str__(self) -> str:
        return text_in(self.name)


class Indicator(models.Model):
    """A key area that is rated for every goal."""

    instrument = models.ForeignKey(
        Instrument, models.PROTECT, related_name="indicators"
    )
    dimension = models.ForeignKey(Dimension, models.PROTECT, related_name="indicators")
    # 1, 2, 3 …: also its place in an answer's string of ratings.
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    name = LocalizedField()
    question = LocalizedField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="indicator_numbers_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1), name="indicators_are_numbered_from_1"
            ),
        ]

    def __str__(self) -> str:
        return text_in(self.name)


class Goal(models.Model):
    """A Sustainable Development Goal, as this instrument words it."""

    # Four bytes, since every answer carries it.
    id = models.AutoField(primary_key=True)
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="goals")
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    colour = models.CharField(max_length=7)
    title = LocalizedField()
    full_title = LocalizedField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="goal_numbers_are_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {text_in(self.title)}"


class Section(models.Model):
    """A group of cross-cutting questions."""

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="sections")
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    title = LocalizedField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "number"], name="section_numbers_are_unique"
            ),
        ]

    def __str__(self) -> str:
        return text_in(self.title)


class Question(models.Model):
    """An open, choice or number question: per goal, cross-cutting or of the profile."""

    class Place(models.TextChoices):
        GOAL = "goal"
        CROSS_CUTTING = "cross_cutting"
        PROFILE = "profile"

    class Kind(models.TextChoices):
        LONG_TEXT = "long_text"
        SINGLE_CHOICE = "single_choice"
        MULTIPLE_CHOICE = "multiple_choice"
        NUMBER = "number"

    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="questions")
    place = models.CharField(max_length=20, choices=Place.choices)
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="questions"
    )
    number = models.PositiveSmallIntegerField()
    code = models.SlugField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    text = LocalizedField()
    help = LocalizedField(default=dict, blank=True)
    # [{"code", "label": {language: text}}] for the choice questions.
    options = models.JSONField(default=list, blank=True)
    is_required = models.BooleanField(default=False)
    max_length = models.PositiveIntegerField(default=4000)
    lowest = models.IntegerField(null=True, blank=True)
    highest = models.IntegerField(null=True, blank=True)

    class Meta:
        ordering = ["place", "section__number", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "code"], name="question_codes_are_unique"
            ),
            models.CheckConstraint(
                condition=Q(place="cross_cutting", section__isnull=False)
                | (~Q(place="cross_cutting") & Q(section__isnull=True)),
                name="cross_cutting_questions_have_a_section",
            ),
        ]

    def __str__(self) -> str:
        return text_in(self.text)
