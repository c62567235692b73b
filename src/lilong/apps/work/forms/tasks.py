"""Forms of work, drawn from the life-cycle's own needs."""

from __future__ import annotations

from django import forms

from lilong.apps.work.lifecycle import TASK
from lilong.identity.wording import spoken
from lilong.kernel.words import Label

_ANSWER = next(need for need in TASK.steps["answer"].needs if need.name == "answer")
_CHARACTERS_MAX = 4000


class AnswerForm(forms.Form):
    """What was done about a task that is late."""

    answer = forms.CharField(
        label=spoken(_ANSWER.label),
        help_text=spoken(
            Label(
                "找了谁、定了什么时候办好；办的人和居民的隐私不要写。",
                "Whom you spoke to and by when it will be done; nothing private of anybody.",
            )
        ),
        max_length=_CHARACTERS_MAX,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": spoken(Label("请写一句怎么督促的。", "Say in a sentence what was done about it."))},
    )
