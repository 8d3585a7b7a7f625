"""One unit's placements never overlap: kept by the database, because two doors may write at once."""

from django.db import migrations

OVERLAP = """
    SELECT 1 FROM units_placement AS other
    WHERE other.unit_id = NEW.unit_id AND other.id <> COALESCE(NEW.id, -1)
      AND (other.valid_from IS NULL OR other.valid_to IS NULL OR other.valid_from < other.valid_to)
      AND (NEW.valid_from IS NULL OR NEW.valid_to IS NULL OR NEW.valid_from < NEW.valid_to)
      AND (other.valid_from IS NULL OR NEW.valid_to IS NULL OR other.valid_from < NEW.valid_to)
      AND (other.valid_to IS NULL OR NEW.valid_from IS NULL OR other.valid_to > NEW.valid_from)
"""
SQLITE = [
    f"""
    CREATE TRIGGER placements_do_not_overlap_{event} BEFORE {event} ON units_placement
    WHEN EXISTS ({OVERLAP})
    BEGIN SELECT RAISE(ABORT, 'placements_of_a_unit_overlap'); END
    """
    for event in ("insert", "update")
]
POSTGRESQL = [
    f"""
    CREATE FUNCTION placements_do_not_overlap() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM 1 FROM units_unit WHERE id = NEW.unit_id FOR UPDATE;
        IF EXISTS ({OVERLAP}) THEN
            RAISE EXCEPTION 'placements_of_a_unit_overlap' USING ERRCODE = 'exclusion_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER placements_do_not_overlap BEFORE INSERT OR UPDATE ON units_placement
    FOR EACH ROW EXECUTE FUNCTION placements_do_not_overlap()
    """,
]


def create(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER placements_do_not_overlap_insert")
        schema_editor.execute("DROP TRIGGER placements_do_not_overlap_update")
    else:
        schema_editor.execute("DROP TRIGGER placements_do_not_overlap ON units_placement")
        schema_editor.execute("DROP FUNCTION placements_do_not_overlap()")


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
