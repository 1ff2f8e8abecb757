"""Killed or refused in the middle: nothing acknowledged is lost, nothing is half there, the same again works.

Each job of `fault_jobs` is ended at every named point, ended at every change of a file, and has every change of a file
fail. By default the import fails at a third of them and the others at some; HECHANG_TURNS=1 takes all of the import,
HECHANG_EVERY=1 all of all, and counts each write of a long file too.
"""

import errno
import os
import shutil

import pytest

import fault_jobs
from forked import FAIL, FULL, KILL, KILLED, Forks, Harm, built
from turns import some

EVERY = os.environ.get("HECHANG_EVERY") == "1"
POINTS = {  # name: job, function, before or after its n-th call
    "import.decided": ("take_in", "fault_jobs:commit", "before", 1),
    "import.file-not-yet-kept": ("take_in", "hechang.intake.sheets.commit:_document", "before", 1),
    "import.file-kept": ("take_in", "hechang.intake.sheets.commit:_document", "after", 1),
    "import.rows-staged": ("take_in", "hechang.intake.sheets.commit:_rest", "after", 1),
    "import.rows-checked": ("take_in", "hechang.region.edit:Edit._write", "before", 1),
    "import.kept": ("take_in", "hechang.region.edit:Edit._write", "after", 1),
    "import.acknowledged": ("take_in", "fault_jobs:commit", "after", 1),
    "file.not-yet-written": ("edit", "hechang.store.blobs:write_synced", "before", 1),
    "file.named": ("edit", "hechang.store.blobs:write_synced", "after", 1),
    "file.kept": ("edit", "hechang.store.blobs:Blobs.keep", "after", 1),
    "commit.asked": ("edit", "hechang.store.sql_store:SqlStore.write", "before", 1),
    "commit.begun": ("edit", "hechang.store.sql_store:SqlStore._insert", "before", 1),
    "commit.agreed": ("edit", "hechang.store.sql_store:refuse", "after", 1),
    "commit.first-rows": ("edit", "hechang.store.sql_store:insert_rows", "after", 1),
    "commit.last-rows": ("edit", "hechang.store.sql_store:insert_rows", "after", 3),
    "commit.revision-made": ("edit", "hechang.store.sql_store:SqlStore._record", "after", 1),
    "commit.revision-written": ("edit", "hechang.store.audit:edited", "before", 1),
    "commit.leaf-made": ("edit", "hechang.store.audit:_keep", "before", 1),
    "commit.leaf-written": ("edit", "hechang.store.audit:_keep", "after", 1),
    "commit.rights-not-yet": ("edit", "hechang.store.rights:work_out", "before", 1),
    "commit.rights": ("edit", "hechang.store.rights:work_out", "after", 1),
    "commit.before-commit": ("edit", "hechang.store.writer:Writer._try", "after", 1),
    "commit.committed": ("edit", "hechang.store.writer:Writer._follow_up", "before", 1),
    "commit.head-not-yet": ("edit", "hechang.store.anchor:write_synced", "before", 1),
    "commit.head": ("edit", "hechang.store.anchor:write_synced", "after", 1),
    "commit.checkpoint-not-yet": ("edit", "hechang.store.checkpoints:Signer._keep", "before", 1),
    "commit.checkpoint": ("edit", "hechang.store.checkpoints:Signer._keep", "after", 1),
    "commit.signed": ("edit", "hechang.store.writer:Writer._follow_up", "after", 1),
    "commit.copy-not-yet": ("edit", "hechang.store.frozen:Copies.note", "before", 1),
    "commit.copy": ("edit", "hechang.store.frozen:Copies.note", "after", 1),
    "commit.acknowledged": ("edit", "hechang.store.sql_store:SqlStore.write", "after", 1),
    "commit.closing": ("edit", "hechang.store.sql_store:SqlStore.close", "before", 1),
    "commit.closed": ("edit", "hechang.store.sql_store:SqlStore.close", "after", 1),
    "publish.folder-looked-at": ("site", "hechang.publish.site:check_folder", "after", 1),
    "publish.pages-made": ("site", "hechang.publish.site:_replace", "before", 1),
    "publish.written-beside": ("site", "hechang.publish.site:_beside", "after", 1),
    "publish.called-incomplete": ("site", "hechang.publish.site:_contents", "after", 1),
    "publish.swapped": ("site", "hechang.publish.site:_swap", "after", 1),
    "publish.old-pages-gone": ("site", "hechang.publish.site:_contents", "before", 2),
    "publish.called-complete": ("site", "hechang.publish.site:_contents", "after", 2),
    "publish.acknowledged": ("site", "hechang.publish.site:_replace", "after", 1),
    "migrate.found-old": ("grow", "hechang.store.growing:_grow", "before", 1),
    "migrate.snapshot-not-yet": ("grow", "hechang.store.growing:snapshot", "before", 1),
    "migrate.snapshot-copied": ("grow", "hechang.store.growing:_keep", "before", 1),
    "migrate.snapshot": ("grow", "hechang.store.growing:snapshot", "after", 1),
    "migrate.first-step": ("grow", "alembic.runtime.migration:HeadMaintainer.update_to_step", "after", 1),
    "migrate.second-step": ("grow", "alembic.runtime.migration:HeadMaintainer.update_to_step", "after", 2),
    "migrate.last-step": ("grow", "alembic.runtime.migration:HeadMaintainer.update_to_step", "after", 3),
    "migrate.steps": ("grow", "hechang.store.layout:_steps", "after", 1),
    "migrate.compared": ("grow", "hechang.store.layout:_add", "after", 1),
    "migrate.log-begun": ("grow", "hechang.store.layout:begin", "after", 1),
    "migrate.before-commit": ("grow", "hechang.store.growing:add", "after", 1),
    "migrate.committed": ("grow", "hechang.store.growing:_grow", "after", 1),
    "backup.database-not-yet": ("save", "hechang.region.backups:take_database", "before", 1),
    "backup.database": ("save", "hechang.region.backups:take_database", "after", 1),
    "backup.taken": ("save", "hechang.region.backups:_taken", "after", 1),
    "backup.described": ("save", "hechang.region.backups:_described", "after", 1),
    "backup.packed": ("save", "hechang.store.bundle:sync_folder", "before", 1),
    "backup.acknowledged": ("save", "hechang.region.backups:pack", "after", 1),
    "restore.unpacked": ("give_back", "hechang.region.backups:unpack", "after", 1),
    "restore.opened": ("give_back", "hechang.region.backups:_prove", "before", 1),
    "restore.proved": ("give_back", "hechang.region.backups:_prove", "after", 1),
    "restore.moved": ("give_back", "hechang.region.backups:_move", "after", 1),
}
WRITING = ("edit", "take_in", "site", "grow", "save", "give_back")


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    made = Forks(built(tmp_path_factory.mktemp("shim")))
    yield made
    made.close()


class Bench:
    """Fresh regions for one job, and how they look before and after it."""

    def __init__(self, job, room, forks):
        self.job, self.room, self.forks = job, room, forks
        self.template = room / "template"
        self.template.mkdir()
        fault_jobs.prepared(job, self.template, forks)
        self.before, self.after, self.changes = self._seen(), *self._done()
        assert self.before != self.after or job == "grow"

    def fresh(self):
        shutil.rmtree(self.room / "trial", ignore_errors=True)
        return shutil.copytree(self.template, self.room / "trial")

    def run(self, place, **how):
        return self.forks.run(self.job, str(place / "r.hc"), **how)

    def state(self, place):
        return fault_jobs.state(self.job, place)

    def _seen(self):
        return self.state(self.fresh())

    def _done(self):
        place = self.fresh()
        ended = self.run(place, harm=Harm(str(place), every=EVERY))
        assert ended.status == 0 and not ended.kind, ended
        self.told = fault_jobs.told(place / "r.hc")
        return self.state(place), ended.counted

    def some(self):
        """Changes at which something goes wrong: all, or six of them."""
        return range(1, self.changes + 1) if EVERY else range(2, self.changes + 1, -(-self.changes // 6))

    def check(self, place, *, acknowledged=False, again=True):
        """Nothing is half there, and the same again ends as if nothing had happened."""
        found = self.state(place)
        assert found in ((self.after,) if acknowledged else (self.before, self.after, None))
        if again:
            self.check_again(place)

    def check_again(self, place):
        again = self.run(place)
        assert again.status == 0 and not again.kind, again
        assert self.state(place) == self.after


@pytest.fixture(scope="module")
def benches(forks, tmp_path_factory):
    made = {}

    def of(job):
        if job not in made:
            made[job] = Bench(job, tmp_path_factory.mktemp(job), forks)
        return made[job]

    return of


# --- kill -9 ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", some(POINTS, "points"))
def test_a_kill_at_a_named_point_loses_nothing_and_the_same_again_succeeds(benches, name):
    job, *point = POINTS[name]
    bench = benches(job)
    place = bench.fresh()
    assert bench.run(place, patch=point).status == KILLED, "nobody reaches this point any more"
    bench.check(place, acknowledged=name.endswith(".acknowledged"))
    if job == "edit":  # what killed programs leave in the cache is never shown
        assert fault_jobs.told(place / "r.hc") == bench.told


@pytest.mark.slow
@pytest.mark.parametrize("job", WRITING)
def test_a_kill_at_any_change_of_a_file_loses_nothing_and_the_same_again_succeeds(benches, job, record_property):
    bench = benches(job)
    for nth in bench.some():
        place = bench.fresh()
        assert bench.run(place, harm=Harm(str(place), KILL, nth, every=EVERY)).status == KILLED, nth
        bench.check(place)
    record_property("kills", f"{len(bench.some())} of {bench.changes}")


# --- a disk that fails or is full -------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.parametrize("job", WRITING)
@pytest.mark.parametrize(("what", "number"), [(FAIL, errno.EIO), (FULL, errno.ENOSPC)], ids=["fails once", "is full"])
def test_a_disk_that_fails_at_any_change_is_told_in_words_and_loses_nothing(
    benches, job, what, number, record_property
):
    bench, refused = benches(job), 0
    changes = some(range(1, bench.changes + 1), f"{job} {what}") if job == "take_in" else bench.some()
    for nth in changes:
        place = bench.fresh()
        ended = bench.run(place, harm=Harm(str(place), what, nth, number, every=EVERY))
        assert ended.status == 0 and ended.kind != "traceback", (nth, ended.trace)
        assert all(ended.said) or not ended.kind
        refused += bool(ended.kind)
        bench.check(place, acknowledged=not ended.kind, again=EVERY or nth % 4 == 0)
    assert refused
    record_property("failures", f"{len(changes)} of {bench.changes}, {refused} refused in words")


def test_a_disk_that_fills_up_refuses_in_words_stays_readable_and_goes_on_once_it_is_cleared(forks, tmp_path):
    place = fault_jobs.prepared("edit", tmp_path, forks)
    ended = forks.run("full_day", str(place), harm=Harm(str(tmp_path), FULL, 1))
    assert not ended.kind, ended
    day = ended.value
    assert {name: told[0] for name, told in day["told"].items()} == dict.fromkeys(day["told"], "NoRoom")
    assert all("Make room" in en and "空间" in zh for _, en, zh in day["told"].values())
    assert day["read"] == [day["before"], 1, 1]
    assert not any(day["again"].values()) and day["whole"]
