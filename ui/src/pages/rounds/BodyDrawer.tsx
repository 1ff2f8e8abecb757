// One body in a round: what is to be mended, what it says nothing of, letters, how its returns came in.
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Drawer, Skeleton, Timeline } from "antd";
import { Link } from "react-router";
import { $api, address } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Day, Light, moment } from "../../parts/values";
import { Place } from "../imports/Pages";

type Whole = components["schemas"]["RoundBoard"];
type Body = components["schemas"]["RoundBody"];
type Said = components["schemas"]["RoundSaid"];

interface Props {
  round: Whole;
  body: string | null;
  onClose: () => void;
}

export function BodyDrawer({ round, body, onClose }: Props) {
  const name = round.bodies.find((one) => one.body === body)?.name ?? body ?? "";
  return (
    <Drawer open={body !== null} onClose={onClose} title={name} size={Math.min(640, innerWidth)} destroyOnHidden>
      {body !== null && <Inside round={round} body={body} />}
    </Drawer>
  );
}

function Inside({ round, body }: { round: Whole; body: string }) {
  const { t } = useWords();
  const path = { round: round.id, body };
  const { data, error } = $api.useQuery("get", "/api/rounds/{round}/bodies/{body}", { params: { path } });
  const tile = round.bodies.find((one) => one.body === body);
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const back = `/api/rounds/${encodeURIComponent(round.id)}/bodies/${encodeURIComponent(body)}/errors.xlsx`;
  return (
    <div className="office-section">
      <p className="quiet">
        {t("rd_answered", { n: data.answered, of: data.asked })} · {t("rd_attempt", { n: data.attempts })}
      </p>
      {tile?.marked && (
        <p>
          <Button icon={<DownloadOutlined />} href={address(back)} download>
            {t("rd_marked")}
          </Button>
        </p>
      )}
      <SaidList title={t("rd_faults")} said={data.faults_found} />
      <SaidList title={t("rd_questions")} said={data.questions_asked} />
      <SaidList title={t("rd_remarks")} said={data.remarks} />
      {!data.faults_found.length && !data.questions_asked.length && !data.remarks.length && (
        <p className="quiet">{t("rd_nothing_asked")}</p>
      )}
      <Silent body={data} />
      <Letters body={data} />
      <History body={data} />
    </div>
  );
}

const FIRST = 30;

function SaidList({ title, said }: { title: string; said: Said[] }) {
  const { lang } = useWords();
  if (!said.length) return null;
  return (
    <details open={said.length <= FIRST}>
      <summary>
        <strong>{title}</strong> <span className="number quiet">{said.length}</span>
      </summary>
      <ul className="findings">
        {said.map((one, n) => (
          <li key={n}>
            <Place sheet={one.sheet} cell={one.cell} /> {one[lang]}{" "}
            <span className="quiet">{lang === "zh" ? one.mend_zh : one.mend_en}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Silent({ body }: { body: Body }) {
  const { t } = useWords();
  const to = useTo();
  if (!body.silent.length) return null;
  return (
    <details>
      <summary>
        <strong>{t("rd_silent")}</strong> <span className="number quiet">{body.silent.length}</span>
      </summary>
      <ul className="findings">
        {body.silent.map((one) => (
          <li key={one.id}>
            <Link to={to(`/projects/${encodeURIComponent(one.id)}`)}>{one.name ?? one.id}</Link>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Letters({ body }: { body: Body }) {
  const { t } = useWords();
  if (!body.letters.length) return null;
  return (
    <details>
      <summary>
        <strong>{t("rd_letters")}</strong> <span className="number quiet">{body.letters.length}</span>
      </summary>
      <ul className="findings">
        {body.letters.map((one) => (
          <li key={one.id}>
            {one.number} <Light colour={one.colour} /> {one.name} · {t(`slip_${one.state}` as Word)} ·{" "}
            <Day text={one.until} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function History({ body }: { body: Body }) {
  const { t } = useWords();
  const items = body.history.map((one) => ({
    key: String(one.revision),
    content: (
      <>
        {[one.state && t(`rd_state_${one.state}` as Word), one.attempt && t("rd_attempt", { n: one.attempt })]
          .filter(Boolean)
          .join(" · ")}
        <p className="quiet">
          {moment(one.at)} · {one.actor ?? "—"} · {one.reason}
        </p>
      </>
    ),
  }));
  return (
    <>
      <h3>{t("rd_history")}</h3>
      <Timeline items={items} />
    </>
  );
}
