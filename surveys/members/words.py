"""What roles are called."""

from django.utils.translation import gettext

from surveys.models import Role


def role_names() -> dict[str, str]:
    """What a member's role is called."""
    return {
        Role.COORDINATOR: gettext("coordinator"),
        Role.RAPPORTEUR: gettext("rapporteur"),
        Role.EXPERT: gettext("expert"),
        Role.OBSERVER: gettext("observer"),
    }
