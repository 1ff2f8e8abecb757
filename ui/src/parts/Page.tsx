// The frame of one page: title, one line that says what it is for, actions, and the stamp every print carries.
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, type ReactNode } from "react";
import { useNewer } from "../api/older";
import { useBusy } from "../app/nowhere";
import { useEverywhere } from "../app/view";
import { boot } from "../app/boot";
import { useWords } from "../app/words";

interface Props {
  title: string;
  lead?: ReactNode;
  /** Buttons on the right of the title. */
  actions?: ReactNode;
  /** Revision the page's answers rest on, e.g. `demo-1:87`. */
  revision?: string | undefined;
  /** What was filtered, in words, for the printed stamp. */
  filters?: string;
  /** Not ready yet for another reason than a question under way (a map that draws). */
  busy?: boolean;
  /** Fills the window: tables and maps that scroll inside. */
  full?: boolean;
  children: ReactNode;
}

export function Page({ title, lead, actions, revision, filters, busy = false, full = false, children }: Props) {
  const { t } = useWords();
  const [{ on, branch }] = useEverywhere();
  useBusy(useIsFetching() > 0 || busy);
  useEffect(() => {
    document.title = `${title} · ${boot.name}`;
  }, [title]);
  const stamp = [
    boot.name,
    `${t("as_of")} ${on || boot.day}`,
    branch && `${t("branch")} ${branch}`,
    filters,
    `${t("revision")} ${revision ?? boot.revision}`,
  ];
  return (
    <main className={full ? "page full" : "page"}>
      <div className="page-head">
        <div>
          <h1>{title}</h1>
          {lead && <p className="quiet">{lead}</p>}
        </div>
        {actions && <div className="actions">{actions}</div>}
      </div>
      {on && <p className="past">{t("looking_at_day", { day: on })}</p>}
      <Newer />
      {children}
      <footer className="stamp">{stamp.filter(Boolean).join(" · ")}</footer>
    </main>
  );
}

/** Says that somebody has written since, and asks again. */
function Newer() {
  const { t } = useWords();
  const revision = useNewer();
  const client = useQueryClient();
  if (!revision) return null;
  return (
    <p className="past" role="status">
      {t("newer_revision", { revision })}{" "}
      <Button type="link" size="small" onClick={() => void client.invalidateQueries()}>
        {t("ask_again")}
      </Button>
    </p>
  );
}
