"""Forms of the keeper's page."""

from __future__ import annotations

from django import forms

from lilong.apps.organisations.terms import NOTE_MAX
from lilong.identity.wording import spoken
from lilong.kernel.words import Label


class NoteForm(forms.Form):
    """How a gap was mended."""

    note = forms.CharField(
        label=spoken(Label("怎么解决的", "How it was mended")),
        help_text=spoken(Label("例如：清单已补第 184 行。", "For instance: row 184 was added to the catalogue.")),
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
