// Events with the number of their reports; several reports open side by side.
import { Input } from "antd";
import { parseAsString } from "nuqs";
import { Link } from "react-router";
import { api } from "../../api/client";
import type { components } from "../../made/schema";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Rows, type RowsColumn } from "../../parts/Rows";
import { Day, MadeUp, number } from "../../parts/values";

type Event = components["schemas"]["ReportedEvent"];

export function EventList() {
  const { t } = useWords();
  const to = useTo();
  const [{ q }, set] = useView({ q: parseAsString.withDefault("") });
  const load = async (offset: number, limit: number) => {
    const { data } = await api.GET("/api/events", { params: { query: { q, offset, limit } } });
    return data ?? { rows: [], total: 0 };
  };
  const figure = { align: "right" as const, width: 110 };
  const columns: RowsColumn<Event>[] = [
    {
      key: "name", title: t("name"), width: 380,
      cell: (one) => (
        <>
          <Link to={to(`/reading/events/${encodeURIComponent(one.id)}`)}>
            <bdi>{one.name}</bdi>
          </Link>{" "}
          <MadeUp synthetic={one.synthetic} />
        </>
      ),
    },
    { key: "date", title: t("reading_fact_date"), width: 140, cell: (one) => <Day text={one.date} /> },
    { key: "organiser", title: t("reading_fact_organiser"), width: 160, cell: (one) => <bdi>{one.organiser ?? "—"}</bdi> },
    { key: "documents", title: t("reading_documents"), ...figure, cell: (one) => <span className="number">{number(one.documents)}</span> },
    { key: "directives", title: t("directives"), ...figure, cell: (one) => <span className="number">{number(one.directives)}</span> },
  ]; // prettier-ignore
  return (
    <>
      <div className="reading-tools">
        <Input.Search
          allowClear
          aria-label={t("reading_seek_event")}
          placeholder={t("reading_seek_event")}
          defaultValue={q}
          maxLength={200}
          onSearch={(q) => void set({ q })}
        />
      </div>
      <Rows<Event>
        question={["events", q]}
        load={load}
        columns={columns}
        rowKey={({ id }) => id}
        empty={t("reading_events_empty")}
        label={t("reading_events")}
      />
    </>
  );
}
