// Every field of the project with its history; one change of one field can be taken back, with a reason.
import { HistoryOutlined, UndoOutlined } from "@ant-design/icons";
import { App, Button, Popover } from "antd";
import { useSend } from "../../api/send";
import { boot } from "../../app/boot";
import { TABLES, useWords } from "../../app/words";
import { Why } from "../../parts/Why";
import { moment } from "../../parts/values";
import { Edit } from "./Edit";
import { Cell, titled, type One } from "./parts";

interface Change {
  revision: number;
  at: string;
  actor: string | null;
  reason: string | null;
  was: unknown;
  now: unknown;
}

function Past({ one, field, changes }: { one: One; field: string; changes: Change[] }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const send = useSend();
  const id = String(one.row["id"]);
  const back = async (change: Change, by: string, why: string) => {
    const path = `/api/tables/projects/${encodeURIComponent(id)}/undo`;
    await send.mutateAsync({ path, body: { field, revision: change.revision, by, why } });
    void message.success(t("projects_taken_back"));
  };
  return (
    <ul className="field-past">
      {changes.map((change) => (
        <li key={change.revision}>
          <p>
            <del><Cell table="projects" field={field} value={change.was} /></del> → <ins><Cell table="projects" field={field} value={change.now} /></ins>
          </p>
          <p className="quiet">
            {moment(change.at)} · {change.actor ?? "—"} · {change.reason}
          </p>
          {boot.reader !== "public" && change.was !== null && (
            <Why size="small" icon={<UndoOutlined />} confirm={t("projects_take_back")} onSay={({ by, why }) => back(change, by, why)}>
              {t("projects_take_back")}
            </Why>
          )}
        </li>
      ))}
    </ul>
  ); // prettier-ignore
}

export function Fields({ one }: { one: One }) {
  const words = useWords();
  const { t, field } = words;
  const names = ["owner", ...Object.keys(TABLES["projects"]?.fields ?? {})].filter((name) => name !== "geometry");
  const shown = names.filter((name) => one.row[name] !== null && one.row[name] !== undefined);
  const empty = names.filter((name) => !shown.includes(name));
  return (
    <>
      <dl className="project-fields">
        {shown.map((name) => (
          <div key={name}>
            <dt>{titled(words, "projects", name)}</dt>
            <dd>
              <Named one={one} field={name} />
              <span className="field-tools no-print">
                {boot.reader !== "public" && <Edit one={one} field={name} />}
                {(one.fields[name]?.length ?? 0) > 0 && (
                  <Popover
                    trigger="click"
                    placement="bottomLeft"
                    title={`${t("history")} · ${field("projects", name)}`}
                    destroyOnHidden
                    content={<Past one={one} field={name} changes={(one.fields[name] ?? []) as unknown as Change[]} />}
                  >
                    <Button
                      type="text"
                      size="small"
                      icon={<HistoryOutlined />}
                      aria-label={`${t("history")}: ${field("projects", name)}`}
                    >
                      {(one.fields[name]?.length ?? 0) > 1 ? one.fields[name]?.length : ""}
                    </Button>
                  </Popover>
                )}
              </span>
            </dd>
          </div>
        ))}
      </dl>
      {empty.length > 0 && (
        <p className="quiet">
          {t("projects_empty_fields", { names: empty.map((name) => field("projects", name)).join(" · ") })}
        </p>
      )}
    </>
  );
}

function Named({ one, field }: { one: One; field: string }) {
  const { lang } = useWords();
  const key = field === "lead" || field === "owner" ? "owner" : field;
  const known =
    ["place", "zone", "plan_action"].includes(field) ||
    (key === "owner" && (one.row["lead"] ?? one.row["owner"]) === one.row[field]);
  const name = known ? one.names[key]?.[lang] : undefined;
  return name ? <span>{name}</span> : <Cell table="projects" field={field} value={one.row[field]} />;
}
