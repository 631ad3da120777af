#!/bin/sh
# Makes Temporal's two databases and brings their tables to the newest version; safe to repeat.
set -eu
for database in temporal temporal_visibility; do
    folder=$([ "$database" = temporal ] && echo temporal || echo visibility)
    tool() { temporal-sql-tool --plugin postgres12 --ep postgres -p 5432 -u "$POSTGRES_USER" --db "$database" "$@"; }
    tool create
    tool setup-schema -v 0.0 || echo "$database has its tables already"
    tool update-schema -d "/etc/temporal/schema/postgresql/v12/$folder/versioned"
done
