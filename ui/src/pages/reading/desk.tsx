// The reading desk: the source with its marks on the left, proposals on the right, one key for each decision.
import { Button, Modal, Segmented, Select, Skeleton } from "antd";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { $api } from "../../api/client";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import type { Said } from "../../parts/Why";
import { MadeUp, day } from "../../parts/values";
import { Remarks } from "./Beside";
import { Card, MadeLink } from "./Card";
import type { Mark } from "./cut";
import { Queue } from "./Queue";
import { Sitting } from "./Sitting";
import { Source } from "./Source";
import { KINDS, type Proposal, type Verdict, type Whole } from "./shapes";
import { useDecisions, type Notice } from "./useDecisions";
import { useKeys } from "./useKeys";
import { useSitting } from "./useSitting";
import { useText } from "./useText";
import "./reading.css";

const view = {
  p: parseAsString.withDefault(""),
  show: parseAsStringLiteral(["open", "all"] as const).withDefault("open"),
  kind: parseAsArrayOf(parseAsStringLiteral(KINDS)).withDefault([]),
};

export default function DeskPage() {
  const { id = "" } = useParams();
  const { t } = useWords();
  const { data, error } = $api.useQuery("get", "/api/documents/{id}", { params: { path: { id } } });
  if (data) return <Desk key={id} whole={data} />;
  return (
    <Page title={t("reading_desk")} busy={!error}>
      <FaultNote fault={error as Error | null} />
      {!error && <Skeleton active />}
    </Page>
  );
}

/** Proposals with what was decided here laid over what the server said before. */
function useProposals(whole: Whole, fresh: ReadonlyMap<string, Proposal>) {
  return useMemo(
    () =>
      whole.proposals.map((one) => {
        const now = fresh.get(one.id);
        return now && now.revision > one.revision ? now : one;
      }),
    [whole.proposals, fresh],
  );
}

/** Tasks like the chosen demand; none before the server has said. */
function useNear(picked: Proposal | undefined) {
  const { data } = $api.useQuery(
    "get",
    "/api/proposals/{id}",
    { params: { path: { id: picked?.id ?? "" } } },
    { enabled: picked?.kind === "directive" },
  );
  return data && data.proposal.revision === picked?.revision ? data.near_tasks : [];
}

const placed = (one: Proposal): one is Proposal & { at: [number, number] } => one.at !== null && one.at.length === 2;

function Desk({ whole }: { whole: Whole }) {
  const { t, lang, code } = useWords();
  const { document, noise, slots, events } = whole;
  const [{ p, show, kind }, set] = useView(view);
  const [mending, mend] = useState(false);
  const [help, setHelp] = useState(false);
  const [asking, ask] = useState<((said: Said) => void) | null>(null);
  const [choosing, choose] = useState(false);
  const { said, say } = useSitting();
  const { text, error, more } = useText(document.id);

  const next = useRef<(id: string) => void>(() => undefined);
  const { decide, undo, last, fresh, pending, notice, tell, fault, blame } = useDecisions({
    onSent: (id) => {
      mend(false);
      next.current(id);
    },
    onRefused: (id) => void set({ p: id }),
  });
  const proposals = useProposals(whole, fresh);
  const ofKind = useMemo(
    () => (kind.length ? proposals.filter((one) => kind.includes(one.kind as never)) : proposals),
    [proposals, kind],
  );
  const listed = useMemo(
    () => (show === "all" ? ofKind : ofKind.filter((one) => one.state === "open" || fresh.has(one.id) || one.id === p)),
    [ofKind, show, fresh, p],
  );
  const picked = listed.find(({ id }) => id === p) ?? listed.find(({ state }) => state === "open") ?? listed[0];
  const marks = useMemo(
    () => ofKind.filter(placed).map(({ id, kind, state, at }): Mark => ({ id, kind, state, at })),
    [ofKind],
  );

  const pick = (id: string) => {
    mend(false);
    void set({ p: id });
  };
  const move = (step: 1 | -1) => {
    const at = listed.findIndex(({ id }) => id === picked?.id) + step;
    const one = listed[at];
    if (one) pick(one.id);
  };
  next.current = (id) => {
    const at = listed.findIndex((one) => one.id === id);
    const open = [...listed.slice(at + 1), ...listed.slice(0, at)].find(
      (one) => one.state === "open" && one.id !== id && !pending.has(one.id),
    );
    void set({ p: open?.id ?? id });
  };
  /** Does something that needs who and why; asks once for the sitting. */
  const signed = (work: (said: Said) => void) => (said ? work(said) : (ask(() => work), choose(true)));
  const onDecide = (verdict: Verdict, fields?: Record<string, unknown>) => {
    if (picked?.state === "open" && !pending.has(picked.id))
      signed((who) => decide(picked, verdict, who, fields && { fields }));
  };
  const near = useNear(picked);
  /** Joins the demand to a task, or keeps it apart; also one that was accepted before. */
  const onTask = (verdict: "join" | "apart", task?: string) => {
    if (!picked || picked.state === "rejected" || pending.has(picked.id)) return;
    signed((who) => decide(picked, verdict, who, task ? { task } : undefined));
  };
  const joinFirst = () => {
    const first = near.find(({ same }) => !same);
    if (first) onTask("join", first.task);
  };
  const keepApart = () => near.some(({ same }) => same) && onTask("apart");
  const onUndo = () => {
    const id = picked && picked.state !== "open" ? picked.id : last();
    if (!id) return tell({ text: t("reading_nothing_to_undo"), made: [] });
    void set({ p: id });
    signed((who) => undo(id, who));
  };
  const moveFocus = () => {
    const home = window.document.activeElement?.closest(".source") ? ".queue [aria-current]" : ".source [tabindex='0']";
    window.document.querySelector<HTMLElement>(home)?.focus();
  };
  useKeys(
    {
      j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
      a: () => onDecide("accept"), r: () => onDecide("reject"), u: onUndo, x: moveFocus, n: joinFirst, s: keepApart,
      m: () => picked?.state === "open" && mend(true), "?": () => setHelp(true),
      Escape: () => { mend(false); tell(null); blame(null); },
    }, // prettier-ignore
    !help && !choosing,
  );
  useEffect(() => {
    if (picked && p !== picked.id) void set({ p: picked.id }); // the address names what is shown
  }, [picked, p, set]);

  const decided = proposals.filter(({ state }) => state !== "open").length;
  const about = [
    document.publisher,
    document.published && day(document.published, lang),
    code("document_kinds", document.kind),
  ];
  const sit = async (who: Said) => {
    say(who);
    const work = asking;
    ask(null);
    work?.(who); // what was pressed before the question
  };
  return (
    <Page
      full
      title={document.title}
      lead={
        <>
          {about.filter(Boolean).join(" · ")} <MadeUp synthetic={document.synthetic} />
        </>
      }
      revision={whole.revision}
      busy={more}
      actions={<Sitting said={said} open={choosing} onOpen={(open) => (choose(open), open || ask(null))} onSay={sit} />}
    >
      <div className="desk">
        <div className="left">
          <Remarks whole={whole} />
          <FaultNote fault={error} />
          {text === undefined && !error && <Skeleton active />}
          {text === "" && <p className="no-data">{t("reading_no_text")}</p>}
          {text && <Source text={text} marks={marks} noise={noise} picked={picked?.id ?? ""} onPick={pick} />}
          {more && <p className="quiet">{t("reading_loading_text")}</p>}
        </div>
        <div className="right">
          <div className="tools">
            <Segmented
              aria-label={t("state")}
              value={show}
              onChange={(show) => void set({ show })}
              options={(["open", "all"] as const).map((value) => ({ value, label: t(`reading_show_${value}`) }))}
            />
            <Select
              className="kinds"
              aria-label={t("reading_kinds")}
              mode="multiple"
              maxTagCount="responsive"
              allowClear
              value={kind}
              placeholder={t("reading_kinds")}
              onChange={(kind) => void set({ kind })}
              options={KINDS.map((value) => ({ value, label: code("proposal_kinds", value) }))}
            />
            <span className="quiet number">{t("reading_progress", { done: decided, all: proposals.length })}</span>
            <Button type="text" size="small" onClick={() => setHelp(true)} aria-label={t("reading_keys")}>
              <kbd>?</kbd>
            </Button>
          </div>
          <Told notice={notice} />
          <FaultNote fault={fault} onClose={() => blame(null)} />
          {picked ? (
            <Card
              proposal={picked}
              fields={slots[picked.kind] ?? []}
              others={proposals}
              mending={mending && picked.state === "open"}
              busy={pending.has(picked.id)}
              onDecide={onDecide}
              onJoin={(task) => onTask("join", task)}
              onApart={() => onTask("apart")}
              onMend={mend}
              onUndo={onUndo}
            />
          ) : (
            <p className="no-data">{t(proposals.length ? "reading_all_decided" : "reading_none_read")}</p>
          )}
          <Queue proposals={listed} picked={picked?.id ?? ""} onPick={pick} />
          <Events events={events} />
        </div>
      </div>
      <Keys open={help} close={() => setHelp(false)} />
    </Page>
  );
}

/** What the last decision wrote, seen and heard. */
function Told({ notice }: { notice: Notice | null }) {
  const { t } = useWords();
  return (
    <p className="told" role="status" aria-live="polite">
      {notice && (
        <>
          <bdi>{notice.text}</bdi>
          {notice.made.length > 0 && ` · ${t("reading_wrote")} `}
          {notice.made.slice(0, 3).map((made) => (
            <MadeLink key={`${made.table} ${made.id}`} made={made} />
          ))}
        </>
      )}
    </p>
  );
}

function Events({ events }: Pick<Whole, "events">) {
  const { t } = useWords();
  const to = useTo();
  const shared = events.filter(({ documents }) => documents > 1);
  return (
    <ul className="events">
      {shared.map(({ id, name, documents }) => (
        <li key={id}>
          <Link to={to(`/reading/events/${encodeURIComponent(id)}`)}>
            <bdi>{name}</bdi>: {t("reading_reports_n", { n: documents })}, {t("reading_side_by_side")}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Keys({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useWords();
  const keys: [string, string][] = [
    ["J", t("reading_key_next")],
    ["K", t("reading_key_previous")],
    ["A", t("reading_accept")],
    ["M", t("reading_mend")],
    ["R", t("reading_refuse")],
    ["N", t("reading_key_join")],
    ["S", t("reading_key_apart")],
    ["U", t("reading_undo")],
    ["X", t("reading_key_text")],
    ["?", t("reading_key_help")],
  ];
  return (
    <Modal open={open} onCancel={close} footer={null} title={t("reading_keys")}>
      <dl className="keys">
        {keys.map(([key, label]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
