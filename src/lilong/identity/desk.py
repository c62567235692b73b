"""Administration pages whose save is a command: refused and journalled like any other act.

The form sends the command when it is otherwise valid, so that a refusal stands beside its field and nothing was
written. Who may do what is asked of the post's duties, not of Django's permissions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect
from typing_extensions import override

from lilong.identity.requests import Request, command_key
from lilong.identity.wording import in_page_language, spoken
from lilong.kernel.areas import AreaCode
from lilong.kernel.ids import new_id
from lilong.kernel.keys import CommandKey
from lilong.kernel.refusals import Refusal, Refused
from lilong.kernel.words import Label
from lilong.ledger.receipts import Receipt

# Django's classes take no parameter when the program runs.
if TYPE_CHECKING:
    AnyForm = forms.ModelForm[Any]

    class AnyAdmin(admin.ModelAdmin[Any]):
        """Django's, with the one method that the published types leave out."""

        def _changeform_view(
            self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
        ) -> HttpResponse: ...

else:
    AnyForm, AnyAdmin = forms.ModelForm, admin.ModelAdmin


class AreaField(forms.CharField):
    """An area's code, as digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    @override
    def clean(self, value: Any) -> AreaCode | None:
        """The area as a value; None where none was given."""
        text = super().clean(value)
        try:
            return AreaCode(text) if text else None
        except ValueError as error:
            words = Label("区域代码只由数字组成。", "An area code consists of digits.")
            raise forms.ValidationError(spoken(words)) from error


class CommandForm(AnyForm):
    """A form that sends a command once everything else about it is right; ``receipt`` is what came back."""

    request: ClassVar[Request]
    detail: ClassVar[str] = ""  # the receipt's detail that carries the id of what was made; empty: it names itself
    key = forms.UUIDField(widget=forms.HiddenInput)

    receipt: Receipt

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["key"] = new_id(self.request.at)

    def send(self, key: CommandKey) -> Receipt:
        """Send the command with what was cleaned."""
        raise NotImplementedError(type(self).__name__)

    def label(self, stem: str) -> Label:
        """Two cleaned texts side by side."""
        return Label(self.cleaned_data[f"{stem}_zh"], self.cleaned_data[f"{stem}_en"])

    @override
    def validate_unique(self) -> None:
        """Left to the command, which says what is there already and what to do."""

    @override
    def full_clean(self) -> None:
        """Clean everything, then send the command; what it refuses stands beside the other errors."""
        super().full_clean()
        if self.is_bound and not self.errors:
            try:
                self.receipt = self.send(command_key(self.request))
            except Refused as refused:
                for refusal in refused.refusals:
                    self._refuse(refusal)

    def _refuse(self, refusal: Refusal) -> None:
        field = next((name for name in (refusal.field, f"{refusal.field}_zh") if name in self.fields), None)
        self.add_error(field, f"{in_page_language(refusal.text)} {in_page_language(refusal.remedy)}")


class VersionedForm(CommandForm):
    """A form on something that has a version: what was seen goes with it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CommandAdmin(AnyAdmin):
    """A page for posts that carry ``duty``. Nothing is deleted; what may not be changed is shown."""

    duty: ClassVar[str]
    form: type[CommandForm]
    add_fields: ClassVar[tuple[str, ...]] = ()
    change_fields: ClassVar[tuple[str, ...]] = ()
    list_per_page = 50
    show_full_result_count = False

    @override
    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing the request whose command it sends."""
        # A field declared on the form stays in it unless it is taken away: what is only shown is not sent.
        shown = dict.fromkeys(self.get_readonly_fields(request, obj))
        kwargs["form"] = type("Sent", (self.form,), {**shown, "request": request})
        return super().get_form(request, obj, change=change, **kwargs)

    @override
    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """What is filled in to make one, or seen and changed on an existing one."""
        shown = (*self.add_fields,) if obj is None else (*dict.fromkeys((*self.add_fields, *self.change_fields)),)
        return (*shown, *(name for name in ("key", "version") if name in self.form.declared_fields))

    @override
    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """On an existing row, everything that is not among ``change_fields``."""
        if obj is None:
            return ()
        return tuple(name for name in self.add_fields if name not in self.change_fields)

    @override
    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the pages are listed."""
        return self._may(request)

    @override
    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever carries the duty sees every row; it is reference data."""
        return self._may(request)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        """The command asks for the area too."""
        return self._may(request) and bool(self.add_fields)

    @override
    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The command asks for the area too."""
        return self._may(request) and bool(self.change_fields)

    @override
    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: rows end, they do not vanish."""
        return False

    @override
    @method_decorator(csrf_protect)
    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page without Django's transaction: a command opens its own, durable one."""
        return self._changeform_view(request, object_id, form_url, extra_context)

    @override
    def save_model(self, request: HttpRequest, obj: Model, form: CommandForm, change: bool) -> None:
        """Read back what the command wrote."""
        if not change and form.detail:
            obj.pk = form.receipt.details[form.detail]
        obj.refresh_from_db()

    def _may(self, request: HttpRequest) -> bool:
        return self.duty in cast("Request", request).actor.duties


def row_key(request: HttpRequest) -> CommandKey:
    """A key for one row of an action on several. Doing it twice is refused by the row's own state."""
    arrived = cast("Request", request)
    return CommandKey(new_id(arrived.at), arrived.at, b"")
