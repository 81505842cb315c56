"""Which CKANs can be brought up: releases, profiles, and what each needs. Knows nothing of this machine."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Release:
    """A CKAN on PyPI and how it differs from its siblings when it is installed."""

    version: str
    full: str
    requirements: tuple[str, ...] = ()
    activity_has_migrations: bool = True


@dataclass(frozen=True)
class Profile:
    """A set of plugins and settings on top of a plain CKAN."""

    name: str
    requirements: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Edition:
    """A release with a profile: what one instance runs."""

    release: Release
    profile: Profile

    @property
    def name(self) -> str:
        """The name people see and files bear: `2.11` or `2.11-scheming`."""
        if self.profile.name == PLAIN.name:
            return self.release.version
        return f"{self.release.version}-{self.profile.name}"

    @property
    def identifier(self) -> str:
        """The name as PostgreSQL and Solr like it: `ckan_211` or `ckan_211_scheming`."""
        return "ckan_" + self.name.replace(".", "").replace("-", "_")

    @property
    def requirements(self) -> tuple[str, ...]:
        """All that pip installs, CKAN and its server included."""
        return (
            f"ckan[requirements]=={self.release.full}",
            "gunicorn",
            *self.release.requirements,
            *self.profile.requirements,
        )

    @property
    def plugins(self) -> tuple[str, ...]:
        """The value of `ckan.plugins`."""
        return (*self.profile.plugins, "activity", "datastore")


RELEASES = {
    release.version: release
    for release in (
        # CKAN 2.10 imports pkg_resources, which setuptools 82 removed; its activity plugin has no migrations, and
        # `ckan db upgrade -p activity` fails there.
        Release("2.10", "2.10.11", requirements=("setuptools<81",), activity_has_migrations=False),
        Release("2.11", "2.11.6"),
        Release("2.12", "2.12.0"),
    )
}

PLAIN = Profile("plain")
SCHEMING = Profile(
    "scheming",
    requirements=("ckanext-scheming",),
    plugins=("scheming_datasets",),
    settings={
        # Datasets of the default type, and `camel-photos` with fields that a plain CKAN does not know.
        "scheming.dataset_schemas": "ckanext.scheming:ckan_dataset.yaml ckanext.scheming:camel_photos.yaml",
        "scheming.presets": "ckanext.scheming:presets.json",
        "scheming.dataset_fallback": "false",
    },
)
PROFILES = {profile.name: profile for profile in (PLAIN, SCHEMING)}


def find_edition(version: str, profile: str) -> Edition:
    """The edition of a version (`2.11` or `2.11.6`) and a profile; LookupError says what there is instead."""
    for release in RELEASES.values():
        if version in (release.version, release.full):
            break
    else:
        raise LookupError(f"unknown version {version!r}: choose from {', '.join(RELEASES)}")
    if profile not in PROFILES:
        raise LookupError(f"unknown profile {profile!r}: choose from {', '.join(PROFILES)}")
    return Edition(release, PROFILES[profile])


def all_editions() -> list[Edition]:
    """Every edition there can be."""
    return [Edition(release, profile) for release in RELEASES.values() for profile in PROFILES.values()]
