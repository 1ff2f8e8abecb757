// The chosen proposal: what was read, what accepting it would write, what is like it already, and the four keys.
import { Button, Tag } from "antd";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import { MadeUp, moment, number } from "../../parts/values";
import { Disagreements, KnownBefore, Where } from "./Beside";
import { Mend } from "./Mend";
import { ReadBy, Readers } from "./Readers";
import { NearTasks } from "./NearTasks";
import type { Field, Made, Proposal, Verdict } from "./shapes";

interface Props {
  proposal: Proposal;
  /** Fields of its kind. */
  fields: Field[];
  /** The proposals of the same document, to name its event and the demand above it. */
  others: Proposal[];
  mending: boolean;
  busy: boolean;
  onDecide: (verdict: Verdict, fields?: Record<string, unknown>) => void;
  onJoin: (task: string) => void;
  onApart: () => void;
  onMend: (open: boolean) => void;
  onUndo: () => void;
}

const UNSURE = 0.7; // below this a field is marked for a closer look

export function MadeLink({ made }: { made: Made }) {
  const { table } = useWords();
  const to = useTo();
  return (
    <Link className="made" to={to(`/row/${made.table}/${encodeURIComponent(made.id)}`)}>
      {table(made.table)} <bdi>{made.title}</bdi>
    </Link>
  );
}

export function useSaid() {
  const { t, code } = useWords();
  return (field: Field, value: unknown): string => {
    if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return "—";
    if (Array.isArray(value)) return value.join(t("reading_comma"));
    if (typeof value === "number") return number(value, 6);
    return field.type.startsWith("code:") ? code(field.type.slice(5), String(value)) : String(value);
  };
}

function Fields({ proposal, fields }: Pick<Props, "proposal" | "fields">) {
  const { t, pick } = useWords();
  const said = useSaid();
  return (
    <dl className="fields">
      {fields.map((field) => {
        const before = proposal.mended[field.name]?.[0];
        const rests = proposal.sure.find(({ name }) => name === field.name);
        return (
          <div key={field.name} data-unsure={rests !== undefined && rests.confidence < UNSURE}>
            <dt>{pick(field)}</dt>
            <dd>
              <bdi>{said(field, proposal.fields[field.name])}</bdi>
              {rests && (
                <small className="quiet">
                  <span className="number">{number(100 * rests.confidence, 0)} %</span>{" "}
                  {t(`reading_why_${rests.reason}` as Word)}
                  {rests.basis && (
                    <>
                      {" "}
                      <bdi>{rests.basis}</bdi>
                    </>
                  )}
                </small>
              )}
              {field.name in proposal.mended && (
                <small className="quiet">
                  {t("reading_was_read")} <del>{said(field, before)}</del>
                </small>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Around({ proposal, others }: Pick<Props, "proposal" | "others">) {
  const { t } = useWords();
  const named = (ordinal: string | null) => others.find((one) => ordinal && one.ordinal === ordinal);
  const event = proposal.kind === "event" ? undefined : named(proposal.event);
  const parent = named(proposal.parent);
  const sentence = proposal.sentence && proposal.sentence !== proposal.text ? proposal.sentence : null;
  const lines: [string, string | undefined][] = [
    [t("reading_sentence"), sentence ?? undefined],
    [t("reading_event_of"), event?.text],
    [t("reading_under"), parent?.text],
  ];
  return (
    <dl className="fields around">
      {lines.map(
        ([name, said]) =>
          said && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{said}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** What the register knows of it: rows it would make, tasks and rows like it, who decided. */
function Known({ proposal, busy, onJoin, onApart }: Pick<Props, "proposal" | "busy" | "onJoin" | "onApart">) {
  const { t, table } = useWords();
  const { id } = proposal;
  const { data } = $api.useQuery("get", "/api/proposals/{id}", { params: { path: { id } } });
  if (!data || data.proposal.revision !== proposal.revision) return <p className="quiet known">&nbsp;</p>;
  const rows = Object.entries(data.would_make).map(([name, n]) => `${table(name)} ${n}`);
  const makes = ["figure", "reference"].includes(proposal.kind) ? "" : t("reading_would_join");
  const { decision } = data;
  return (
    <div className="known">
      <Disagreements rows={data.disagreements} />
      <NearTasks proposal={proposal} tasks={data.near_tasks} busy={busy} onJoin={onJoin} onApart={onApart} />
      {proposal.state === "open" && (rows.length ? `${t("reading_would_make")} ${rows.join(" · ")}` : makes)}
      {data.near.length > 0 && (
        <p>
          {t("reading_near")}{" "}
          {data.near.map((made) => (
            <MadeLink key={made.id} made={made} />
          ))}
        </p>
      )}
      {decision && (
        <p>
          {t("reading_decided_by", {
            who: decision.actor ?? "—",
            at: moment(decision.at),
            why: decision.reason ?? "—",
          })}
        </p>
      )}
      {proposal.became && (
        <p>
          {t("reading_became")} <MadeLink made={proposal.became} />
          {proposal.task && <MadeLink made={proposal.task} />}
        </p>
      )}
    </div>
  );
}

function Actions({
  proposal,
  busy,
  onDecide,
  onMend,
  onUndo,
}: Omit<Props, "fields" | "others" | "mending" | "onJoin" | "onApart">) {
  const { t } = useWords();
  if (proposal.state !== "open") {
    return (
      <div className="actions">
        <Button onClick={onUndo} loading={busy} aria-keyshortcuts="U">
          {t("reading_undo")} <kbd>U</kbd>
        </Button>
      </div>
    );
  }
  return (
    <div className="actions">
      <Button type="primary" onClick={() => onDecide("accept")} loading={busy} aria-keyshortcuts="A">
        {t("reading_accept")} <kbd>A</kbd>
      </Button>
      <Button onClick={() => onMend(true)} aria-keyshortcuts="M">
        {t("reading_mend")} <kbd>M</kbd>
      </Button>
      <Button onClick={() => onDecide("reject")} disabled={busy} aria-keyshortcuts="R">
        {t("reading_refuse")} <kbd>R</kbd>
      </Button>
    </div>
  );
}

export function Card(props: Props) {
  const { code, t } = useWords();
  const { proposal, fields, others, mending, busy, onDecide, onMend } = props;
  return (
    <section className="card" aria-label={code("proposal_kinds", proposal.kind)}>
      <p className="card-head">
        <span className="proposal-kind" data-kind={proposal.kind}>
          {code("proposal_kinds", proposal.kind)}
        </span>
        <Tag className="state" data-state={proposal.state}>
          {code("proposal_states", proposal.state)}
        </Tag>
        {proposal.confidence !== null && (
          <span className="quiet">
            {t("confidence")} <span className="number">{number(100 * proposal.confidence, 0)} %</span>
          </span>
        )}
        <ReadBy proposal={proposal} />
        <Where proposal={proposal} />
        <MadeUp synthetic={proposal.synthetic} />
      </p>
      <blockquote>
        <bdi>{proposal.text}</bdi>
      </blockquote>
      {mending ? (
        <Mend
          key={proposal.id}
          proposal={proposal}
          fields={fields}
          busy={busy}
          onSave={(given) => onDecide("mend", given)}
          onCancel={() => onMend(false)}
        />
      ) : (
        <>
          <Fields proposal={proposal} fields={fields} />
          <Readers proposal={proposal} fields={fields} />
          <Around proposal={proposal} others={others} />
          <KnownBefore proposal={proposal} />
          <Known proposal={proposal} busy={busy} onJoin={props.onJoin} onApart={props.onApart} />
          <Actions {...props} />
        </>
      )}
    </section>
  );
}
