"""A region moves between folders and servers and is the same region afterwards."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

import hechang as hc
import postgres
from hechang.region.opening import copy_region
from hechang.store.folder import DATABASE
from hechang.store.sqlite import write_engine
from hechang.terms.errors import InputError, StoreError, UsageError
from hechang.terms.specs import tables


@pytest.fixture
def database():
    url = postgres.database()
    yield url
    postgres.drop(url)


@pytest.fixture
def grown(tmp_path):
    """A region with history: a branch, an ended row, a taken-back edit, shapes, a file."""
    region = hc.tiny(tmp_path / "t.hc")
    square = "POLYGON ((120 31, 121 31, 121 32, 120 32, 120 31))"
    for n, (table, row) in enumerate([
        ("projects", {"id": "p1", "name": "签约项目 «新»"}), ("places", {"id": "a", "geometry": shape(square)}),
        ("bodies", {"id": "x", "name": "it's 局"}),
        ("links", {"origin": "a", "dest": "b", "mode": "road", "minutes": 0.3}),
    ]):  # fmt: skip
        with region.latest().edit(by="zhang", why=f"edit {n}") as e:
            e.put(table, row)
    with region.latest().edit(by="li", why="gone") as e:
        e.end("bodies", ["x"])
    region.latest().undo(2, by="li", why="wrong")
    branch = region.latest().new_branch("what-if", by="li", why="try")
    with branch.edit(by="li", why="try") as e:
        e.put("projects", {"id": "p2", "name": "另一种"})
    region.close()
    return region.folder


def shape(wkt):
    import shapely

    return shapely.to_wkb(shapely.from_wkt(wkt))


def everything(where):
    """What a reader can see of a region: every version of every table on each branch, history, files."""
    region = hc.open(where)
    seen = [region.branch(name).query(f'SELECT * FROM "{table} every" ORDER BY id, valid_from')
            for name in region.store.branches() for table in tables()]  # fmt: skip
    found = [*seen, region.log(), region.branch("what-if").log(), region.log("p1").drop(columns="changed")]
    files = {sha: region.store.blob(sha) for sha in region.store.blobs.every()}
    about = (region.store.id, region.store.head(), region.settings, region.verify())
    region.close()
    return found, files, about


def test_a_region_goes_to_a_server_and_back_and_is_the_same_region(grown, database, tmp_path):
    there, name = copy_region(grown, database)
    back, _ = copy_region(database, tmp_path / "back.hc")
    assert there.whole and there == back
    assert name.endswith(f":{there.revisions}")
    first = everything(grown)
    for where in (database, tmp_path / "back.hc"):
        frames, files, about = everything(where)
        for one, other in zip(first[0], frames, strict=True):
            pd.testing.assert_frame_equal(one, other)
        assert (files, about) == first[1:]


def test_a_copied_region_can_be_written_and_goes_on_where_it_was(grown, database):
    copy_region(grown, database)
    region = hc.open(database)
    before = region.store.head()
    with region.edit(by="zhang", why="on the server") as e:
        e.put("projects", {"id": "p1", "name": "later"})
    assert e.after.revision == before + 1
    assert e.after.verify().whole
    region.close()


def test_the_server_keeps_a_shape_for_programs_that_read_the_database(grown, database):
    copy_region(grown, database)
    engine = sa.create_engine(database)
    with engine.connect() as con:
        area = con.exec_driver_sql("SELECT ST_Area(shape), ST_SRID(shape) FROM places WHERE geometry IS NOT NULL")
        assert area.one() == (1.0, 4326)
    engine.dispose()


def test_nothing_is_left_of_a_copy_of_a_region_that_is_not_whole(grown, database, tmp_path):
    engine = write_engine(grown / DATABASE)
    with engine.begin() as con:
        con.exec_driver_sql('DROP TRIGGER "no_update_projects"')
        con.exec_driver_sql("UPDATE projects SET name = 'x' WHERE id = 'p1'")
    engine.dispose()
    for target in (database, tmp_path / "new.hc"):
        with pytest.raises(StoreError, match="not whole, so nothing was written") as error:
            copy_region(grown, target)
        assert "未写入" in error.value.zh
    assert not (tmp_path / "new.hc").exists()
    engine = sa.create_engine(database)
    assert sa.inspect(engine).get_table_names() == ["spatial_ref_sys"]
    engine.dispose()


def test_a_place_that_is_taken_is_left_alone(grown, database):
    copy_region(grown, database)
    before = everything(database)[2]
    with pytest.raises(InputError, match="holds a region already"):
        copy_region(grown, database)
    with pytest.raises(InputError, match="not empty"):
        copy_region(database, grown)
    assert everything(database)[2] == before


@pytest.mark.parametrize(
    ("address", "error", "said"),
    [
        ("postgresql+psycopg://127.0.0.1:5432", UsageError, "no address of a region"),
        ("postgresql+psycopg://x:y@127.0.0.1:1/none", StoreError, "cannot be reached"),
    ],
)
def test_an_address_that_leads_nowhere_says_so_without_the_password(address, error, said):
    with pytest.raises(error, match=said) as found:
        hc.open(address)
    assert "x:y" not in found.value.en + found.value.zh


def test_a_database_without_a_region_says_how_to_make_one(database):
    with pytest.raises(InputError, match="Make one with: hechang init") as error:
        hc.open(database)
    assert postgres.cluster().password not in error.value.en + error.value.zh


def command(*line):
    done = subprocess.run([sys.executable, "-m", "hechang.cli", *line], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_the_command_line_works_on_a_server_as_on_a_folder(grown, database, tmp_path):
    made = command("--region", str(grown), "copy", database, "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["hash"]
    assert postgres.cluster().password not in made.stdout + made.stderr
    lists = [command("--region", str(where), "list", "signed-not-filed", "--json") for where in (grown, database)]
    assert lists[0].stdout == lists[1].stdout
    assert json.loads(lists[1].stdout)["rows"]
    out = tmp_path / "projects.xlsx"
    assert command("--region", database, "export", "projects", str(out)).returncode == 0
    assert Path(out).stat().st_size > 1000
    assert command("--region", database, "verify").returncode == 0
