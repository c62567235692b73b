"""Forms of work: what a step hands in, how a scenario is written, how a late task is answered."""

from lilong.apps.work.forms.facts import BeginForm, FactsForm, HandInForm
from lilong.apps.work.forms.tasks import AnswerForm

__all__ = ["AnswerForm", "BeginForm", "FactsForm", "HandInForm"]
