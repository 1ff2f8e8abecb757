"""What somebody with access to the files of a region can do to its past, each in one transaction that is rolled back.

He knows the program and may recompute every hash; he has neither the private key nor what was given away.
"""

from __future__ import annotations

import json

import sqlalchemy as sa

from hechang.engines.merkle import Frontier, extend, leaf, root
from hechang.store.audit import FRONTIER, said, written
from hechang.store.canonical import record_hash
from hechang.store.proofs import _written
from hechang.store.schema import metadata
from hechang.terms.specs import tables


class Attacker:
    """Works on one connection; `until` is the newest revision that an anchor covers."""

    def __init__(self, connection, rng, until, columns=("owner", "source", "scope")):
        self.connection = connection
        self.rng = rng
        self.until = until
        self.columns = columns

    def run(self, statement, **given):
        return self.connection.execute(sa.text(statement), given)

    def rows(self, low=1, high=None):
        """(table, seq) of the rows of some revisions."""
        high = high or self.until
        return [(t, seq) for t in self.filled() for (seq,) in self.run(
            f'SELECT seq FROM "{t}" WHERE revision BETWEEN :low AND :high', low=low, high=high)]  # fmt: skip

    def filled(self):
        every = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for t in tables())
        return [t for (t,) in self.run(every)]

    # --- the nine ---------------------------------------------------------------------------------------------
    def edit(self, low=1, high=None):
        if self.rng.random() < 0.3:
            return self.edit_record()
        table, seq = self.rng.choice(self.rows(low, high))
        column = self.rng.choice(self.columns)
        self.run(f'UPDATE "{table}" SET "{column}" = "{column}" || :x WHERE seq = :seq', x="x", seq=seq)
        return None

    def edit_record(self):
        """A record of the log or of a revision, its own hash put right."""
        seq = self.rng.randint(1, self.until)
        if self.rng.random() < 0.5:
            column = self.rng.choice(("actor", "reason", "at", "source"))
            self.run(f"UPDATE revisions SET {column} = {column} || 'x' WHERE seq = :seq", seq=seq)
        else:
            text = self.run("SELECT record FROM audit WHERE seq = :seq", seq=seq).scalar_one()
            changed = written(json.loads(text) | {"actor": "nobody"})
            row = {"seq": seq, "record": changed, "leaf": leaf(changed.encode()).hex()}
            self.run("UPDATE audit SET record = :record, leaf = :leaf WHERE seq = :seq", **row)

    def delete(self):
        table, seq = self.rng.choice([*self.rows(), *(("audit", n) for n in range(1, self.until + 1))])
        self.run(f'DELETE FROM "{table}" WHERE seq = :seq', seq=seq)

    def insert(self):
        table, seq = self.rng.choice(self.rows())
        names = [c.name for c in metadata().tables[table].columns if c.name not in ("seq", "id")]
        columns = ", ".join(f'"{name}"' for name in names)
        self.run(f'INSERT INTO "{table}" (id, {columns}) SELECT id || :x, {columns} FROM "{table}" WHERE seq = :seq',
                 x="x", seq=seq)  # fmt: skip

    def swap(self):
        """Two records of the log, or two rows of one edit, change places."""
        pairs = [(t, a, b) for t in self.filled() for a, b in self.run(
            f'SELECT a.seq, b.seq FROM "{t}" a JOIN "{t}" b ON b.revision = a.revision AND b.seq > a.seq '
            "WHERE a.revision <= :until AND a.id <> b.id", until=self.until)]  # fmt: skip
        table, a, b = self.rng.choice(pairs)
        if self.rng.random() < 0.5:
            table, (a, b) = "audit", sorted(self.rng.sample(range(1, self.until + 1), 2))
        for old, new in ((a, -1), (b, a), (-1, b)):
            self.run(f'UPDATE "{table}" SET seq = :new WHERE seq = :old', new=new, old=old)

    def truncate(self):
        """The newest revisions go, with all that speaks of them."""
        last = self.rng.randint(1, self.until - 1)
        for table in self.filled():
            self.run(f'DELETE FROM "{table}" WHERE revision > :last', last=last)
        size = self.run("SELECT max(seq) FROM audit WHERE revision <= :last", last=last).scalar_one()
        self.run("DELETE FROM audit WHERE seq > :size", size=size)
        self.run("DELETE FROM revisions WHERE seq > :last", last=last)
        self.run("DELETE FROM branches WHERE made_in > :last", last=last)
        self.run("DELETE FROM checkpoints WHERE size > :size", size=size)
        self.tree()

    def edit_and_rechain(self):
        self.edit()
        self.rechain()

    def delete_and_rechain(self):
        if self.rng.random() < 0.5:
            table, seq = self.rng.choice(self.rows())
            self.run(f'DELETE FROM "{table}" WHERE seq = :seq', seq=seq)
        else:
            self.delete_revision(self.rng.randint(2, self.until))
        self.rechain()

    def edit_after_the_anchor(self):
        table, seq = self.rng.choice(self.rows(self.until + 1, 10**6))
        self.run(f"UPDATE \"{table}\" SET source = source || 'x' WHERE seq = :seq", seq=seq)
        self.rechain()

    # --- what makes it look right ------------------------------------------------------------------------------
    def delete_revision(self, gone):
        """A whole revision goes and the later ones close up."""
        for table in self.filled():
            self.run(f'DELETE FROM "{table}" WHERE revision = :gone', gone=gone)
            self.run(f'UPDATE "{table}" SET revision = revision - 1 WHERE revision > :gone', gone=gone)
        at = self.run("SELECT seq FROM audit WHERE revision = :gone", gone=gone).scalar_one()
        self.run("DELETE FROM audit WHERE seq = :at", at=at)
        self.run("DELETE FROM revisions WHERE seq = :gone", gone=gone)
        for table, column, last in (("audit", "seq", at), ("audit", "revision", gone), ("revisions", "seq", gone)):
            for sign in ("-(", "-1 * ("):  # by way of negative numbers: no two may be equal on the way
                where = f"{column} > {last}" if sign == "-(" else f"{column} < 0"
                shift = 1 if sign == "-(" else 0
                self.run(f"UPDATE {table} SET {column} = {sign}{column} - {shift}) WHERE {where}")

    def rechain(self):
        """Work out every root, hash, record and the tree again, and take the checkpoints away that do not fit."""
        store = self.run("SELECT value FROM meta WHERE key = 'store'").scalar_one()
        r, previous, hashes = metadata().tables["revisions"], "0" * 64, {}
        for record in [dict(row) for row in self.connection.execute(sa.select(r).order_by(r.c.seq)).mappings()]:
            rows = list(_written(self.connection, record["seq"]))
            counts = {}
            for name, _ in rows:
                counts[name] = counts.get(name, 0) + 1
            counts.pop("branches", None)
            record |= {"counts": json.dumps(counts), "origin": f"{store}:{record['seq']}", "previous": previous,
                       "root": root([b"".join(leaf(row[0]) for _, row in rows)]).hex()}  # fmt: skip
            record["hash"] = record_hash(record)
            hashes[record["seq"]] = (previous, previous := record["hash"])
            self.connection.execute(r.update().where(r.c.seq == record["seq"]).values(record))
        a = metadata().tables["audit"]
        for seq, text, revision in self.connection.execute(sa.select(a.c.seq, a.c.record, a.c.revision)).all():
            place = {"seq": seq}
            if revision is not None:
                place |= {"revision": revision, "before": hashes[revision][0], "after": hashes[revision][1]}
            fresh = written(json.loads(text) | place)
            new = {"record": fresh, "leaf": leaf(fresh.encode()).hex()}
            self.connection.execute(a.update().where(a.c.seq == seq).values(new))
        self.run("DELETE FROM checkpoints")
        self.tree()

    def tree(self):
        leaves = "".join(self.run("SELECT leaf FROM audit ORDER BY seq").scalars())
        text = said(extend(Frontier(), bytes.fromhex(leaves)))
        self.run("UPDATE meta SET value = :text WHERE key = :key", text=text, key=FRONTIER)
