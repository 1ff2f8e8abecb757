// Conflicts side by side: who says what, and the office's word.
import { Button, Form, Input, Popover, Skeleton, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useSend } from "../../api/send";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Scrolling } from "../../parts/Scrolling";
import { Why, WhyForm, type Said } from "../../parts/Why";
import { PlainTable } from "../imports/Paged";

type Whole = components["schemas"]["RoundBoard"];
type Conflict = components["schemas"]["RoundConflict"];

export function Conflicts({ round }: { round: Whole }) {
  const { t } = useWords();
  const to = useTo();
  const { data, error } = $api.useQuery("get", "/api/rounds/{round}/conflicts", {
    params: { path: { round: round.id } },
  });
  const send = useSend();
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  if (!data.total) return <p className="quiet">{t("rd_no_conflicts")}</p>;
  const settle = (one: Conflict, value: string) => (said: Said) =>
    send.mutateAsync({
      path: `/api/rounds/${encodeURIComponent(round.id)}/conflicts/${one.id}`,
      body: { ...said, value },
    });
  return (
    <Scrolling label={t("rd_conflicts")}>
      <PlainTable
        rows={data.rows}
        columns={[
          {
            key: "project",
            title: t("rd_project"),
            cell: (one) => (
              <Link to={to(`/projects/${encodeURIComponent(one.project)}`)}>{one.name ?? one.project}</Link>
            ),
          },
          { key: "title", title: t("rd_field"), cell: (one) => one.title },
          {
            key: "claims",
            title: t("rd_claims"),
            cell: (one) => <Claims one={one} closed={round.closed !== null} settle={settle} />,
          },
          {
            key: "settled",
            title: t("state"),
            cell: (one) =>
              one.settled === null ? (
                <span className="office-badge">{t("rd_state_conflict")}</span>
              ) : (
                <Settled one={one} />
              ),
          },
        ]}
      />
    </Scrolling>
  );
}

function Settled({ one }: { one: Conflict }) {
  const { t } = useWords();
  return (
    <>
      {t("rd_settled", { value: one.settled ?? "" })}
      <p className="quiet">{one.reason}</p>
    </>
  );
}

interface ClaimsProps {
  one: Conflict;
  closed: boolean;
  settle: (one: Conflict, value: string) => (said: Said) => Promise<unknown>;
}

function Claims({ one, closed, settle }: ClaimsProps) {
  const { t } = useWords();
  return (
    <ul className="round-claims">
      {one.claims.map((claim) => (
        <li key={`${claim.body} ${claim.said}`} className={claim.chosen ? "chosen" : ""}>
          <span>
            {claim.name} {claim.decided && <Tag>{t("rd_state_settled")}</Tag>}
          </span>
          <span className="office-line">
            <span className="number">{claim.shown}</span>
            {!closed && !claim.decided && (
              <Why
                size="small"
                disabled={claim.chosen}
                onSay={settle(one, claim.body)}
                aria-label={`${t("rd_adopt")} ${claim.name} ${claim.shown}`}
              >
                {t("rd_adopt")}
              </Why>
            )}
          </span>
        </li>
      ))}
      {!closed && (
        <li>
          <OwnValue one={one} settle={settle} />
        </li>
      )}
    </ul>
  );
}

function OwnValue({ one, settle }: Pick<ClaimsProps, "one" | "settle">) {
  const { t } = useWords();
  const [open, show] = useState(false);
  const [value, say] = useState("");
  const id = `own-${one.id}`;
  const form = (
    <div className="why">
      <Form layout="vertical" component="div">
        <Form.Item label={t("rd_value")} htmlFor={id}>
          <Input id={id} value={value} onChange={({ target }) => say(target.value)} maxLength={200} />
        </Form.Item>
      </Form>
      <WhyForm onSay={(said) => settle(one, value)(said)} onDone={() => show(false)} />
    </div>
  );
  return (
    <Popover open={open} onOpenChange={show} trigger="click" content={form} destroyOnHidden>
      <Button size="small" type="link">
        {t("rd_own_value")}
      </Button>
    </Popover>
  );
}
