"""A real CKAN on this machine, for tests: `scripts/ckan up 2.11` and what it needs.

Everything lies in the git-ignored folder `.ckan/` of the checkout: one virtual environment per CKAN release, one
PostgreSQL cluster, one Redis and one Solr for all instances of the checkout, and a folder per instance with its
configuration, uploads and logs. Nothing is shared with another checkout, so two of them run side by side. An instance
is a CKAN version plus a profile (`plain` or `scheming`); it has its own databases, Redis database number, Solr core
and port. All servers listen on 127.0.0.1 only and are detached; they are stopped by pid, and a pid counts as ours only
while its start time is the one we noted.

`down` stops processes and keeps data and tokens: the next `up` takes seconds. To forget everything, run `down` and
delete `.ckan/`.

What surprises:

* PostgreSQL refuses to run as root and its user must be able to enter the cluster's folder. If `postgres` cannot enter
  the checkout, the cluster lies under `/var/tmp/realckan-<hash of the checkout's path>`; an orphaned one is emptied
  when the same checkout is brought up again.
* Solr comes from Maven Central, where there is no distribution, only jars: `JettySolrRunner` of the test framework
  serves the real Solr over HTTP. See `solr/`.
* The access log is written by our WSGI wrapper, not by gunicorn: a line is on disk before the client has the answer,
  so a test may count lines right after its call. gunicorn itself writes the line after the answer is sent.
"""
