"""Proposals in a region: kept beside their sentences, decided by people, nothing made twice."""

from __future__ import annotations

import pytest

from hechang.intake import propose, review
from hechang.intake.docket import queue
from hechang.terms.errors import HechangError
from test_reading import REPORT


@pytest.fixture
def reports(tmp_path):
    (tmp_path / "a.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "a.txt.meta.json").write_text('{"published": "2022-09-28"}', encoding="utf-8")
    (tmp_path / "b.txt").write_text(REPORT.replace("9月27日", "27日上午"), encoding="utf-8")
    return [tmp_path / "a.txt", tmp_path / "b.txt"]


@pytest.fixture
def proposed(tiny, reports):
    return propose(tiny, reports, by="reader", why="two reports", synthetic=True)


def test_reading_in_is_one_edit_that_keeps_the_files(tiny, proposed, reports):
    assert proposed.region.revision == tiny.revision + 1
    documents = proposed.region.documents.loc[proposed.documents]
    assert proposed.region.blob(documents["sha256"].iloc[0]) == reports[0].read_bytes()
    assert set(proposed.region.proposals["state"]) == {"open"}
    assert documents["synthetic"].all()


def test_the_same_file_again_brings_nothing_and_says_so(proposed, reports):
    again = propose(proposed.region, reports, by="reader", why="again")
    assert again.region.revision == proposed.region.revision
    assert again.known == [str(path) for path in reports]
    assert {one.severity for one in again.findings} == {"warning"}


def test_every_proposal_has_its_statement(proposed):
    proposals, statements = proposed.region.proposals, proposed.region.statements
    assert proposals["statement"].isin(statements.index).all()
    assert not proposals.duplicated(["document", "kind", "ordinal"]).any()


def test_two_reports_of_one_event_become_one_event(proposed):
    done = review(proposed.region, "kind=event", accept=True, by="editor", why="checked")
    fresh = done.region.events
    assert len(fresh) == 1
    assert fresh["date"].tolist() == ["2022-09-27"]
    assert len(done.region.event_documents) == 2
    assert done.rows == {"events": 1, "event_documents": 2}


def test_one_demand_in_two_reports_is_one_directive_with_two_statements(proposed):
    first = review(proposed.region, "kind=event", accept=True, by="editor", why="checked").region
    done = review(first, "kind=directive", accept=True, by="editor", why="checked")
    assert done.decided == 2 * done.rows["directives"]
    directives = done.region.directives
    below = directives[directives["text"] == "建立城市对话制度"].iloc[0]
    assert directives.loc[below["parent"], "text"] == "一要加强统筹"
    assert done.region.proposals.query("kind == 'directive'")["made"].isin(directives.index).all()
    proof = done.region.evidence("directives", below.name)
    assert (proof["kind"], proof["actor"], proof["text"]) == ("statement", "editor", "建立城市对话制度")


def test_everything_accepted_stands_in_one_edit_of_the_log(proposed):
    done = review(proposed.region, "all", accept=True, by="editor", why="checked")
    assert done.region.revision == proposed.region.revision + 1
    assert queue(done.region, "all").empty
    assert {"events", "directives", "persons", "projects"} <= set(done.rows)
    assert "赵某某" not in set(done.region.persons["name"])  # who signs a report is no person of the register
    assert done.region.directives["synthetic"].all()


def test_rejected_proposals_leave_the_queue_and_make_no_rows(proposed):
    done = review(proposed.region, "kind=directive confidence<0.7", accept=False, by="editor", why="unsure")
    assert done.decided > 0
    assert done.region.directives.empty
    assert queue(done.region, "kind=directive confidence<0.7").empty
    assert len(queue(done.region, "state=rejected")) == done.decided


@pytest.mark.parametrize(
    "query",
    ["kind=event,person", "label=action speaker=王某", "text~轨道", "document=a.txt kind!=event", "confidence>=0.8"],
)
def test_queries_pick_proposals(proposed, query):
    assert 0 < len(queue(proposed.region, query)) < len(proposed.region.proposals)


@pytest.mark.parametrize("query", ["", "kind", "colour=red", "confidence~0.5", 'text="open', "kind>3"])
def test_a_query_that_means_nothing_is_refused_in_both_languages(proposed, query):
    with pytest.raises(HechangError) as refused:
        queue(proposed.region, query)
    assert refused.value.en
    assert refused.value.zh
