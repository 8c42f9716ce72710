"""A member's role, as chosen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from validation.panel.forms import ROLE_NAMES


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Role"), choices=list(ROLE_NAMES.items()), widget=forms.RadioSelect
    )
