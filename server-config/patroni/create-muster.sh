#!/bin/sh
# Called by Patroni on the first node, with the connection string of its superuser.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$MUSTER_DB_PASSWORD" "$1" <<'SQL'
CREATE ROLE muster LOGIN PASSWORD :'password';
CREATE DATABASE muster OWNER muster ENCODING 'UTF8' TEMPLATE template0;
SQL
