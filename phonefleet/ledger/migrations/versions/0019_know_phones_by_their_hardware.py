"""Identify phones by their hardware, store their addresses, and notify deletions too.

An existing row gets its hardware when its phone is seen again. Until then its name is its only address.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

_KNOWN = r"""
INSERT INTO addresses (host, address, serial, kind, state, present, first_seen, last_seen)
SELECT host, serial, serial,
       CASE WHEN serial ~ ':[0-9]{1,5}$' OR serial ~ '\._adb(-tls-connect)?\._tcp\.?$' THEN 'network' ELSE 'usb' END,
       'absent', false, first_seen, last_seen
FROM devices
"""
_TELL = """
CREATE FUNCTION tell_phone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.serial <> '' THEN
        PERFORM pg_notify('phonefleet_changes', json_build_array('devices', OLD.serial)::text);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.serial <> '' THEN
        PERFORM pg_notify('phonefleet_changes', json_build_array('devices', NEW.serial)::text);
    END IF;
    RETURN NULL;
END $$
"""
_TRIGGERS = (
    """CREATE TRIGGER tell_address AFTER INSERT OR DELETE ON addresses FOR EACH ROW EXECUTE FUNCTION tell_phone()""",
    """CREATE TRIGGER tell_changed_address AFTER UPDATE ON addresses FOR EACH ROW WHEN (
           (OLD.serial, OLD.state, OLD.present, OLD.advice) IS DISTINCT FROM
           (NEW.serial, NEW.state, NEW.present, NEW.advice)
       ) EXECUTE FUNCTION tell_phone()""",
    """CREATE TRIGGER tell_known_device AFTER UPDATE ON devices FOR EACH ROW WHEN (
           (OLD.serial, OLD.serial_number, OLD.android_id, OLD.note) IS DISTINCT FROM
           (NEW.serial, NEW.serial_number, NEW.android_id, NEW.note)
       ) EXECUTE FUNCTION tell_phone()""",
    "CREATE TRIGGER tell_forgotten_device AFTER DELETE ON devices FOR EACH ROW EXECUTE FUNCTION tell_phone()",
)


def upgrade() -> None:
    """Apply."""
    for name in ("serial_number", "android_id"):
        op.add_column("devices", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("devices", sa.Column("note", sa.Text()))
    op.create_index("ix_devices_serial_number", "devices", ["serial_number"])
    op.create_index("ix_devices_android_id", "devices", ["android_id"])
    _create_addresses()
    for statement in (_KNOWN, _TELL, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION tell_phone() CASCADE")
    op.drop_table("addresses")
    op.drop_index("ix_devices_android_id", "devices")
    op.drop_index("ix_devices_serial_number", "devices")
    for name in ("note", "android_id", "serial_number"):
        op.drop_column("devices", name)


def _create_addresses() -> None:
    op.create_table(
        "addresses",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("host", "address", "serial", "kind", "state")),
        sa.Column("advice", sa.Text()),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", "address", "serial", name="pk_addresses"),
    )
    op.create_index("ix_addresses_serial", "addresses", ["serial"])
    op.create_index("ix_addresses_address", "addresses", ["address"])
