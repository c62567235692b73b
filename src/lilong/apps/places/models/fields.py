"""PostgreSQL's ``point`` in projected metres, for "what is near here" under a GiST index without PostGIS.

PostgreSQL compares geometry with an absolute tolerance of 1e-6, which in degrees is a street's width of error and in
metres is nothing: such a column always holds metres of the city's own plane, never degrees.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from typing_extensions import override

from lilong.apps.places.terms import Metres

# Django's fields and lookups are generic to a type checker only.
if TYPE_CHECKING:
    _Field = models.Field[Metres | tuple[float, float] | None, Metres | None]
    _Lookup = Lookup[tuple[Metres, float]]
else:
    _Field, _Lookup = models.Field, Lookup


class PointField(_Field):
    """A :class:`~lilong.apps.places.terms.Metres` stored as ``point``.

    Index it with ``GistIndex(fields=["place"])``; filter by ``place__within=(Metres, radius in metres)``; order by
    nearness with :func:`distance_to`.
    """

    description = "A point in metres on the city's plane"

    @override
    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column type."""
        return "point"

    def deconstruct(self) -> Any:
        """Migrations name the field by the door through which the apps above reach it."""
        name, _, args, kwargs = super().deconstruct()
        return name, "lilong.apps.places.public.PointField", args, kwargs

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Metres | None:
        """``(x,y)`` as the server writes it, in metres."""
        return None if value is None else self.to_python(value)

    def to_python(self, value: Any) -> Metres | None:
        """Metres from a pair or from the server's text. Raises ``ValueError`` for anything else."""
        if value is None or isinstance(value, Metres):
            return value
        x, y = value.strip("()").split(",") if isinstance(value, str) else value
        return Metres(float(x), float(y))

    def get_prep_value(self, value: Any) -> str | None:
        """The server's text for the point."""
        point = self.to_python(value)
        return None if point is None else f"({point.x!r},{point.y!r})"

    def get_placeholder(self, _value: object, _compiler: object, _connection: object) -> str:
        """The cast that lets the server take the text."""
        return "%s::point"


@PointField.register_lookup
class WithinMetres(_Lookup):
    """``place__within=(centre, radius)``: at most so many metres from there, by the GiST index."""

    lookup_name = "within"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """``place <@ circle``; the edge belongs to it."""
        left, parameters = self.process_lhs(compiler, connection)
        centre, radius = self.rhs
        return f"{left} <@ circle(point(%s, %s), %s)", (*parameters, centre[0], centre[1], float(radius))


def distance_to(field: str, centre: Metres) -> models.Func:
    """Metres between the column ``field`` and ``centre``, for annotating and for ordering by nearness."""
    point = models.Func(models.Value(centre.x), models.Value(centre.y), function="point", output_field=PointField())
    return models.Func(
        models.F(field), point, template="%(expressions)s", arg_joiner=" <-> ", output_field=models.FloatField()
    )
