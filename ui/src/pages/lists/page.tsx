// All lists 清单, by what they are about.
import { Skeleton } from "antd";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords, type Word } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import { Page } from "../../parts/Page";
import { Scrolling } from "../../parts/Scrolling";
import { MadeUp } from "../../parts/values";
import { ListFigure, Moved, RuleLine, type Short } from "./parts";

const GROUPS = ["three", "projects", "rates", "supervision", "tasks", "returns", "data", "other"];

export default function ListsPage() {
  const { t } = useWords();
  const { data, error } = $api.useQuery("get", "/api/lists");
  const made = data?.lists.some((one) => one.synthetic);
  return (
    <Page
      title={t("all_lists")}
      lead={t("lists_lead")}
      revision={data?.revision}
      actions={<MadeUp synthetic={made ?? false} />}
    >
      <FaultNote fault={error as Error | null} />
      {!data && !error && <Skeleton active paragraph={{ rows: 12 }} />}
      {data && (
        <Scrolling label={t("all_lists")}>
          <table className="plain lists-table">
            <thead>
              <tr>
                <th scope="col">{t("lists_list")}</th>
                <th scope="col" className="right">
                  {t("lists_count")}
                </th>
                <th scope="col">{t("lists_moved")}</th>
                <th scope="col">{t("lists_rule")}</th>
              </tr>
            </thead>
            {GROUPS.map((group) => ({ group, lists: data.lists.filter((one) => one.group === group) }))
              .filter(({ lists }) => lists.length > 0)
              .map(({ group, lists }) => (
                <Group key={group} title={t(`lists_group_${group}` as Word)} lists={lists} view={data} />
              ))}
          </table>
        </Scrolling>
      )}
    </Page>
  );
}

function Group({ title, lists, view }: { title: string; lists: Short[]; view: { on: string; revision: string } }) {
  const { lang } = useWords();
  const to = useTo();
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={4}>
          {title}
        </th>
      </tr>
      {lists.map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Link to={to(`/lists/${one.id}`)}>{one[lang]}</Link>
          </th>
          <td className="right">
            <ListFigure list={one} view={view} />
          </td>
          <td>
            <Moved list={one} short />
          </td>
          <td>
            <RuleLine rule={one.rule} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
