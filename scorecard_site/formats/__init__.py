"""How dates and numbers are written where Django does not say it as we do."""
