"""The gateway's own tables: whom it serves, whom it lets in, and which foreign ids stand for which case.

It owns no truth about a case: the rows of :class:`SentRequest` and :class:`SentUpdate` hold ids only, those of the
test endpoint are play and leave after a week.
"""

from __future__ import annotations

from django.db import models

from lilong.gateways.open311.terms import Datatype, ServiceKind
from lilong.ledger.models import area_column

_ID_CHARACTERS = 200


class Jurisdiction(models.Model):
    """One city under its ``jurisdiction_id``. ``changed_at`` is discovery's changeset."""

    id = models.CharField("jurisdiction_id", primary_key=True, max_length=100)
    name_zh = models.CharField("名称", max_length=100)
    name_en = models.CharField("name", max_length=100)
    city = area_column()
    contact = models.TextField("联系 contact")
    key_service = models.TextField("申请密钥 key service")
    language = models.CharField("语言 language", max_length=10, default="zh-hans")
    gives_expected = models.BooleanField("给出 expected_datetime", default=True)
    changed_at = models.DateTimeField("服务变更 services changed")

    class Meta:
        db_table = "open311_jurisdiction"
        verbose_name = verbose_name_plural = "Open311 jurisdiction"

    def __str__(self) -> str:
        return self.id


class ServicePosting(models.Model):
    """How a jurisdiction offers one category. Without a row it is listed, realtime, and asks nothing more."""

    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    category = models.CharField("类别 category", max_length=60)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ServiceKind])
    is_listed = models.BooleanField("列出 listed", default=True)

    class Meta:
        db_table = "open311_posting"
        constraints = [models.UniqueConstraint(fields=["jurisdiction", "category"], name="open311_posting_once")]

    def __str__(self) -> str:
        return f"{self.jurisdiction_id} {self.category}"


class ServiceQuestion(models.Model):
    """One extra question of a service. ``choices`` are [key, zh, en] in order."""

    posting = models.ForeignKey(ServicePosting, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=100)
    order = models.SmallIntegerField()
    datatype = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Datatype])
    required = models.BooleanField(default=False)
    text_zh = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    hint_zh = models.CharField(max_length=300, blank=True)
    hint_en = models.CharField(max_length=300, blank=True)
    choices = models.JSONField(default=list)

    class Meta:
        db_table = "open311_question"
        constraints = [
            models.UniqueConstraint(fields=["posting", "code"], name="open311_question_code_once"),
            models.UniqueConstraint(fields=["posting", "order"], name="open311_question_order_once"),
            models.CheckConstraint(condition=models.Q(order__gte=1), name="open311_question_order_from_one"),
        ]

    def __str__(self) -> str:
        return self.code


class ApiClient(models.Model):
    """A program that may send. Only the SHA-256 of its key is here; the key itself was shown once."""

    uid = models.UUIDField(unique=True, editable=False)
    name = models.CharField("名称 name", max_length=100)
    jurisdiction = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="+")
    key_digest = models.CharField(max_length=64, unique=True, editable=False)
    may_create = models.BooleanField("可报事 may create", default=True)
    may_update = models.BooleanField("可补充 may update", default=False)
    is_test = models.BooleanField("测试 test", default=False)
    is_active = models.BooleanField("启用 active", default=True)
    created_at = models.DateTimeField("发放 created")

    class Meta:
        db_table = "open311_client"
        verbose_name = verbose_name_plural = "Open311 client"

    def __str__(self) -> str:
        return self.name


class SentRequest(models.Model):
    """A request that came through here: the client's own id for it, our case, and the token while there is one.

    ``released_at`` is when a token began to answer with the id.
    """

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField(unique=True)
    number = models.CharField(max_length=24)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ServiceKind])
    external_id = models.CharField(max_length=_ID_CHARACTERS, null=True)
    token = models.CharField(max_length=40, null=True, unique=True)
    released_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "open311_request"
        constraints = [models.UniqueConstraint(fields=["client", "external_id"], name="open311_request_once")]
        indexes = [models.Index(fields=["number"], name="open311_request_number")]

    def __str__(self) -> str:
        return self.number


class SentUpdate(models.Model):
    """An update that came through here; ``update_id`` is the client's, ``kept_id`` ours."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    subject = models.UUIDField()
    update_id = models.CharField(max_length=_ID_CHARACTERS)
    kept_id = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        db_table = "open311_update"
        constraints = [models.UniqueConstraint(fields=["client", "update_id"], name="open311_update_once")]

    def __str__(self) -> str:
        return self.kept_id


class TrialRequest(models.Model):
    """A request on the test endpoint: nobody acts on it, nothing of its sender is kept, its life takes a minute."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=60)
    service_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ServiceKind])
    description = models.TextField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    address = models.CharField(max_length=500)
    address_id = models.CharField(max_length=_ID_CHARACTERS)
    media_url = models.TextField()
    is_private = models.BooleanField(default=False)
    answers = models.JSONField(default=list)
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    external_id = models.CharField(max_length=_ID_CHARACTERS)
    token = models.CharField(max_length=40, null=True, unique=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "open311_trial"
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="open311_trial_once")]

    def __str__(self) -> str:
        return f"T{self.pk}"


class TrialUpdate(models.Model):
    """An update sent to the test endpoint."""

    client = models.ForeignKey(ApiClient, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(TrialRequest, on_delete=models.PROTECT, related_name="+")
    update_id = models.CharField(max_length=_ID_CHARACTERS)
    detail = models.CharField(max_length=40)
    description = models.TextField()
    media_url = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "open311_trial_update"
        constraints = [models.UniqueConstraint(fields=["client", "update_id"], name="open311_trial_update_once")]

    def __str__(self) -> str:
        return self.update_id
