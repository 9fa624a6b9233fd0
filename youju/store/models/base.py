"""What all tables share: no default manager called `objects`, and the open end of a known interval."""

import uuid

from django.db import models

OPEN = (
    2**62
)  # `seq_to` of a row that is still known to hold; a number, so that `seq < seq_to` needs no NULL case


class Table(models.Model):
    """A table whose manager says that nothing limits what it returns."""

    unscoped = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "unscoped"
        base_manager_name = "unscoped"


class Known(Table):
    """A row that was known from one ledger sequence until another (excluded). Only `seq_to` may change, once."""

    seq_from = models.BigIntegerField()
    seq_to = models.BigIntegerField(default=OPEN)

    class Meta(Table.Meta):
        abstract = True


def new_uid() -> uuid.UUID:
    """A random id for a URL or a file."""
    return uuid.uuid4()
