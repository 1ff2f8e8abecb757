// One task: due, light, milestones, reports, letters, the sentence it rests on.
import { Skeleton } from "antd";
import { useState, type ReactNode } from "react";
import { Button, Drawer } from "antd";
import { Link, useParams } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Proof } from "../../parts/Proof";
import { Scrolling } from "../../parts/Scrolling";
import { Day, Light, MadeUp, number } from "../../parts/values";
import "../imports/office.css";
import { PlainTable } from "../imports/Paged";
import { Letters } from "./Letters";
import { Left, Progress } from "./page";
import { ReportForm } from "./ReportForm";

type One = components["schemas"]["OneTask"];

export default function TaskPage() {
  const { id = "" } = useParams();
  const { t } = useWords();
  const { data, error } = $api.useQuery("get", "/api/tasks/{id}", { params: { path: { id } } });
  if (error) return <Page title={t("tasks")}>{<FaultNote fault={error as Error} />}</Page>;
  if (!data) return <Page title={t("tasks")}>{<Skeleton active />}</Page>;
  return <Known one={data} />;
}

function Known({ one }: { one: One }) {
  const { t, lang } = useWords();
  const [open, show] = useState(false);
  const { row } = one;
  const lit = lang === "zh" ? row.lit : row.lit_en;
  return (
    <Page
      title={row.name}
      lead={
        <>
          {[row.number, row.owner, t(`state_${row.state}` as Word)].filter(Boolean).join(" · ")}{" "}
          <MadeUp synthetic={row.synthetic} />
        </>
      }
      actions={
        <>
          <Proof table="tasks" id={row.id} />
          <Button type="primary" onClick={() => show(true)}>
            {t("tk_report")}
          </Button>
        </>
      }
    >
      {row.colour && (
        <p className="office-line">
          <Light colour={row.colour} /> {lit}
        </p>
      )}
      <Facts one={one} />
      <Milestones one={one} />
      <Reports one={one} />
      <Letters one={one} />
      <Drawer
        open={open}
        onClose={() => show(false)}
        title={t("tk_report")}
        size={Math.min(480, innerWidth)}
        destroyOnHidden
      >
        <ReportForm id={row.id} period={row.period} onDone={() => show(false)} />
      </Drawer>
    </Page>
  );
}

function Facts({ one }: { one: One }) {
  const { t, code } = useWords();
  const { row, own } = one;
  const shown: [string, ReactNode][] = [
    [t("tk_begins"), <Day text={row.begins} />],
    [
      t("due_day"),
      <>
        <Day text={row.due} /> · <Left one={row} />
      </>,
    ],
    [t("progress"), <Progress one={row} />],
    [t("tk_milestones"), row.steps ? t("tk_steps", { done: row.steps_done, of: row.steps }) : null],
    [t("tk_next"), row.next_step ? <Day text={row.next_step} /> : null],
    [t("tk_reports_every"), row.report_every ? code("frequencies", row.report_every) : null],
    [t("tk_programme"), row.programme],
    [t("tk_deliverable"), own.deliverable],
    [t("tk_directive"), one.directive ? one.directive.text : null],
    [t("tk_co_bodies"), one.bodies.map((body) => String(body["name"])).join("、") || null],
    [t("tk_projects"), one.projects.length ? <Projects one={one} /> : null],
    [t("problem"), row.problem],
  ];
  return (
    <dl className="office-facts">
      {shown
        .filter(([, said]) => said !== null && said !== undefined && said !== "")
        .map(([name, said]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{said}</dd>
          </div>
        ))}
    </dl>
  );
}

function Projects({ one }: { one: One }) {
  const to = useTo();
  return (
    <ul>
      {one.projects.map((project) => (
        <li key={project.id}>
          <Link to={to(`/projects/${encodeURIComponent(project.id)}`)}>{project.name ?? project.id}</Link>
        </li>
      ))}
    </ul>
  );
}

function Milestones({ one }: { one: One }) {
  const { t } = useWords();
  if (!one.steps.length) return null;
  return (
    <section className="office-section">
      <h2>{t("tk_milestones")}</h2>
      <Scrolling label={t("tk_milestones")}>
        <PlainTable
          wide={false}
          rows={one.steps}
          columns={[
            { key: "name", title: t("name"), cell: (step) => step.name },
            { key: "due", title: t("due_day"), cell: (step) => <Day text={step.due} /> },
            { key: "done", title: t("tk_done"), cell: (step) => <Day text={step.done} /> },
            { key: "proof", title: "", right: true, cell: (step) => <Proof table="milestones" id={step.id} /> },
          ]}
        />
      </Scrolling>
    </section>
  );
}

function Reports({ one }: { one: One }) {
  const { t } = useWords();
  const to = useTo();
  return (
    <section className="office-section">
      <h2>{t("tk_reports")}</h2>
      {!one.returns.length && <p className="quiet">{t("task_no_returns")}</p>}
      {one.returns.length > 0 && (
        <Scrolling label={t("tk_reports")}>
          <PlainTable
            rows={one.returns}
            columns={[
              {
                key: "period",
                title: t("tk_report_period"),
                width: "8rem",
                cell: (said) => <Day text={said.period} />,
              },
              {
                key: "progress",
                title: t("progress"),
                right: true,
                width: "6rem",
                cell: (said) => (said.progress === null ? "—" : `${number(said.progress)} %`),
              },
              { key: "note", title: t("tk_note"), cell: (said) => said.note ?? "—" },
              { key: "problem", title: t("problem"), cell: (said) => said.problem ?? "—" },
              {
                key: "evidence",
                title: "",
                right: true,
                cell: (said) => (
                  <>
                    {said.evidence && one.files.includes(said.evidence) && (
                      <Link to={to(`/reading/${encodeURIComponent(said.evidence)}`)}>{t("open_document")}</Link>
                    )}{" "}
                    <Proof table="task_returns" id={said.id} />
                  </>
                ),
              },
            ]}
          />
        </Scrolling>
      )}
    </section>
  );
}
