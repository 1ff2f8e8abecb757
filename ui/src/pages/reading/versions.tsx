// Reports of one event side by side: aligned clause by clause, what differs is marked; stacked where it is narrow.
import { Checkbox, Skeleton } from "antd";
import { parseAsBoolean } from "nuqs";
import { Link, useParams } from "react-router";
import { $api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { MadeUp, day } from "../../parts/values";
import type { Side } from "./shapes";
import "./reading.css";
import "./versions.css";

type Row = Side["rows"][number];
type Cell = Row["cells"][number];
type Report = Side["documents"][number];

const kindWord = (kind: string) => `reading_difference_${kind.replace(" ", "_")}` as Word;

export default function VersionsPage() {
  const { id = "" } = useParams();
  const { t, lang } = useWords();
  const [{ differ }, set] = useView({ differ: parseAsBoolean.withDefault(false) });
  const { data, error } = $api.useQuery("get", "/api/events/{id}/versions", { params: { path: { id } } });
  if (!data) {
    return (
      <Page title={t("reading_events")}>
        <FaultNote fault={error as Error | null} />
        {!error && <Skeleton active />}
      </Page>
    );
  }
  const { event, documents, facts, rows, counts } = data;
  const about = [event.date && day(event.date, lang), event.organiser, t("reading_reports_n", { n: documents.length })];
  const shown = differ ? rows.filter(({ kinds }) => kinds.length) : rows;
  const how = Object.entries(counts).map(([kind, n]) => `${t(kindWord(kind))} ${n}`);
  return (
    <Page
      title={event.name}
      lead={
        <>
          {about.filter(Boolean).join(" · ")} <MadeUp synthetic={event.synthetic} />
        </>
      }
      revision={data.revision}
      filters={differ ? t("reading_only_differences") : ""}
    >
      {documents.length < 2 && <p className="no-data">{t("reading_one_version")}</p>}
      <Facts facts={facts} documents={documents} />
      <div className="reading-tools">
        <Checkbox checked={differ} onChange={({ target }) => void set({ differ: target.checked })}>
          {t("reading_only_differences")}
        </Checkbox>
        <span className="quiet">{how.join(" · ")}</span>
      </div>
      {rows.length ? (
        <Demands rows={shown} documents={documents} />
      ) : (
        <p className="no-data">{t("reading_no_demands")}</p>
      )}
    </Page>
  );
}

function Head({ documents, first }: { documents: Report[]; first: string }) {
  const to = useTo();
  return (
    <thead>
      <tr>
        <th scope="col" className="how">
          {first}
        </th>
        {documents.map(({ id, title, publisher, synthetic }) => (
          <th key={id} scope="col">
            <Link to={to(`/reading/${encodeURIComponent(id)}`)}>
              <bdi>{title}</bdi>
            </Link>
            <span className="speaker quiet">
              {publisher} <MadeUp synthetic={synthetic} />
            </span>
          </th>
        ))}
      </tr>
    </thead>
  );
}

const label = ({ publisher, title }: Report) => publisher ?? title;

function Facts({ facts, documents }: Pick<Side, "facts" | "documents">) {
  const { t } = useWords();
  if (!facts.length) return null;
  return (
    <div className="versions">
      <table>
        <caption>{t("reading_facts")}</caption>
        <Head documents={documents} first="" />
        <tbody>
          {facts.map(({ name, differs, values }) => (
            <tr key={name}>
              <th scope="row" className="how">
                {t(`reading_fact_${name}` as Word)}
              </th>
              {values.map((value, n) => (
                <td key={documents[n]?.id} data-label={documents[n] && label(documents[n])}>
                  {value === null ? (
                    <span className="quiet">{t("reading_not_said")}</span>
                  ) : differs ? (
                    <mark>{value}</mark>
                  ) : (
                    value
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Demands({ rows, documents }: Pick<Side, "rows" | "documents">) {
  const { t } = useWords();
  return (
    <div className="versions">
      <table>
        <caption>{t("reading_demands")}</caption>
        <Head documents={documents} first={t("reading_sort_difference")} />
        <tbody>
          {rows.map((row, n) => (
            <tr key={row.cells.map(({ proposal }) => proposal).join() || n}>
              <th scope="row" className="how">
                {row.kinds.map((kind) => (
                  <span key={kind}>{t(kindWord(kind))}</span>
                ))}
              </th>
              {row.cells.map((cell, at) => (
                <td key={documents[at]?.id} data-label={documents[at] && label(documents[at])}>
                  <Said cell={cell} document={documents[at]?.id ?? ""} speaks={row.kinds.includes("attribution")} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Said({ cell, document, speaks }: { cell: Cell; document: string; speaks: boolean }) {
  const { t } = useWords();
  const to = useTo();
  if (!cell.proposal) return <span className="quiet">{t("reading_not_said")}</span>;
  return (
    <>
      <Link to={to(`/reading/${encodeURIComponent(document)}`, { p: cell.proposal, show: "all" })}>
        <bdi>{cell.pieces.map(({ text, differs }, n) => (differs ? <mark key={n}>{text}</mark> : text))}</bdi>
      </Link>
      {speaks && (
        <span className="speaker quiet">
          {t("reading_says")} <mark>{cell.speaker}</mark>
        </span>
      )}
    </>
  );
}
