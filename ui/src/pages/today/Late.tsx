// The three lists in full size, the other lists that tell of what is late by one line each.
import { Skeleton } from "antd";
import { Link } from "react-router";
import { $api } from "../../api/client";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { ListFigure, Moved, RuleLine } from "../lists/parts";

export type Short = components["schemas"]["InShort"];

export function useLate() {
  return $api.useQuery("get", "/api/today/late");
}

export function Three() {
  const { lang } = useWords();
  const to = useTo();
  const { data, error } = useLate();
  if (error) return <FaultNote fault={error as Error} />;
  const three = data?.lists.filter((one) => one.group === "three");
  return (
    <div className="three">
      {(three ?? [1, 2, 3]).map((one) =>
        typeof one === "number" ? (
          <section key={one} className="sheet">
            <Skeleton active paragraph={{ rows: 2 }} />
          </section>
        ) : (
          <section key={one.id} className="sheet" data-list={one.id}>
            <h2>
              <Link to={to(`/lists/${one.id}`)}>{one[lang]}</Link>
            </h2>
            <p className="count">
              <ListFigure list={one} view={data!} large />
              <Moved list={one} />
            </p>
            <RuleLine rule={one.rule} />
          </section>
        ),
      )}
    </div>
  );
}

export function OtherLate() {
  const { lang, t } = useWords();
  const to = useTo();
  const { data } = useLate();
  if (!data) return <Skeleton active paragraph={{ rows: 4 }} />;
  const shown = data.lists.filter((one) => one.group !== "three" && (one.count > 0 || (one.left ?? 0) > 0));
  const clear = data.lists.filter((one) => one.group !== "three" && !shown.includes(one));
  return (
    <>
      <ul className="lines">
        {shown.map((one) => (
          <li key={one.id}>
            <Link to={to(`/lists/${one.id}`)}>{one[lang]}</Link>
            <span>
              <Moved list={one} short /> <ListFigure list={one} view={data} />
            </span>
          </li>
        ))}
      </ul>
      {clear.length > 0 && (
        <p className="quiet">
          {t("today_clear", { names: clear.map((one) => one[lang]).join(lang === "zh" ? "、" : ", ") })}
        </p>
      )}
    </>
  );
}
