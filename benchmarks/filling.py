"""Fills a CKAN from inside: `package_create` for each line, as a sysadmin, in this process, with no HTTP between.

    <python of the CKAN's venv> benchmarks/filling.py CONFIGURATION BODIES FIRST STEP

BODIES has one argument of `package_create` a line; this process takes line FIRST and each STEP-th after it, so several
of them share the work. The index is told of each dataset, and commits once, at the end, not each time.
"""

from __future__ import annotations

import itertools
import json
import logging
import sys
from pathlib import Path

from ckan import model
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app
from ckan.lib.search import commit
from ckan.plugins.toolkit import config, get_action


def main() -> None:
    configuration, bodies, first, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    logging.disable(logging.CRITICAL)
    application = make_app(CKANConfigLoader(configuration).get_config())
    with application._wsgi_app.test_request_context(), bodies.open() as lines:  # noqa: SLF001 - as ckan.tests does
        config["ckan.search.solr_commit"] = False
        user = get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        for line in itertools.islice(lines, first, None, step):
            context = {"user": user, "ignore_auth": True, "return_id_only": True}
            get_action("package_create")(context, json.loads(line))
            model.Session.expunge_all()
        commit()


if __name__ == "__main__":
    main()
