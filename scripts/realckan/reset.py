"""Empties an instance that is up: database, datastore, index, uploads and Redis. Users, tokens and test-org stay."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from .accounts import ORGANIZATION, keep_organization
from .instance import Instance
from .releases import Edition
from .steps import StepFailed
from .web import WebError, call_action
from .workshop import Workshop

# Every table is emptied but these, and of groups and their members only the organization and its users stay. The tables
# differ by version: 2.12 has no package_extra and group_extra, but file and file_owner.
_KEPT_TABLES = ("user", "group", "member", "api_token", "dashboard", "user_following_user", "system_info")

# A request that is still at work may hold a lock, hence the limit.
_EMPTY_DATABASE = f"""
    BEGIN;
    SET LOCAL lock_timeout = '5s';
    DO $$
    BEGIN
        EXECUTE (
            SELECT 'TRUNCATE ' || string_agg(format('public.%I', tablename), ', ')
            FROM pg_tables
            WHERE schemaname = 'public' AND tablename NOT LIKE '%alembic_version' AND tablename NOT IN {_KEPT_TABLES}
        );
    END $$;
    DELETE FROM member
        WHERE table_name <> 'user'
        OR group_id NOT IN (SELECT id FROM "group" WHERE name = '{ORGANIZATION}' AND is_organization);
    DELETE FROM "group" WHERE NOT (name = '{ORGANIZATION}' AND is_organization);
    UPDATE "group" SET state = 'active', title = 'Test organization', description = '', image_url = '',
        approval_status = 'approved', type = 'organization';
    DO $$
    BEGIN
        UPDATE "group" SET extras = '{{}}';
    EXCEPTION WHEN undefined_column THEN NULL;
    END $$;
    COMMIT;
"""  # noqa: S608 - every part is a constant of ours

# Aliases are views on the tables and go with them; the view `_table_metadata` and, from 2.12, the table `_table_stats`
# are CKAN's own and stay.
_EMPTY_DATASTORE = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format(
                CASE WHEN starts_with(name, '_') THEN 'TRUNCATE public.%I' ELSE 'DROP TABLE public.%I CASCADE' END, name
            );
        END LOOP;
    END $$;
"""


def reset(workshop: Workshop, edition: Edition) -> dict[str, object]:
    """Empty an instance and tell what is left of it, which is asked of CKAN."""
    start = time.monotonic()
    instance = workshop.instance(edition)
    step = f"resetting CKAN {instance.name}"
    if instance.process.pid() is None:
        raise StepFailed(step, "it is not up")
    identifier = edition.identifier
    workshop.postgres.run(workshop.steps, _EMPTY_DATABASE, database=identifier)
    workshop.postgres.run(workshop.steps, _EMPTY_DATASTORE, database=f"{identifier}_datastore")
    workshop.solr.empty(identifier)
    workshop.redis.flush(instance.account.redis_database)
    for uploads in (instance.storage / "resources", instance.storage / "storage" / "uploads" / "group"):
        _empty_folder(uploads)
    try:
        answer = _look(instance)
    except WebError as error:
        raise StepFailed(step, str(error), instance.error_log) from error
    if answer != {"datasets": 0, "organizations": [ORGANIZATION], "groups": []}:
        raise StepFailed(step, f"CKAN still has {answer}", instance.error_log)
    return answer | {"seconds": round(time.monotonic() - start, 2)}


def _empty_folder(folder: Path) -> None:
    """Remove what is in a folder; the folder stays, as CKAN 2.12 makes it only when it starts."""
    for entry in folder.iterdir() if folder.exists() else ():
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _look(instance: Instance) -> dict[str, object]:
    """What CKAN has, private datasets and drafts included; the organization is made again if it was purged."""
    url, token = instance.account.url, instance.account.sysadmin_token
    keep_organization(url, token)
    everything = {"rows": 0, "include_private": True, "include_drafts": True}
    return {
        "datasets": call_action(url, "package_search", everything, token=token)["count"],
        "organizations": call_action(url, "organization_list", {}, token=token),
        "groups": call_action(url, "group_list", {}, token=token),
    }
