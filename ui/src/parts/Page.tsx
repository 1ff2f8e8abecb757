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
      {children}
      <footer className="stamp">{stamp.filter(Boolean).join(" · ")}</footer>
      <Newer shown={revision} />
    </main>
  );
}

/** Says that somebody has written since, beside the page and not in it: nothing moves while somebody works. */
function Newer({ shown = "" }: { shown?: string | undefined }) {
  const { t } = useWords();
  const client = useQueryClient();
  const revision = useNewer(client);
  if (revision <= Number(shown.split(":").at(-1))) return null;
  return (
    <p className="newer no-print" role="status">
      {t("newer_revision", { revision })}{" "}
      <Button type="link" size="small" onClick={() => void client.invalidateQueries()}>
        {t("ask_again")}
      </Button>
    </p>
  );
}
