// Others were quicker: every cell with its three sides, before anything is decided anew.
import { useQueryClient } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useWords } from "../../app/words";
import { Scrolling } from "../../parts/Scrolling";
import { PlainTable } from "./Paged";
import { Place } from "./Pages";
import type { Moved } from "./shapes";

export function MovedOn({ moved, onLook, id }: { moved: Moved[]; onLook: () => void; id: string }) {
  const { t } = useWords();
  const queries = useQueryClient();
  if (!moved.length) return null;
  const look = async () => {
    await queries.invalidateQueries();
    onLook();
  };
  return (
    <section className="office-section" aria-label={id}>
      <Alert
        type="error"
        showIcon
        role="alert"
        title={t("im_moved", { n: moved.length })}
        action={<Button onClick={() => void look()}>{t("im_look_again")}</Button>}
      />
      <Scrolling label={t("im_conflict")}>
        <PlainTable
          rows={moved}
          columns={[
            { key: "at", title: t("im_at"), width: "9rem", cell: (one) => <Place sheet={one.sheet} cell={one.cell} /> },
            { key: "name", title: t("im_row"), cell: (one) => one.name },
            { key: "title", title: t("im_column"), cell: (one) => (one.field ? one.title : t("im_moved_gone")) },
            { key: "base", title: t("im_moved_base"), cell: (one) => one.base || "—" },
            { key: "theirs", title: t("im_moved_theirs"), cell: (one) => <ins>{one.theirs || "—"}</ins> },
            { key: "mine", title: t("im_moved_mine"), cell: (one) => one.mine || "—" },
          ]}
        />
      </Scrolling>
    </section>
  );
}
