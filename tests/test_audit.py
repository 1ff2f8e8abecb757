"""The audit log: one record a change, a tree over the records, signed sizes, and what an attacker cannot hide."""

import base64
import datetime as dt
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pysqlite3
import pytest
import sqlalchemy as sa

import hechang as hc
import rfc9162
from attacks import Attacker
from hechang.cli import main
from hechang.publish.audit_pack import audit_pack
from hechang.region.opening import copy_region, create_region, open_region
from hechang.store import audit
from hechang.store.anchor import NAME
from hechang.store.blobs import Blobs
from hechang.store.checkpoints import read
from hechang.store.contract import Outside
from hechang.store.folder import DATABASE, open_folder
from hechang.store.hashing import LARGE
from hechang.store.outside import give, taken
from hechang.store.proofs import prove, prove_consistency, prove_rows
from hechang.store.signing import KEYS, key_of, signed
from hechang.store.sqlite import write_engine
from hechang.store.verify import Asked, verify
from hechang.terms.errors import AuditBroken, Conflict, InputError, NotKnown, StoreError
from turns import some

LAYOUTS = Path(__file__).parent / "layouts"
TRIALS = 200
CLASSES = ("edit", "delete", "insert", "swap", "truncate", "edit_and_rechain", "delete_and_rechain")


@pytest.fixture(params=["in_folder", "on_server"])
def region(request):
    return request.getfixturevalue(request.param)


def put(region, table, /, **row):
    with region.edit(by="zhang", why="test") as e:
        e.put(table, row)
    return e.after


def asked(region, sql):
    return region.store.ask(lambda con: con.execute(sa.text(sql)).all())


def records(region):
    return [json.loads(text) for (text,) in asked(region, "SELECT record FROM audit ORDER BY seq")]


# --- one record a change ------------------------------------------------------------------------------------------
def refuse_stale(region):
    put(region.latest(), "projects", id="p1", name="other")
    with pytest.raises(Conflict):
        put(region, "projects", id="p1", name="mine")


def put_exactly(region, table, /, **row):
    with region.edit(by="zhang", why="test") as e:
        e.exact = True
        e.put(table, row)


def refuse_exact(region):
    put(region.latest(), "bodies", id="b", name="b")
    with pytest.raises(Conflict):
        put_exactly(region, "bodies", id="c", name="c")


def refuse_branch(region):
    region.new_branch("a", by="zhang", why="test")
    with pytest.raises(InputError):
        region.latest().new_branch("a", by="zhang", why="test")


def twice(region):
    for _ in range(2):
        with region.latest().edit(by="zhang", why="test", request="r-1") as e:
            e.put("bodies", {"id": "b", "name": "b"})


def many(region):
    with region.edit(by="zhang", why="test") as e:
        e.put("bodies", [{"name": str(n)} for n in range(3)])
        e.put("projects", {"id": "p1", "name": "x"})
        e.end("projects", ["p2"])


def back(region):
    put(region, "bodies", id="b", name="b").undo(2, by="zhang", why="test")


def on_a_branch(region):
    put(region.new_branch("a", by="zhang", why="test"), "projects", id="p1", name="x")


def sign_in(region):
    audit.note(region.store, {"actor": "u", "verb": "sign-in", "object": "users/u"})


WRITES = {
    "an edit of one row": (lambda r: put(r, "projects", id="p1", name="x"), [("done", "projects/p1")]),
    "an edit of many rows": (many, [("done", "bodies 3, projects 2")]),
    "an edit on a branch": (on_a_branch, [("done", "branches/a"), ("done", "projects/p1")]),
    "taking back": (back, [("done", "bodies/b"), ("done", "bodies/b")]),
    "the same request twice": (twice, [("done", "bodies/b")]),
    "a stale edit": (refuse_stale, [("done", "projects/p1"), ("refused", "projects/p1")]),
    "a stale edit of a whole": (refuse_exact, [("done", "bodies/b"), ("refused", "bodies/c")]),
    "a branch twice": (refuse_branch, [("done", "branches/a"), ("refused", "branches/a")]),
    "a sign-in": (sign_in, [("done", "users/u")]),
}


@pytest.mark.parametrize("name", WRITES)
def test_every_write_and_every_refusal_leaves_exactly_one_record(region, name):
    work, wanted = WRITES[name]
    work(region)
    found = records(region)
    assert [(one["outcome"], one["object"]) for one in found[1:]] == wanted
    assert [one["seq"] for one in found] == list(range(1, len(found) + 1))
    hashes = dict(asked(region, "SELECT seq, hash FROM revisions"))
    assert {one["revision"]: one["after"] for one in found if "revision" in one} == hashes
    assert region.verify().whole


def test_a_record_tells_who_in_which_role_what_and_from_where(region):
    about = {"role": "city_admin", "scope": "r.32.", "verb": "approve", "city": "320200", "address": "192.0.2.1"}
    draft = hc_draft(region, about)
    region.store.write(draft)
    found = records(region)[-1]
    assert {key: found[key] for key in about} == about
    assert (found["actor"], found["request"], found["revision"]) == ("li", "r-9", 2)
    with pytest.raises(ValueError, match="colour"):
        audit.note(region.store, {"colour": "red"})


def hc_draft(region, about):
    from hechang.store.contract import Draft

    made = ("what-if", "main", region.revision)
    return Draft("main", region.store.head(), "li", "why", "person:li", {}, "r-9", new_branch=made, about=about)


def test_a_record_never_holds_half_a_character_or_a_page_of_text(region):
    audit.note(region.store, {"actor": "\ud800" + "x" * 5000 + "\x00", "outcome": "refused"})
    found = records(region)[-1]
    assert found["actor"].startswith("?xx") and len(found["actor"]) == audit.LONGEST
    audit.note(region.store, {"actor": "a\x00b\u2028"})
    assert region.verify().whole


def test_the_reason_a_person_wrote_and_the_words_of_a_refusal_stay_out_of_the_log(region):
    refuse_stale(region)
    assert "test" not in "".join(map(str, records(region)[1:]))
    assert records(region)[-1]["why"] == "Conflict"


def test_the_database_refuses_to_change_or_remove_records_and_checkpoints(in_folder):
    engine = write_engine(in_folder.folder / DATABASE)
    for statement in ("UPDATE audit SET leaf = 'x'", "DELETE FROM audit", "DELETE FROM checkpoints"):
        with pytest.raises(sa.exc.DBAPIError, match="never changed"), engine.begin() as con:
            con.exec_driver_sql(statement)
    engine.dispose()


def test_the_tree_is_the_one_a_second_program_builds(region):
    for n in range(9):
        put(region.latest(), "bodies", id=f"b{n}", name="b")
        audit.note(region.store, {"actor": "u", "verb": "sign-in"})
    entries = [text.encode() for (text,) in asked(region, "SELECT record FROM audit ORDER BY seq")]
    tree = region.store.ask(audit.frontier)
    assert (tree.size, tree.root) == (19, rfc9162.mth(entries))
    proof = region.store.ask(lambda con: prove_consistency(con, 7, 18))
    nodes = [bytes.fromhex(node) for node in proof["path"]]
    assert nodes == rfc9162.proof(7, entries[:18])
    assert proof["new"]["root"] == rfc9162.mth(entries[:18]).hex()


# --- regions from before there was a log --------------------------------------------------------------------------
def test_every_revision_of_an_older_region_gets_one_late_record(tmp_path):
    with zipfile.ZipFile(LAYOUTS / "1.zip") as kept:
        kept.extractall(tmp_path / "old.hc")
    old = hc.open(tmp_path / "old.hc")
    (first,) = records(old)
    assert (first["late"], first["revision"], first["at"]) == (True, 1, asked(old, "SELECT at FROM revisions")[0][0])
    put(old, "projects", id="p1", name="x")
    assert "late" not in records(old)[1]
    assert old.latest().verify().whole
    old.close()
    again = hc.open(tmp_path / "old.hc")
    assert len(records(again)) == 2
    again.close()


# --- checkpoints --------------------------------------------------------------------------------------------------
class Clock:
    def __init__(self):
        self.now = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)

    def __call__(self):
        return self.now

    def later(self, seconds):
        self.now += dt.timedelta(seconds=seconds)


def sizes(region):
    return [size for (size,) in asked(region, "SELECT size FROM checkpoints ORDER BY size")]


def test_a_checkpoint_is_signed_at_most_every_ten_seconds_and_at_the_end(tmp_path):
    clock = Clock()
    region = create_region(tmp_path / "r.hc", hc.Settings(name="r", day="2022-09-27"), clock=clock)
    for n, wait in enumerate((0, 4, 5, 2, 9, 1)):
        clock.later(wait)
        put(region.latest(), "bodies", id=f"b{n}", name="b")
    assert sizes(region) == [1, 4, 6]
    put(region.latest(), "bodies", id="last", name="b")
    region.close()
    again = open_region(tmp_path / "r.hc", clock=clock)
    assert sizes(again) == [1, 4, 6, 7]
    assert again.verify().checkpoints == 4
    again.close()


def test_a_checkpoint_whose_time_would_go_back_is_not_signed(tmp_path):
    clock = Clock()
    region = create_region(tmp_path / "r.hc", hc.Settings(name="r", day="2022-09-27"), clock=clock)
    put(region, "bodies", id="a", name="b")
    clock.later(-3600)
    put(region.latest(), "bodies", id="b", name="b")
    assert sizes(region) == [1]
    with pytest.raises(StoreError, match="clock is behind"):
        region.store.checkpoint()
    clock.later(3601)
    assert read(region.store.checkpoint()).size == 2
    assert region.verify().whole
    region.close()


def test_the_key_lies_outside_the_region_for_its_owner_only_and_its_public_half_inside(in_folder):
    put(in_folder, "bodies", id="a", name="b")
    path = Path(os.environ[KEYS]) / f"{in_folder.store.id}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_text().strip().split("+", 4)[-1]
    assert not any(secret.encode() in p.read_bytes() for p in in_folder.folder.rglob("*") if p.is_file())
    ((public,),) = asked(in_folder, "SELECT value FROM meta WHERE key = 'public_key'")
    assert public == key_of(in_folder.store.id, None).public
    assert public.split("+")[0] == in_folder.store.id


def test_without_a_key_a_region_works_unsigned(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(KEYS, str(tmp_path / "file"))
    region = create_region(tmp_path / "r.hc", hc.Settings(name="r", day="2022-09-27"))
    put(region, "bodies", id="a", name="b")
    verdict = region.verify()
    assert (verdict.whole, verdict.checkpoints, verdict.records) == (True, 0, 1)
    with pytest.raises(StoreError, match="cannot sign"):
        region.store.checkpoint()
    region.close()


def test_a_machine_without_the_key_of_a_region_makes_no_second_one(in_folder, tmp_path, monkeypatch):
    put(in_folder, "bodies", id="a", name="b")
    monkeypatch.setenv(KEYS, str(tmp_path / "elsewhere"))
    other = hc.open(in_folder.folder)
    put(other, "bodies", id="b", name="b")
    other.close()
    assert not (tmp_path / "elsewhere").exists()
    assert in_folder.verify().whole


def test_a_copied_region_brings_its_log_its_checkpoints_and_goes_on(in_folder, tmp_path):
    refuse_stale(in_folder)
    in_folder.close()
    copy_region(in_folder.folder, tmp_path / "copy.hc")
    first, copied = hc.open(in_folder.folder), hc.open(tmp_path / "copy.hc")
    assert records(copied) == records(first)
    assert sizes(copied) == sizes(first) != []
    put(copied, "bodies", id="b", name="b")
    copied.close()
    assert hc.open(tmp_path / "copy.hc").verify().whole


# --- given away ---------------------------------------------------------------------------------------------------
def test_an_anchor_is_replaced_only_by_one_that_goes_on_from_it(region, tmp_path):
    give(region.store, tmp_path / "anchors", "无锡")
    put(region, "bodies", id="a", name="b")
    path = give(region.store, tmp_path / "anchors", "无锡")
    assert read(path.read_text(encoding="utf-8")).size == 2
    assert region.verify(outside=taken(tmp_path / "anchors")).anchors == 1
    one = read(path.read_text(encoding="utf-8"))
    path.write_text(path.read_text(encoding="utf-8").replace(base64.b64encode(one.root).decode(), "A" * 43 + "="))
    with pytest.raises(AuditBroken, match="does not go on"):
        give(region.store, tmp_path / "anchors", "无锡")
    (tmp_path / "anchors" / f"{region.store.id}.pub").write_text("other\n")
    with pytest.raises(AuditBroken, match="another public key"):
        give(region.store, tmp_path / "anchors", "苏州")
    with pytest.raises(InputError, match="cannot name a file"):
        give(region.store, tmp_path / "anchors", "../苏州")


FORGED = {
    "another region": lambda n: n.replace(n.split("\n")[0], "other"),
    "more records than there are": lambda n: n.replace("\n2\n", "\n9\n", 1),
    "no signature": lambda n: n.partition("\n\n")[0] + "\n\n",
    "no checkpoint": lambda n: "hello",
    "another time": lambda n: n.replace("2022-09-27", "2022-09-28"),
    "another root": lambda n: n.replace(n.split("\n")[2], base64.b64encode(bytes(32)).decode()),
}


@pytest.mark.parametrize("name", FORGED)
def test_verify_names_an_anchor_that_does_not_fit(in_folder, name):
    put(in_folder, "bodies", id="a", name="b")
    note = in_folder.store.checkpoint()
    assert in_folder.verify(outside=[Outside("wuxi.txt", note)]).whole
    (fault,) = in_folder.verify(outside=[Outside("wuxi.txt", FORGED[name](note))]).faults
    assert "wuxi.txt" in fault.en and "wuxi.txt" in fault.zh


def test_an_exchanged_key_is_found_by_the_key_that_was_given_away(in_folder, tmp_path, monkeypatch):
    put(in_folder, "bodies", id="a", name="b")
    give(in_folder.store, tmp_path / "anchors", "wuxi")
    in_folder.close()
    con = pysqlite3.connect(in_folder.folder / DATABASE)
    con.execute('DROP TRIGGER "no_delete_checkpoints"')
    con.execute("DELETE FROM checkpoints")
    con.execute("DELETE FROM meta WHERE key = 'public_key'")
    con.commit()
    con.close()
    monkeypatch.setenv(KEYS, str(tmp_path / "forger"))
    forged = hc.open(in_folder.folder)
    put(forged, "bodies", id="b", name="b")
    assert forged.verify().whole
    verdict = forged.verify(outside=taken(tmp_path / "anchors"))
    assert "another public key" in verdict.faults[0].en
    forged.close()


def test_a_folder_without_anchors_is_no_answer(in_folder, tmp_path):
    with pytest.raises(InputError, match="hechang anchor"):
        taken(tmp_path)


# --- opening ------------------------------------------------------------------------------------------------------
def cut_log(region, *statements):
    region.close()
    con = pysqlite3.connect(region.folder / DATABASE)
    for name in [n for (n,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()]:
        con.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        con.execute(statement)
    con.commit()
    con.close()


def test_a_region_whose_log_is_shorter_than_its_anchor_is_refused(in_folder):
    audit.note(in_folder.store, {"actor": "u", "verb": "sign-in", "outcome": "refused"})
    cut_log(in_folder, "DELETE FROM audit WHERE seq = 2")
    with pytest.raises(AuditBroken, match="ends at record 1, but record 2 was acknowledged") as error:
        open_folder(in_folder.folder)
    assert "请勿写入" in error.value.zh


def test_a_region_whose_log_and_tree_were_cut_together_is_refused(in_folder):
    ((tree,),) = asked(in_folder, "SELECT value FROM meta WHERE key = 'frontier'")
    audit.note(in_folder.store, {"actor": "u", "verb": "sign-in", "outcome": "refused"})
    cut_log(in_folder, "DELETE FROM audit WHERE seq = 2", f"UPDATE meta SET value = '{tree}' WHERE key = 'frontier'")
    with pytest.raises(AuditBroken, match="ends at record 1"):
        open_folder(in_folder.folder)


@pytest.mark.parametrize("value", ['{"size":1,"nodes":["' + "00" * 32 + '"]}', "x", '{"size":2,"nodes":[]}'])
def test_a_region_whose_tree_was_changed_is_refused(in_folder, value):
    cut_log(in_folder, f"UPDATE meta SET value = '{value}' WHERE key = 'frontier'")
    with pytest.raises(AuditBroken):
        open_folder(in_folder.folder)


def test_a_region_whose_log_was_taken_away_is_refused_and_gets_no_new_one(in_folder):
    cut_log(in_folder, "DELETE FROM audit", "DELETE FROM meta WHERE key = 'frontier'")
    with pytest.raises(AuditBroken, match="ends at record 0"):
        open_folder(in_folder.folder)


def test_an_anchor_from_before_there_was_a_log_is_read(in_folder):
    put(in_folder, "bodies", id="a", name="b")
    in_folder.close()
    path = in_folder.folder / NAME
    found = json.loads(path.read_text())
    assert found["audit"]["size"] == 2
    del found["audit"]
    path.write_text(json.dumps(found))
    open_folder(in_folder.folder).close()


def test_a_crash_between_a_refusal_and_its_anchor_is_no_fault_and_a_changed_past_is(in_folder):
    path = in_folder.folder / NAME
    old = path.read_bytes()
    audit.note(in_folder.store, {"actor": "u", "verb": "sign-in", "outcome": "refused"})
    in_folder.close()
    path.write_bytes(old)
    open_folder(in_folder.folder).close()
    path.write_text(json.dumps(json.loads(old) | {"audit": {"size": 1, "root": "00" * 32}}))
    with pytest.raises(AuditBroken, match="not the one that was acknowledged"):
        open_folder(in_folder.folder)


# --- proofs and packs ---------------------------------------------------------------------------------------------
def test_a_proof_leads_from_a_row_to_a_signature_by_the_words_of_the_rfc(region):
    with region.edit(by="zhang", why="test") as e:
        e.put("bodies", [{"id": f"b{n}", "name": str(n)} for n in range(5)])
        e.put("projects", {"id": "p1", "name": "x"})
    region.store.checkpoint()
    (proof,) = region.store.ask(lambda con: prove(con, [2]))
    (row,) = region.store.ask(lambda con: prove_rows(con, 2, [("bodies", "b3")]))
    revision = json.loads(proof["written"])
    leaf = rfc9162.sha256(b"\x00" + row["row"].encode()).digest()
    nodes = [bytes.fromhex(node) for node in row["path"]]
    assert rfc9162.root_of_inclusion(row["index"], row["count"], leaf, nodes).hex() == revision["root"]
    record = json.loads(proof["record"])
    assert record["after"] == rfc9162.sha256(proof["written"].encode()).hexdigest()
    leaf = rfc9162.sha256(b"\x00" + proof["record"].encode()).digest()
    root = rfc9162.root_of_inclusion(proof["seq"] - 1, proof["size"], leaf, [bytes.fromhex(n) for n in proof["path"]])
    assert read(proof["checkpoint"])[1:3] == (proof["size"], root)
    assert signed(proof["checkpoint"], [proof["public_key"]])
    for work in (lambda con: prove(con, [99]), lambda con: prove_rows(con, 2, [("projects", "p4")]),
                 lambda con: prove_rows(con, 99, [("projects", "p4")])):  # fmt: skip
        with pytest.raises(NotKnown):
            region.store.ask(work)
    with pytest.raises(InputError, match="records"):
        region.store.ask(lambda con: prove_consistency(con, 2, 99))


def run_verifier(folder):
    line = [sys.executable, "-I", "verify_audit.py"]  # on its own: neither this checkout nor PYTHONPATH
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.fixture
def pack(in_folder, tmp_path):
    refuse_stale(in_folder)
    in_folder.latest().new_branch("a", by="zhang", why="test")
    give(in_folder.store, tmp_path / "anchors", "wuxi")
    audit_pack(in_folder.store, tmp_path / "a.zip", taken(tmp_path / "anchors"))
    with zipfile.ZipFile(tmp_path / "a.zip") as kept:
        kept.extractall(tmp_path / "a")
    return tmp_path / "a"


def test_the_pack_is_verified_without_hechang_and_short_enough_to_be_read(pack):
    status, out = run_verifier(pack)
    assert status == 0, out
    assert "Whole" in out and "4 records; 3 revisions" in out
    text = (pack / "verify_audit.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 200
    assert "import hechang" not in text and "from hechang" not in text
    assert {"README.zh.md", "README.en.md", "public_key"} <= {p.name for p in pack.iterdir()}


SPOILT = {
    "a record": ("log/records.jsonl", lambda t: t.replace("zhang", "wang", 1)),
    "a record gone": ("log/records.jsonl", lambda t: "\n".join(t.split("\n")[1:])),
    "the last record gone": ("log/records.jsonl", lambda t: "\n".join(t.split("\n")[:-2]) + "\n"),
    "a revision": ("log/revisions.jsonl", lambda t: t.replace("test", "best", 1)),
    "an anchor": ("anchors/wuxi.txt", lambda t: t.replace("2022-09-27", "2022-09-26")),
    "a checkpoint": ("checkpoints/000000000001.txt", lambda t: t.replace("\n1\n", "\n2\n", 1)),
    "the key": ("public_key", lambda t: t.replace("tiny", "tony")),
    "no JSON": ("log/records.jsonl", lambda t: "x\n" + t),
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_verifier_finds_what_was_spoilt(pack, name):
    path, spoil = SPOILT[name]
    (pack / path).write_text(spoil((pack / path).read_text(encoding="utf-8")), encoding="utf-8")
    status, out = run_verifier(pack)
    assert status == 1, out
    assert "Whole" not in out


# --- the command line ---------------------------------------------------------------------------------------------
def said(capsys, *line):
    capsys.readouterr()
    status = main(list(line))
    return status, *capsys.readouterr()


def test_the_commands_give_away_prove_and_verify_in_both_languages(in_folder, tmp_path, capsys):
    put(in_folder, "bodies", id="a", name="b")
    in_folder.close()
    here, anchors = ("--region", str(in_folder.folder)), tmp_path / "anchors"
    assert said(capsys, "anchor", str(anchors), "--for", "wuxi", "--for", "suzhou", *here)[0] == 0
    status, out, _ = said(capsys, "verify", "--anchors", str(anchors), "--json", *here)
    document = json.loads(out)
    assert (status, document["anchors"], document["records"], document["whole"]) == (0, 2, 2, True)
    head = document["head"]
    put(hc.open(in_folder.folder), "bodies", id="c", name="c")
    for lang, word in (("zh", "完整"), ("en", "Whole")):
        status, out, _ = said(capsys, "verify", "--since", head[:16], "--lang", lang, *here)
        assert (status, word in out) == (0, True)
    assert json.loads(said(capsys, "verify", "--since", head, "--json", *here)[1])["rows"] == 1
    assert said(capsys, "verify", "--since", "f" * 64, *here)[0] == 1
    assert said(capsys, "verify", "--since", "short", *here)[0] == 2
    assert json.loads(said(capsys, "prove", "2", "--row", "bodies:a", *here)[1])["rows"][0]["id"] == "a"
    assert said(capsys, "prove", "2", "--row", "bodies", *here)[0] == 2
    assert said(capsys, "prove", "9", *here)[0] == 1
    assert json.loads(said(capsys, "consistency", "1", "2", *here)[1])["old"]["size"] == 1
    assert said(capsys, "consistency", "3", "9", *here)[0] == 1
    assert said(capsys, "export-audit", str(tmp_path / "a.zip"), "--anchors", str(anchors), *here)[0] == 0
    assert run_verifier_zip(tmp_path / "a.zip") == 0


def run_verifier_zip(path):
    source = Path(hc.__file__).parent / "publish" / "verify_audit.py"
    return subprocess.run([sys.executable, "-I", str(source), str(path)], capture_output=True, check=False).returncode


def test_a_broken_region_is_named_with_its_place(in_folder, capsys):
    put(in_folder, "bodies", id="a", name="b")
    cut_log(in_folder, "UPDATE audit SET record = replace(record, 'zhang', 'wang') WHERE seq = 2")
    status, out, told = said(capsys, "verify", "--region", str(in_folder.folder), "--lang", "zh")
    assert status == 1
    assert "审计日志第 2 条: 被改动" in out
    assert "不完整" in told


# --- large regions ------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_second_process_finds_what_one_alone_finds(tmp_path):
    region = hc.tiny(tmp_path / "t.hc")
    rows = LARGE + 500
    with region.edit(by="zhang", why="test") as e:
        e.put("bodies", hc_frame(rows))
    region = e.after
    put(region, "bodies", id="after", name="x")
    whole = region.verify()
    assert (whole.whole, whole.rows) == (True, 36 + rows + 1)
    region.close()
    for seq in (7, rows - 5):  # one for each process
        shutil.copytree(tmp_path / "t.hc", tmp_path / f"{seq}.hc")
        spoilt = hc.open(tmp_path / f"{seq}.hc")
        engine = write_engine(spoilt.folder / DATABASE)
        with engine.begin() as con:
            con.exec_driver_sql('DROP TRIGGER "no_update_bodies"')
            con.exec_driver_sql(f"UPDATE bodies SET name = 'y' WHERE seq = {seq}")
        engine.dispose()
        assert [fault.revision for fault in spoilt.verify().faults] == [2]
        spoilt.close()


def hc_frame(rows):
    import pandas as pd

    return pd.DataFrame({"id": [f"b{n:06}" for n in range(rows)], "name": "x"})


# --- nine attacks, two hundred times each -------------------------------------------------------------------------
class Scene:
    """A region with a past, anchors given away on the way, and old copies of it."""

    def __init__(self, folder):
        region = hc.tiny(folder / "t.hc")
        self.copies = []
        for n in range(7):
            region = self.grow(region, n)
            self.copies.append(self.copied(region, folder / f"copy-{n}.hc"))
        audit.note(region.store, {"actor": "u", "verb": "sign-in", "outcome": "refused"})
        give(region.store, folder / "anchors", "wuxi")
        self.until = region.store.head()
        for n in range(7, 11):
            region = self.grow(region, n)
        region.close()
        self.store, self.folder = region.store.id, folder / "t.hc"
        self.outside, self.blobs = taken(folder / "anchors"), Blobs(folder / "t.hc" / "blobs")

    def grow(self, region, n):
        with region.edit(by=f"person-{n}", why=f"reason {n}") as e:
            e.put("projects", [{"id": f"p{n % 4 + 1}", "name": f"name {n}"}, {"name": f"new {n}", "place": "a"}])
            e.put("bodies", {"id": f"b{n}", "name": "b"})
        return e.after

    def copied(self, region, to):
        region.close()
        shutil.copytree(region.folder, to)
        return to


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    return Scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def engine(scene):
    made = write_engine(scene.folder / DATABASE)
    with made.begin() as con:
        for name in con.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            con.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield made
    made.dispose()


def found(scene, engine, attack, seed):
    """Whether an attack is found, by what is inside alone and with the anchors; everything is rolled back."""
    with engine.connect() as con:
        getattr(Attacker(con, random.Random(seed), scene.until), attack)()
        inside = not verify(con, scene.store, scene.blobs).whole
        outside = inside or not verify(con, scene.store, scene.blobs, Asked(outside=scene.outside)).whole
        con.rollback()
    return inside, outside


def test_the_scene_is_whole_before_anybody_touches_it(scene, engine):
    with engine.connect() as con:
        assert verify(con, scene.store, scene.blobs, Asked(outside=scene.outside)).faults == ()


@pytest.mark.slow
@pytest.mark.parametrize("attack", CLASSES)
def test_what_is_older_than_the_newest_anchor_cannot_be_touched_unnoticed(scene, engine, attack):
    tries = [found(scene, engine, attack, f"{attack} {n}") for n in range(TRIALS)]
    assert sum(outside for _, outside in tries) == TRIALS
    if attack in ("edit", "delete", "insert", "swap"):
        assert all(inside for inside, _ in tries), "what is not worked out again is found without an anchor"


@pytest.mark.slow
def test_going_back_to_an_old_copy_is_found_by_the_anchor(scene):
    rng = random.Random(9)
    faults = []
    whole = set()
    for _ in range(TRIALS):
        old = rng.choice(scene.copies)  # its database and its own head.json: by itself it is whole
        engine = write_engine(old / DATABASE)
        with engine.connect() as con:
            assert old in whole or verify(con, scene.store, scene.blobs).whole
            whole.add(old)
            faults.append(verify(con, scene.store, scene.blobs, Asked(outside=scene.outside)).faults)
        engine.dispose()
    assert all("the log ends at" in found[0].en for found in faults)


@pytest.mark.slow
def test_an_edit_after_the_newest_anchor_is_not_found_and_that_is_what_the_promise_says(scene, engine):
    tries = [found(scene, engine, "edit_after_the_anchor", n) for n in some(range(TRIALS), "after")]
    assert not any(outside for _, outside in tries)
