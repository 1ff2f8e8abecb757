// One project: where it stands, its money, its dates with proof, why it is on a list, what it is tied to, its history.
import { EnvironmentOutlined, FormOutlined } from "@ant-design/icons";
import { Button, Skeleton } from "antd";
import { parseAsString } from "nuqs";
import { useParams } from "react-router";
import { $api } from "../../api/client";
import { boot } from "../../app/boot";
import { useTo, useView } from "../../app/view";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Figure } from "../../parts/Figure";
import { Page } from "../../parts/Page";
import { Proof } from "../../parts/Proof";
import { Light, MadeUp, Money, Stage, money } from "../../parts/values";
import { Fields } from "./Fields";
import { Marked } from "./Marked";
import { MoneyChart } from "./MoneyChart";
import { Moved } from "./Moved";
import { Section, type Marks, type One } from "./parts";
import { Stages } from "./Stages";
import { Tied } from "./Tied";
import "./project.css";

function Lead({ one, marks }: { one: One; marks: Marks | undefined }) {
  const { lang, t } = useWords();
  const { row, names, standing } = one;
  const owner = standing?.owner === "local" ? t("owner_local") : names["owner"]?.[lang];
  const said = [row["code"], names["city"]?.[lang], names["place"]?.[lang], owner].filter(
    (part, at, all) => part && all.indexOf(part) === at,
  );
  return (
    <span className="project-lead">
      <Stage stage={standing?.stage} />
      {marks?.light && <Light colour={marks.light} />}
      <span>{said.map(String).join(" · ")}</span> <MadeUp synthetic={Boolean(row["synthetic"])} />
    </span>
  );
}

function Figures({ one }: { one: One }) {
  const { t, lang } = useWords();
  const { standing, money: sums } = one;
  if (!standing) return null;
  const year = sums.year;
  const parts = { geography: one.names["place"]?.[lang] ?? null, day: one.on, revision: one.revision };
  return (
    <dl className="project-figures">
      <div><dt>{t("projects_invest_total")}</dt><dd><Money fen={standing.invest_total} /></dd></div>
      <div><dt>{t("projects_year_plan", { year })}</dt><dd><Money fen={standing.plan} /></dd></div>
      <div>
        <dt>{t("projects_year_done", { year })}</dt>
        <dd><Money fen={standing.done} /> {standing.period && <span className="quiet">{standing.period}</span>}</dd>
      </div>
      <div>
        <dt>{t("projects_share")}</dt>
        <dd>
          <Figure value={standing.share} unit="%" what={t("projects_share")} places={1}
            parts={{ ...parts, source: standing.done === null ? null : `${money(standing.done, lang)} / ${money(standing.plan, lang)}`, missing: standing.share === null ? { count: 1, why: t("projects_no_share") } : null }} />
        </dd>
      </div>
      <div><dt>{t("projects_invested")}</dt><dd><Money fen={standing.invested} /></dd></div>
    </dl>
  ); // prettier-ignore
}

function Actions({ id }: { id: string }) {
  const { t } = useWords();
  const to = useTo();
  return (
    <>
      <Button icon={<EnvironmentOutlined />} href={`/desk${to("/map", { pick: `projects:${id}` })}`}>{t("one_map")}</Button>
      {boot.reader !== "public" && (
        <Button icon={<FormOutlined />} href={`/desk${to(`/row/projects/${encodeURIComponent(id)}`)}`}>{t("projects_edit_all")}</Button>
      )}
    </>
  ); // prettier-ignore
}

export default function ProjectPage() {
  const { id = "" } = useParams();
  const { t } = useWords();
  const [{ baseline }, set] = useView({ baseline: parseAsString.withDefault("") });
  const path = { params: { path: { id } } };
  const { data: one, error } = $api.useQuery("get", "/api/projects/{id}", path);
  const asked = { params: { path: { id }, query: baseline ? { baseline } : {} } };
  const { data: marks, error: fault } = $api.useQuery("get", "/api/projects/{id}/marks", asked, {
    enabled: Boolean(one),
  });
  if (error) return <Page title={t("project")}><FaultNote fault={error as Error} /></Page>; // prettier-ignore
  if (!one) return <Page title={t("project")} busy><Skeleton active paragraph={{ rows: 10 }} /></Page>; // prettier-ignore
  return (
    <Page title={String(one.row["name"])} lead={<Lead one={one} marks={marks} />} revision={one.revision} actions={<Actions id={id} />}>
      <Stages one={one} marks={marks} />
      <Figures one={one} />
      <FaultNote fault={fault as Error | null} />
      <div className="project-columns">
        <Section id="money" title={t("projects_money")}>
          <MoneyChart one={one} />
        </Section>
        <Section id="marks" title={t("projects_marks")}>
          <Marked marks={marks} />
        </Section>
      </div>
      <Tied one={one} />
      {marks && (
        <Section id="moved" title={t("projects_baseline")}>
          <Moved marks={marks} onBaseline={(name) => void set({ baseline: name })} />
        </Section>
      )}
      <Section id="fields" title={t("projects_fields")} note={<Proof table="projects" id={id}>{t("projects_row_proof")}</Proof>}>
        <Fields one={one} />
      </Section>
    </Page>
  ); // prettier-ignore
}
