"""Empties an instance that is up: database, datastore, index, uploads and Redis. Users, tokens and test-org stay."""

from __future__ import annotations

import shutil
import time

from .accounts import ORGANIZATION, keep_organization
from .instance import Instance
from .releases import Edition
from .steps import StepFailed
from .web import WebError, call_action
from .workshop import Workshop

# What hangs on a dataset goes with it by CASCADE. Rows about datasets that no foreign key ties to one are named. A
# request that is still at work may hold a lock, hence the limit.
_EMPTY_DATABASE = f"""
    BEGIN;
    SET LOCAL lock_timeout = '5s';
    TRUNCATE package, tag, vocabulary, activity, activity_detail, task_status CASCADE;
    DELETE FROM user_following_group
        WHERE object_id NOT IN (SELECT id FROM "group" WHERE name = '{ORGANIZATION}' AND is_organization);
    DELETE FROM member
        WHERE table_name <> 'user'
        OR group_id NOT IN (SELECT id FROM "group" WHERE name = '{ORGANIZATION}' AND is_organization);
    DELETE FROM group_extra;
    DELETE FROM "group" WHERE NOT (name = '{ORGANIZATION}' AND is_organization);
    UPDATE "group" SET state = 'active', title = 'Test organization', description = '', image_url = '',
        approval_status = 'approved', type = 'organization';
    COMMIT;
"""

# Aliases are views on the tables and go with them; `_table_metadata` is CKAN's own view and stays.
_EMPTY_DATASTORE = """
    DO $$
    DECLARE name text;
    BEGIN
        FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('DROP TABLE public.%I CASCADE', name);
        END LOOP;
    END $$;
"""


def reset(workshop: Workshop, edition: Edition) -> dict[str, object]:
    """Empty an instance and tell what is left of it, which is asked of CKAN."""
    start = time.monotonic()
    instance = workshop.instance(edition)
    step = f"resetting CKAN {instance.name}"
    if instance.process.pid() is None:
        raise StepFailed(step, f"it is not up; run: scripts/ckan up {edition.release.version}")
    identifier = edition.identifier
    workshop.postgres.run(workshop.steps, _EMPTY_DATABASE, database=identifier)
    workshop.postgres.run(workshop.steps, _EMPTY_DATASTORE, database=f"{identifier}_datastore")
    workshop.solr.empty(identifier)
    workshop.redis.flush(instance.account.redis_database)
    for uploads in (instance.storage / "resources", instance.storage / "storage" / "uploads" / "group"):
        shutil.rmtree(uploads, ignore_errors=True)
    try:
        answer = _look(instance)
    except WebError as error:
        raise StepFailed(step, str(error), instance.error_log) from error
    if answer != {"datasets": 0, "organizations": [ORGANIZATION], "groups": []}:
        raise StepFailed(step, f"CKAN still has {answer}", instance.error_log)
    return answer | {"seconds": round(time.monotonic() - start, 2)}


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
