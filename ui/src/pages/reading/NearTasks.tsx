// Tasks like a demand: both wordings with what differs, why they are not one by themselves, and one key to join.
import { Button, Tag } from "antd";
import { Link } from "react-router";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import { day, number } from "../../parts/values";
import type { NearTask, Proposal } from "./shapes";

interface Props {
  proposal: Proposal;
  tasks: NearTask[];
  busy: boolean;
  onJoin: (task: string) => void;
  onApart: () => void;
}

/** The wording of the task, with what the demand at hand has otherwise. */
function Compared({ task }: { task: NearTask }) {
  const { t } = useWords();
  return (
    <p className="compared">
      {task.pieces.map((piece, n) =>
        piece.differs ? (
          <span key={n}>
            {piece.mine && <ins title={t("reading_near_mine")}>{piece.mine}</ins>}
            {piece.theirs && <del title={t("reading_near_theirs")}>{piece.theirs}</del>}
          </span>
        ) : (
          <bdi key={n}>{piece.theirs}</bdi>
        ),
      )}
    </p>
  );
}

/** What the register knows of the task already, and nobody needs to enter again. */
function Filled({ task }: { task: NearTask }) {
  const { t, lang, code } = useWords();
  const { known } = task;
  if (!known) return null;
  const bodies = [known.lead, ...known.co_bodies].filter(Boolean).join(t("reading_comma"));
  const said = [
    bodies,
    known.due && day(known.due, lang),
    known.state && code("task_states", known.state),
    t("reading_near_statements", { n: task.statements }),
  ];
  return <p className="quiet">{said.filter(Boolean).join(" · ")}</p>;
}

function One({ task, first, ...props }: { task: NearTask; first: boolean } & Omit<Props, "tasks" | "proposal">) {
  const { t } = useWords();
  const to = useTo();
  return (
    <li data-same={task.same} data-guarded={task.guards.length > 0}>
      <p>
        <Link to={to(`/row/tasks/${encodeURIComponent(task.task)}`)}>
          <bdi>{task.title}</bdi>
        </Link>{" "}
        <span className="quiet number">{number(100 * task.ratio, 0)} %</span>{" "}
        {task.reasons.map((reason) => (
          <Tag key={reason} className="reason" data-guard={task.guards.includes(reason)}>
            {t(`reading_near_${reason}` as Word)}
          </Tag>
        ))}
      </p>
      {!task.same && <Compared task={task} />}
      <Filled task={task} />
      {task.same ? (
        <Button size="small" onClick={props.onApart} disabled={props.busy} aria-keyshortcuts={first ? "S" : undefined}>
          {t("reading_apart")} {first && <kbd>S</kbd>}
        </Button>
      ) : (
        <Button
          size="small"
          type={task.suggested ? "primary" : "default"}
          ghost={task.suggested}
          onClick={() => props.onJoin(task.task)}
          disabled={props.busy}
          aria-keyshortcuts={first ? "N" : undefined}
        >
          {t("reading_join")} {first && <kbd>N</kbd>}
        </Button>
      )}
    </li>
  );
}

export function NearTasks({ proposal, tasks, ...rest }: Props) {
  const { t } = useWords();
  if (!tasks.length) return null;
  const open = proposal.state === "open";
  const own = tasks.find(({ same }) => same);
  const first = tasks.find(({ same }) => !same);
  const lead = own ? (open ? "reading_near_will_join" : "reading_near_joined") : "reading_near_tasks";
  return (
    <section className="near-tasks" aria-label={t("reading_near_tasks")}>
      <h3>{t(lead)}</h3>
      <ul>
        {tasks.map((task) => (
          <One key={task.task} task={task} first={task === first || task === own} {...rest} />
        ))}
      </ul>
    </section>
  );
}
