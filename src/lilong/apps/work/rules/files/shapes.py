"""The shape of a scenario file, declared once: the reader, the writer and the published JSON Schema all follow it.

Which keys there are, what each takes and within which bounds stands here and nowhere else; what the names in a file
must mean is in ``meaning``.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import UNSET, Meta, Struct, UnsetType

from lilong.apps.work.terms.scenarios import ANY, Asked, FactKind, Hearer, HitPolicy, Moment, Unknown
from lilong.kernel.areas import Level
from lilong.kernel.clocks import AMOUNT_MAX, ClockKind
from lilong.kernel.words import Label

WORDS_MAX, EXPRESSION_MAX = 1_000, 400
STEPS_MAX, FACTS_MAX, TABLES_MAX, ROWS_MAX = 60, 60, 10, 200
NUMBER_MAX = 10**12
EVERYWHERE = (ANY,)
EVERYBODY = tuple(Asked)

TEXT_PATTERN = r"^[\s\S]*\S[\s\S]*$"
NAME_PATTERN = "^[a-z][a-z0-9_]{0,39}$"
LOOSE_PATTERN = "^[a-z][a-z0-9_-]{0,39}$"
DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
VALUE_PATTERN = r"^\S(.{0,58}\S)?$"
SCENARIO_PATTERN = "^[a-z][a-z0-9-]{0,39}$"
KIND_PATTERN = r"^[a-z_]+\.[a-z_]+$"
CATEGORY_PATTERN = r"^([A-Za-z0-9._:-]{1,59}\*?|\*)$"
AREA_TYPE_PATTERN = r"^([a-z][a-z0-9_-]{0,39}|\*)$"
# What each pattern lets through, in words.
PATTERNS = {
    TEXT_PATTERN: Label("至少写一个字", "at least one character"),
    NAME_PATTERN: Label(
        "小写字母开头，只用小写字母、数字、下划线，最多 40 个", "a-z, 0-9 and _, a letter first, 40 at most"
    ),
    LOOSE_PATTERN: Label(
        "小写字母开头，只用小写字母、数字、- 和 _，最多 40 个", "a-z, 0-9, - and _, a letter first, 40 at most"
    ),
    DAY_PATTERN: Label("写成 2018-05-24", "write it like 2018-05-24"),
    VALUE_PATTERN: Label("1 到 60 个字，首尾没有空格", "1 to 60 characters, no space at either end"),
    SCENARIO_PATTERN: Label(
        "小写字母开头，只用小写字母、数字、连字符，最多 40 个", "a-z, 0-9 and -, a letter first, 40 at most"
    ),
    KIND_PATTERN: Label("写成 cases.case 或 work.undertaking", "write cases.case or work.undertaking"),
    CATEGORY_PATTERN: Label(
        "类别代码，或以 * 结尾的开头，或 *", "a category code, a beginning of one with * after it, or *"
    ),
    AREA_TYPE_PATTERN: Label("区域类型的代码，或 *", "the code of a type of area, or *"),
}

Text = Annotated[str, Meta(pattern=TEXT_PATTERN, max_length=WORDS_MAX)]
Name = Annotated[str, Meta(pattern=NAME_PATTERN, description="小写字母、数字、下划线，字母开头，最多 40 个")]
LooseName = Annotated[str, Meta(pattern=LOOSE_PATTERN)]
Expression = Annotated[
    str,
    Meta(
        min_length=1, max_length=EXPRESSION_MAX, description="CEL 式子，可用事实、posture、hour、workday、results.步骤"
    ),
]
Cell = Annotated[str, Meta(min_length=1, max_length=EXPRESSION_MAX, description="CEL 式子；条件格里 - 表示都可以")]
Amount = Annotated[int, Meta(ge=1, le=AMOUNT_MAX)]
Number = Annotated[int, Meta(ge=-NUMBER_MAX, le=NUMBER_MAX)]
Day = Annotated[str, Meta(pattern=DAY_PATTERN, description="版本日期，写成 2018-05-24")]
Article = Annotated[int, Meta(ge=1, le=9999, description="第几条")]
Function = Annotated[LooseName, Meta(description="哪一类单位：职能目录里的代码")]
LevelName = Literal["city", "district", "street", "community"]
LEVELS: dict[Level, LevelName] = {
    Level.CITY: "city",
    Level.DISTRICT: "district",
    Level.STREET: "street",
    Level.COMMUNITY: "community",
}
Measured = Literal["late_share", "median_days", "back_share", "solved_share"]
MEASURED: dict[str, Measured] = {one: one for one in get_args(Measured)}
Better = Literal["lower", "higher"]
BETTER: dict[str, Better] = {one: one for one in get_args(Better)}
CATALOGUE: Literal["catalogue"] = "catalogue"
AreaLevel = Annotated[LevelName, Meta(description="市、区、街镇、居村")]

_ONE_OF_TWO = {"oneOf": [{"required": ["stage"]}, {"required": ["function", "level"]}]}


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """给人看的话，中英文都要。"""

    zh: Annotated[Text, Meta(description="中文")]
    en: Annotated[Text, Meta(description="英文")]


class ChoiceShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """一个选项。"""

    value: Annotated[str, Meta(pattern=VALUE_PATTERN, description="存下来的值，最多 60 个字")]
    label: Words


class FactShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """一件要知道的事（事实）。"""

    fact: Annotated[Name, Meta(description="名字，条件里就用它")]
    kind: Annotated[FactKind, Meta(description="类型")]
    label: Annotated[Words, Meta(description="怎么问")]
    why: Annotated[Words | UnsetType, Meta(description="为什么要问")] = UNSET
    required: Annotated[bool, Meta(description="是不是非答不可")] = False
    choices: Annotated[tuple[ChoiceShape, ...], Meta(max_length=20, description="选项，只用于 choice，2 到 20 个")] = ()
    least: Annotated[Number | UnsetType, Meta(description="最小的数，只用于数")] = UNSET
    most: Annotated[Number | UnsetType, Meta(description="最大的数；文字的字数；清单的项数")] = UNSET


class StartShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """开始时要问的一件事，问谁。"""

    fact: Name
    of: Annotated[tuple[Asked, ...], Meta(min_length=1, max_length=3, description="问居民、工作人员还是窗口")] = (
        EVERYBODY
    )


class RowShape(Struct, frozen=True, forbid_unknown_fields=True):
    """决策表的一行。"""

    when: Annotated[tuple[Cell, ...], Meta(max_length=20, description="每个输入一格")]
    then: Annotated[tuple[Cell, ...], Meta(max_length=20, description="每个输出一格")]


class TableShape(Struct, frozen=True, forbid_unknown_fields=True):
    """决策表：从已知的事得出别的事。"""

    table: Annotated[LooseName, Meta(description="名字")]
    title: Words
    hit: Annotated[HitPolicy, Meta(description="只能有一行符合，还是用第一个符合的")]
    inputs: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20, description="看哪些事")]
    outputs: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20, description="得出哪些事")]
    rows: Annotated[tuple[RowShape, ...], Meta(min_length=1, max_length=ROWS_MAX, description="各行")]


class OfficeShape(Struct, frozen=True, forbid_unknown_fields=True):
    """一类单位在某一级的那一个，不写具体名称。"""

    function: Function
    level: AreaLevel


class WhoShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """谁来办：按责任目录这个环节归谁就归谁，或者一类单位在某一级的那一个。"""

    stage: Annotated[LooseName | UnsetType, Meta(description="责任目录的环节")] = UNSET
    function: Function | UnsetType = UNSET
    level: AreaLevel | UnsetType = UNSET


class LimitShape(Struct, frozen=True, forbid_unknown_fields=True):
    """多少时间，按哪种钟。"""

    amount: Amount
    clock: ClockKind


class StepLimitShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """步骤的时限；写了 fact 就按那个事实的数，最多 amount。"""

    amount: Amount
    clock: ClockKind
    fact: Annotated[Name | UnsetType, Meta(description="按哪个整数事实算")] = UNSET


class BasisShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """一条法律依据。"""

    law: Annotated[Text, Meta(description="名称")]
    dated: Day
    article: Article
    verified: Annotated[bool, Meta(description="原文核对过没有，一定要写")]


class LegalLimitShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """法律给的最长时间，和它的依据。"""

    amount: Amount
    clock: ClockKind
    law: Annotated[Text, Meta(description="名称")]
    dated: Day
    article: Article
    verified: Annotated[bool, Meta(description="原文核对过没有，一定要写")]


class AtLeastShape(Struct, frozen=True, forbid_unknown_fields=True):
    """至少几个办好就往下走。"""

    at_least: Annotated[int, Meta(ge=1, le=STEPS_MAX)]


class ResultShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """一种办成的结果。"""

    result: Name
    label: Words
    ends: Annotated[bool, Meta(description="整件事到此了结")] = False


class WrongShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """一种没办成的结果：退回到哪一步，或整件事到此了结。"""

    result: Name
    label: Words
    back_to: Annotated[Name | UnsetType, Meta(description="退回到哪一步")] = UNSET
    at_most: Annotated[Annotated[int, Meta(ge=1, le=20)] | UnsetType, Meta(description="最多退几次")] = UNSET
    ends: Annotated[bool, Meta(description="整件事到此了结")] = False


class MessageShape(Struct, frozen=True, forbid_unknown_fields=True):
    """到某个时候对谁说的话；{名字} 处填上那个事实。"""

    at: Annotated[Moment, Meta(description="开始、办好、超时")]
    to: Annotated[Hearer, Meta(description="反映人、承办单位、上级单位")]
    words: Words


class StepShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """一个步骤。"""

    step: Annotated[Name, Meta(description="名字")]
    act: Annotated[LooseName | UnsetType, Meta(description="事项自身的哪个环节")] = UNSET
    title: Words
    hand_in: Annotated[Words, Meta(description="要交什么")]
    note: Annotated[Words | UnsetType, Meta(description="写的人的说明")] = UNSET
    who: Annotated[WhoShape, Meta(description="谁来办", extra_json_schema=_ONE_OF_TWO)]
    co: Annotated[tuple[OfficeShape, ...], Meta(max_length=10, description="协办")] = ()
    together: Annotated[bool, Meta(description="协办都交了，主办才能交")] = False
    limit: Annotated[Literal["catalogue"] | StepLimitShape, Meta(description="时限；catalogue 表示按责任目录")]
    emergency_limit: Annotated[LimitShape | UnsetType, Meta(description="应急状态下的时限")] = UNSET
    legal_limit: Annotated[LegalLimitShape | UnsetType, Meta(description="法律给的最长时间")] = UNSET
    after: Annotated[tuple[Name, ...], Meta(max_length=STEPS_MAX, description="在哪些步骤之后；不写就是一开始")] = ()
    join: Annotated[
        Literal["all", "any"] | AtLeastShape, Meta(description="前面的步骤全要办好、一个就够、至少几个")
    ] = "all"
    others: Annotated[Literal["withdraw", "go_on"], Meta(description="够数以后其余的撤回，还是接着办")] = "go_on"
    when: Annotated[Expression | UnsetType, Meta(description="什么情况下才办")] = UNSET
    if_unknown: Annotated[Unknown | UnsetType, Meta(description="还不知道时：照办还是不办")] = UNSET
    repeat: Annotated[Name | UnsetType, Meta(description="按哪个清单逐项办")] = UNSET
    fields: Annotated[tuple[Name, ...], Meta(max_length=FACTS_MAX, description="交的时候要填的事实")] = ()
    documents: Annotated[tuple[Words, ...], Meta(max_length=20, description="相关的书面材料，只是说明")] = ()
    results: Annotated[tuple[ResultShape, ...], Meta(max_length=20, description="办成的各种结果；不写就是办好了")] = ()
    goes_wrong: Annotated[tuple[WrongShape, ...], Meta(max_length=20, description="可能不成的各种情形")] = ()
    checked_by: Annotated[Name | UnsetType, Meta(description="后面哪一步来查")] = UNSET
    messages: Annotated[tuple[MessageShape, ...], Meta(max_length=20, description="要说的话")] = ()


class MeasureShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """看这个场景有没有用的一个数。"""

    of: Measured
    label: Words
    better: Annotated[Better, Meta(description="低好还是高好")] = "lower"


class ScenarioShape(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """里弄的场景文件：一件事怎么办。"""

    scenario: Annotated[str, Meta(pattern=SCENARIO_PATTERN, description="名字，各版本相同；小写字母、数字、连字符")]
    version: Annotated[int, Meta(ge=1, le=9999, description="第几版")]
    kind: Annotated[str, Meta(pattern=KIND_PATTERN, description="哪一类事：cases.case 或 work.undertaking")]
    title: Words
    purpose: Annotated[Words, Meta(description="为了什么")]
    categories: Annotated[
        tuple[Annotated[str, Meta(pattern=CATEGORY_PATTERN)], ...],
        Meta(max_length=50, description="用于哪些类别：代码，或以 * 结尾的开头；只用于事项"),
    ] = ()
    area_types: Annotated[
        tuple[Annotated[str, Meta(pattern=AREA_TYPE_PATTERN)], ...],
        Meta(min_length=1, max_length=20, description="用于哪些类型的区域；* 表示都可以"),
    ] = EVERYWHERE
    facts: Annotated[tuple[FactShape, ...], Meta(max_length=FACTS_MAX, description="要知道的事")] = ()
    start: Annotated[tuple[StartShape, ...], Meta(max_length=FACTS_MAX, description="开始时问什么、问谁")] = ()
    tables: Annotated[tuple[TableShape, ...], Meta(max_length=TABLES_MAX, description="决策表，按先后")] = ()
    steps: Annotated[tuple[StepShape, ...], Meta(min_length=1, max_length=STEPS_MAX, description="步骤")]
    measures: Annotated[tuple[MeasureShape, ...], Meta(max_length=10, description="怎么看有没有用")] = ()
    basis: Annotated[tuple[BasisShape, ...], Meta(max_length=20, description="法律依据")] = ()
    within: Annotated[LegalLimitShape | UnsetType, Meta(description="法律给整件事的最长时间")] = UNSET
