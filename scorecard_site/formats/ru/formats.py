"""Russian, as Django writes it but for dates: a sentence may end in one of these."""

DATE_FORMAT = "j E Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j E Y, H:i"
