// Beside a proposal: where it stands in its file, what other reports say instead, what an earlier version decided.
import { Alert, Tag } from "antd";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { Disagreement, Proposal, Whole } from "./shapes";

/** Page, sheet and cell, else the line of the text. */
export function Where({ proposal }: { proposal: Proposal }) {
  const { t } = useWords();
  const { line, page, sheet, cell } = proposal.where;
  const said = [
    page !== null && t("reading_page", { n: page }),
    (sheet || cell) && [sheet, cell].filter(Boolean).join(" "),
    line !== null && t("reading_line", { n: line }),
  ].filter(Boolean);
  return said.length ? <span className="quiet where">{said.join(" · ")}</span> : null;
}

export function KnownBefore({ proposal }: { proposal: Proposal }) {
  const { t, code } = useWords();
  const to = useTo();
  const { known } = proposal;
  if (!known || proposal.state !== "open") return null;
  return (
    <p className="quiet">
      {t("reading_known_before", { state: code("proposal_states", known.state) })}{" "}
      <Link to={to(`/reading/${encodeURIComponent(known.document)}`, { p: known.proposal })}>
        {t("reading_earlier_version")}
      </Link>
    </p>
  );
}

const nameOf = (kind: string): Word =>
  (kind.startsWith("fact_") ? `reading_${kind}` : `reading_difference_${kind.replace(" ", "_")}`) as Word;

export function Disagreements({ rows }: { rows: Disagreement[] }) {
  const { t } = useWords();
  if (!rows.length) return null;
  return (
    <section className="disagreements" aria-label={t("reading_disagreements")}>
      <h3>{t("reading_disagreements")}</h3>
      <ul>
        {rows.map((one, n) => (
          <li key={n}>
            <Tag>{t(nameOf(one.kind))}</Tag> <bdi>{one.document}</bdi>: <bdi>{one.theirs ?? t("reading_not_said")}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What the reader remarked on the file, and of which document it is a new version. */
export function Remarks({ whole }: { whole: Whole }) {
  const { t, pick } = useWords();
  const to = useTo();
  const { remarks, version_of: before } = whole;
  return (
    <>
      {before && (
        <p className="quiet">
          {t("reading_version_of")}{" "}
          <Link to={to(`/reading/${encodeURIComponent(before.id)}`)}>
            <bdi>{before.title}</bdi>
          </Link>
        </p>
      )}
      {remarks.length > 0 && (
        <Alert
          type="warning"
          className="remarks"
          title={t("reading_remarks")}
          description={
            <ul>
              {remarks.map((one, n) => (
                <li key={n}>
                  {one.place && <span className="quiet">{one.place} </span>}
                  {pick(one)}
                </li>
              ))}
            </ul>
          }
        />
      )}
    </>
  );
}
