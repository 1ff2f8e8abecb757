// Returns come in: one or many at once; each is looked at before it is taken.
import { Alert, Select } from "antd";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Drop } from "../imports/Drop";
import { useDropped, type Dropped } from "../imports/useDropped";

type Whole = components["schemas"]["RoundBoard"];

export function Returns({ round }: { round: Whole }) {
  const { t } = useWords();
  const to = useTo();
  const go = useNavigate();
  const [body, choose] = useState("");
  const { drop, reading, dropped } = useDropped(`/api/rounds/${encodeURIComponent(round.id)}/take`);
  const take = async (files: File[]) => {
    const found = await drop(files, { body });
    const only = found.length === 1 ? found[0]?.done : undefined;
    if (only) await go(to(`/imports/${only.upload.id}`));
  };
  const bodies = round.bodies.map((one) => ({ value: one.body, label: one.name ?? one.body }));
  return (
    <section className="office-section no-print">
      <Drop
        small
        many
        accept=".xlsx,.xlsm,.csv,.tsv"
        onFiles={(files) => void take(files)}
        lead={t("rd_drop")}
        hint={t("rd_drop_hint")}
        reading={reading}
      />
      <div className="office-line">
        <label>
          {t("rd_whose")}
          <Select
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            value={body || null}
            onChange={(id?: string) => choose(id ?? "")}
            options={bodies}
            style={{ width: "15rem" }}
            aria-label={t("rd_whose")}
          />
        </label>
      </div>
      {dropped.map((one) => (
        <Came key={one.name} one={one} />
      ))}
    </section>
  );
}

function Came({ one }: { one: Dropped }) {
  const { t } = useWords();
  const to = useTo();
  if (one.fault) {
    return (
      <div>
        <strong>{one.name}</strong>
        <FaultNote fault={one.fault} />
      </div>
    );
  }
  const preview = one.done?.preview;
  if (!one.done || !preview) return null;
  const said = preview.faults ? t("rd_faults_n", { n: preview.faults }) : t("im_ready");
  return (
    <Alert
      type={preview.faults ? "warning" : "success"}
      showIcon
      title={`${one.name} · ${said}`}
      action={<Link to={to(`/imports/${one.done.upload.id}`)}>{t("rd_look")}</Link>}
    />
  );
}
