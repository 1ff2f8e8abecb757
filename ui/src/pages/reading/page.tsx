// The reading room: documents with what waits in them, the queue of proposals, events with their reports.
import { Segmented } from "antd";
import { parseAsStringLiteral } from "nuqs";
import { useView } from "../../app/view";
import { useWords } from "../../app/words";
import { Page } from "../../parts/Page";
import { Documents } from "./Documents";
import { EventList } from "./EventList";
import { Proposals } from "./Proposals";
import { ReadIn } from "./ReadIn";
import "./reading.css";

const PARTS = ["documents", "queue", "events"] as const;

export default function ReadingPage() {
  const { t } = useWords();
  const [{ part }, set] = useView({ part: parseAsStringLiteral(PARTS).withDefault("documents") });
  return (
    <Page full title={t("reading_desk")} lead={t("reading_lead")} actions={<ReadIn />}>
      <div>
        <Segmented
          aria-label={t("reading_desk")}
          value={part}
          onChange={(part) => void set({ part })}
          options={PARTS.map((value) => ({ value, label: t(`reading_${value}`) }))}
        />
      </div>
      {part === "documents" && <Documents />}
      {part === "queue" && <Proposals />}
      {part === "events" && <EventList />}
    </Page>
  );
}
