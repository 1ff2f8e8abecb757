"""What the log says of each kind of broken record, and of keys, anchors and readers that are none."""

import base64
import json
import re

import pytest
import sqlalchemy as sa

from hechang.engines.merkle import Frontier, extend, leaf
from hechang.region.allowed import may
from hechang.region.cells import Cells
from hechang.store import audit
from hechang.store.blobs import Blobs
from hechang.store.canonical import record_hash
from hechang.store.folder import DATABASE
from hechang.store.outside import give
from hechang.store.proofs import prove_rows
from hechang.store.readers import Grant, Reader, Share, reader
from hechang.store.signing import KEYS, key_of, key_path, signed
from hechang.store.sqlite import write_engine
from hechang.store.verify import verify
from hechang.terms.errors import AuditBroken, FileFault, NotKnown
from hechang.terms.ladders import metric
from hechang.terms.marks import marks_in_json


def put(region, id):
    with region.latest().edit(by="zhang", why="test") as e:
        e.put("bodies", {"id": id, "name": id})
    return e.after


@pytest.fixture
def broken(in_folder):
    """A connection to a region of three edits and two checkpoints on which anything may be written; nothing is kept."""
    put(in_folder, "a")
    in_folder.store.checkpoint()
    put(in_folder, "b")
    in_folder.store.checkpoint()
    in_folder.close()
    engine = write_engine(in_folder.folder / DATABASE)
    with engine.connect() as con:
        for name in con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            con.exec_driver_sql(f'DROP TRIGGER "{name}"')
        con.info["region"] = in_folder
        yield con
        con.rollback()
    engine.dispose()


def run(con, statement, **given):
    return con.execute(sa.text(statement), given)


def told(con):
    region = con.info["region"]
    return [fault.en for fault in verify(con, region.store.id, Blobs(region.folder / "blobs")).faults]


def rewrite(con, seq, text):
    """Change the text of a record and its leaf with it."""
    run(con, "UPDATE audit SET record = :text, leaf = :leaf WHERE seq = :seq", text=text, seq=seq,
        leaf=leaf(text.encode()).hex())  # fmt: skip


def test_the_region_is_whole_before_anybody_touches_it(broken):
    assert told(broken) == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda text: "x", "is not written in the one form"),
        (lambda text: "[1]", "is not written in the one form"),
        (lambda text: text.replace(",", ", "), "is not written in the one form"),
        (lambda text: audit.written(json.loads(text) | {"seq": 3}), "speaks of another place"),
        (lambda text: audit.written(json.loads(text) | {"after": "00"}), "is not the one it speaks of"),
    ],
)
def test_a_record_whose_leaf_was_made_anew_is_found_by_what_it_says(broken, changed, words):
    text = run(broken, "SELECT record FROM audit WHERE seq = 2").scalar_one()
    rewrite(broken, 2, changed(text))
    assert any(fault.startswith("Audit record 2: ") and words in fault for fault in told(broken))


def test_a_revision_that_does_not_follow_the_one_before_is_named(broken):
    row = dict(run(broken, "SELECT * FROM revisions WHERE seq = 2").mappings().one())
    row["previous"] = "00" * 32
    run(broken, "UPDATE revisions SET previous = :previous, hash = :hash WHERE seq = 2", previous=row["previous"],
        hash=record_hash(row))  # fmt: skip
    assert "Revision 2: does not follow the one before" in told(broken)


def test_a_tree_that_cannot_be_read_is_no_tree_of_the_records(broken):
    run(broken, "UPDATE meta SET value = 'x' WHERE key = 'frontier'")
    assert any("the tree of 0 is not theirs" in fault for fault in told(broken))


def test_a_checkpoint_that_cannot_be_read_is_named(broken):
    run(broken, "UPDATE checkpoints SET note = 'x' WHERE size = (SELECT max(size) FROM checkpoints)")
    assert any("cannot be read" in fault for fault in told(broken))


def test_a_checkpoint_whose_time_is_before_the_one_before_is_named(broken):
    size, note = run(broken, "SELECT size, note FROM checkpoints ORDER BY size").first()
    later = re.sub(r"\b20\d\d-", "2099-", note)
    assert later != note
    run(broken, "UPDATE checkpoints SET note = :note WHERE size = :size", note=later, size=size)
    assert any("was signed before the one before it" in fault for fault in told(broken))


def test_a_log_without_its_tree_is_not_written_to(broken):
    run(broken, "DELETE FROM meta WHERE key = 'frontier'")
    with pytest.raises(AuditBroken, match="is missing"):
        audit.frontier(broken)


def test_a_revision_whose_counts_cannot_be_read_still_gets_its_late_record(broken):
    run(broken, "DELETE FROM audit")
    run(broken, "DELETE FROM meta WHERE key = 'frontier'")
    run(broken, "UPDATE revisions SET counts = 'x' WHERE seq = 2")
    audit.begin(broken)
    records = [json.loads(text) for text in run(broken, "SELECT record FROM audit ORDER BY seq").scalars()]
    assert ["object" in one for one in records] == [True, False, True]
    assert audit.kept(broken).root == extend(Frontier(), audit.leaves(broken)).root


def test_the_row_of_a_branch_has_its_proof(in_folder):
    there = in_folder.new_branch("a", by="zhang", why="what if")
    (proof,) = in_folder.store.ask(lambda con: prove_rows(con, there.revision, {("branches", "a")}))
    assert json.loads(proof["row"].partition("\n")[2])["name"] == "a"


# --- anchors and keys -------------------------------------------------------------------------------------------------
def test_an_anchor_of_another_region_or_of_no_text_is_left_as_it_is(in_folder, tmp_path):
    path = give(in_folder.store, tmp_path / "anchors", "wuxi")
    path.write_text(path.read_text(encoding="utf-8").replace(in_folder.store.id, "other", 1), encoding="utf-8")
    with pytest.raises(AuditBroken, match="does not go on"):
        give(in_folder.store, tmp_path / "anchors", "wuxi")
    path.write_bytes(b"\xff\xfe\xff")
    with pytest.raises(FileFault, match="is no text"):
        give(in_folder.store, tmp_path / "anchors", "wuxi")
    assert path.read_bytes() == b"\xff\xfe\xff"


def test_a_key_that_is_none_signs_and_proves_nothing(in_folder, monkeypatch):
    note = in_folder.store.checkpoint()
    name = note.split("\n")[0]
    assert not signed(note, [f"{name}+00000000+***", f"{name}+00000000+{base64.b64encode(bytes(33)).decode()}"])
    assert key_path("../a") is None and key_of("../a", None) is None
    monkeypatch.setenv(KEYS, "~nobody-of-this-name/keys")
    assert key_path("a") is None


# --- readers ----------------------------------------------------------------------------------------------------------
def test_names_of_readers_and_metrics_nobody_knows_are_refused():
    with pytest.raises(NotKnown):
        reader("everybody")
    with pytest.raises(NotKnown, match="hechang light rules"):
        metric("task-later")


def test_a_share_reaches_the_row_and_what_hangs_on_it_and_a_submission_what_was_sent():
    import pyarrow as pa

    def cells(**more):
        return Cells(pa.table({"id": ["p1", "p2", "r"], "scope": ["r.32."] * 3, "level": [1, 1, 2],
                               "owner": ["x", "x", "y"], "revision": [2, 5, 9], **more}))  # fmt: skip

    shared = Reader("guest", (), (Share("projects/p1", 1),))
    assert may(shared, "read", "projects", cells()).tolist() == [True, False, False]
    returns = cells(project=["p1", "p2", "p1"])
    assert may(shared, "read", "returns", returns).tolist() == [True, False, False]
    office = Reader("office", (Grant("r.", "r/", 2, most=5), Grant("r.", "r/", 2, owner="y")))
    assert may(office, "read", "projects", cells()).tolist() == [True, True, True]
    assert may(Reader("office", (Grant("r.", "r/", 2, most=2),)), "read", "projects", cells()).tolist() == [
        True, False, False
    ]  # fmt: skip


def test_a_number_of_a_person_is_found_in_what_is_no_json():
    assert [mark.kind for mark in marks_in_json('{"tel": 13812345678, x')] == ["mobile"]
    assert marks_in_json("{'a': \\") == []
