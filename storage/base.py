"""What every table shares: names of constraints, our own keys, and moments that cannot be naive."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

# SQLite keeps text: fixed width, so that comparing the text compares the moments.
TEXT = "%Y-%m-%dT%H:%M:%S.%f"


class NaiveMoment(ValueError):
    """A datetime without a zone was on its way into the database."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC and given back aware.

    SQLite would drop the zone without converting (08:00+07:00 becomes 08:00), so a naive value is
    refused with NaiveMoment and every other one is converted first.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(26))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveMoment(f"{value!r} has no zone; give an aware moment")
        moment = value.astimezone(UTC)
        return moment.strftime(TEXT) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value + "+00:00")  # a tenth of what `replace` would take
        moment: datetime = value
        return moment.astimezone(UTC)


# Our own keys: 64 bits on PostgreSQL; SQLite numbers rows only in a plain INTEGER column.
Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: Json}  # noqa: RUF012 — SQLAlchemy's own name
