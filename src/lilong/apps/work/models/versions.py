"""The tables of the library. A library across areas: all staff may read it, each area's duties write their own part."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from lilong.apps.work.lifecycle import SCENARIO
from lilong.apps.work.terms import PublicationCard, Reach
from lilong.kernel.areas import AreaCode
from lilong.kernel.words import Label
from lilong.ledger import shelves
from lilong.ledger.models import Living, area_column

NAME_MAX = 40
REFERENCE_MAX = 60
WORDS_MAX = 400


class Edition(shelves.Edition):
    """The edition of what is in force: renewed by every publication and withdrawal."""

    class Meta(shelves.Edition.Meta):
        db_table = "work_edition"


class ScenarioVersion(Living):
    """One version of a scenario. Its text changes while it is a draft and never again.

    ``version`` counts its acts as for every living subject; ``number`` is the scenario's own. ``writers`` are the
    accounts that wrote or edited it: none of them approves it.
    """

    name = models.CharField("名称 name", max_length=NAME_MAX)
    number = models.SmallIntegerField("版本号 number")
    kind = models.CharField("事类 kind", max_length=60)
    title_zh = models.CharField("标题", max_length=WORDS_MAX)
    title_en = models.CharField("title", max_length=WORDS_MAX)
    purpose = models.JSONField("用意 purpose")
    categories = ArrayField(models.CharField(max_length=80), verbose_name="类别 categories")
    text = models.TextField("文件 text")
    digest = models.CharField("摘要 digest", max_length=64)
    origin = models.CharField("抄自 origin", max_length=REFERENCE_MAX, blank=True)
    written_by = models.CharField("编写 written by", max_length=80)
    writer = models.JSONField("编写岗位 writer")
    writers = ArrayField(models.IntegerField(), verbose_name="编写账号 writers")
    written_at = models.DateTimeField("编写于 written")
    submitted_at = models.DateTimeField("提交于 submitted", null=True)
    approved_by = models.CharField("批准 approved by", max_length=80, blank=True)
    approver = models.JSONField("批准岗位 approver", null=True)
    approved_at = models.DateTimeField("批准于 approved", null=True)
    findings = models.JSONField("检查结果 findings", default=list)

    class Meta:
        db_table = "work_scenario"
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="work_scenario_number_once"),
            models.CheckConstraint(condition=Q(state__in=SCENARIO.state_names), name="work_scenario_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "published"]) | Q(approved_at__isnull=False),
                name="work_scenario_approved_first",
            ),
        ]
        indexes = [models.Index(fields=["-written_at", "-id"], name="work_scenario_latest")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """``name@number``: how a matter remembers the version it began with."""
        return f"{self.name}@{self.number}"

    @property
    def title(self) -> Label:
        """The title in both languages."""
        return Label(self.title_zh, self.title_en)


class Publication(models.Model):
    """A version in force in an area, for some types of area and a share of the matters, from ``since`` on.

    What it was decided on is erasable; the journal keeps its salted digest.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    area = area_column()
    area_types = ArrayField(models.CharField(max_length=40), verbose_name="区域类型 area types")
    share = models.SmallIntegerField("份额 share")
    since = models.DateTimeField("自 since")
    until = models.DateTimeField("至 until", null=True)
    evidence = models.TextField("依据 evidence")
    salt = models.BinaryField()
    by = models.JSONField("发布岗位 by")

    class Meta:
        db_table = "work_publication"
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=1, share__lte=100), name="work_publication_share"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="work_publication_ends_after"
            ),
            models.UniqueConstraint(
                fields=["version", "area", "area_types"],
                condition=Q(until__isnull=True),
                name="work_publication_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.area} {self.share}%"

    @property
    def reach(self) -> Reach:
        """Where it holds."""
        return Reach(AreaCode(self.area), tuple(self.area_types), self.share)

    @property
    def card(self) -> PublicationCard:
        """The row as a value; its version must be at hand."""
        reference, by = self.version.reference, Label.from_json(self.by)
        return PublicationCard(
            self.id, self.version_id, reference, self.reach, self.since, self.until, by, self.evidence
        )


class ScenarioNote(models.Model):
    """Words said when a version was approved, sent back or withdrawn. Erasable; the journal keeps the salted digest."""

    version = models.ForeignKey(ScenarioVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = models.TextField()
    salt = models.BinaryField()
    by = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        db_table = "work_scenario_note"

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%F %R}"


class Saving(models.Model):
    """What a version in force saved by the last reckoning: a rollup over areas, kept by a job, of no one person.

    ``median_days`` is by how much it cut the median; None: nothing can be told.
    """

    version = models.OneToOneField(ScenarioVersion, primary_key=True, on_delete=models.PROTECT, related_name="+")
    median_days = models.FloatField("中位数少几天 median days saved", null=True)
    at = models.DateTimeField("算于 reckoned")

    class Meta:
        db_table = "work_saving"

    def __str__(self) -> str:
        return f"{self.version_id} {self.median_days}"
