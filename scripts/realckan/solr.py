"""The Solr of a checkout: one server, a core per instance with the schema its CKAN ships."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .checkout import Checkout
from .ledger import Ledger
from .process import Process
from .steps import StepFailed, Steps, wait_until
from .web import WebError, fetch

_SOURCE = Path(__file__).parent / "solr"


@dataclass(frozen=True)
class Solr:
    """The Solr server of a checkout."""

    checkout: Checkout
    ledger: Ledger

    @property
    def process(self) -> Process:
        """Its process."""
        return self.checkout.process("solr")

    @property
    def log(self) -> Path:
        """Its log: warnings and errors."""
        return self.checkout.logs / "solr.log"

    @property
    def folder(self) -> Path:
        """Where its jars and its home lie."""
        return self.checkout.folder / "solr"

    @property
    def is_installed(self) -> bool:
        """Whether its jars are there, of the version we name now."""
        note = self.folder / "installed.xml"
        return note.exists() and note.read_bytes() == (_SOURCE / "pom.xml").read_bytes()

    def install(self, steps: Steps) -> None:
        """Have Maven bring the jars."""
        step = "downloading Solr"
        steps.say(step)
        jars = self.folder / "jars"
        shutil.rmtree(jars, ignore_errors=True)
        jars.mkdir(parents=True)
        options = [f"-DoutputDirectory={jars}", "-DincludeScope=runtime"]
        command = ["mvn", "-B", "-q", "-f", _SOURCE / "pom.xml", "dependency:copy-dependencies", *options]
        steps.run(step, command, log=self.checkout.logs / "mvn.log", attempts=3, folder=self.folder)
        shutil.copyfile(_SOURCE / "pom.xml", self.folder / "installed.xml")
        steps.say("Solr is downloaded")

    def start(self, steps: Steps) -> None:
        """Start it."""
        if self.process.pid() is not None:
            return
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_SOURCE / "solr.xml", home / "solr.xml")
        port = self.ledger.port("solr")
        options = ["-Xms256m", "-Xmx768m", "-Djava.awt.headless=true", "-cp", f"{self.folder / 'jars'}/*"]
        options += [f"-Dlog4j.configurationFile={_SOURCE / 'log4j2.xml'}", f"-Dsolr.log.dir={self.checkout.logs}"]
        command = ["java", *options, _SOURCE / "Launcher.java", home, str(port)]
        self.process.start(command, log=self.log, folder=self.folder)
        wait_until(
            self._answers,
            lambda: self.process.pid() is not None,
            step="starting Solr",
            log=self.log,
            patience=90,
        )
        steps.say(f"Solr runs on port {port}")

    def stop(self) -> bool:
        """Stop it."""
        return self.process.stop(patience=20)

    def url(self, core: str) -> str:
        """The address of a core."""
        return f"http://127.0.0.1:{self.ledger.ports['solr']}/solr/{core}"

    def create_core(self, core: str, schema: Path) -> None:
        """Make a core with our configuration and a CKAN's schema, unless it is there; it stays when Solr stops."""
        folder = self.folder / "home" / core
        try:
            if fetch(f"{self.url('admin')}/cores?action=STATUS&core={core}")["status"][core]:
                return
            shutil.rmtree(folder, ignore_errors=True)
            configuration = folder / "conf"
            configuration.mkdir(parents=True)
            shutil.copyfile(_SOURCE / "solrconfig.xml", configuration / "solrconfig.xml")
            shutil.copyfile(schema, configuration / "schema.xml")
            # The word lists that a schema names are part of a configset; CKAN wants none of the words in them.
            for name in re.findall(r'="([\w.-]+\.txt)"', schema.read_text(encoding="utf-8")):
                (configuration / name).touch()
            fetch(f"{self.url('admin')}/cores?action=CREATE&name={core}&instanceDir={core}")
        except WebError as error:
            raise StepFailed(f"creating the Solr core {core}", str(error), self.log) from error

    def empty(self, core: str) -> None:
        """Remove all documents of a core, with a hard commit: the next search finds none."""
        try:
            fetch(f"{self.url(core)}/update?commit=true&waitSearcher=true", {"delete": {"query": "*:*"}})
        except WebError as error:
            raise StepFailed(f"emptying the Solr core {core}", str(error), self.log) from error

    def _answers(self) -> bool:
        try:
            fetch(f"{self.url('admin')}/cores?action=STATUS&indexInfo=false", patience=5)
        except WebError:
            return False
        return True
