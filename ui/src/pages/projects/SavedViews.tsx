// Views a reader named: kept in this browser only, each as its own address; the address can be sent to anybody.
import { DeleteOutlined, LinkOutlined, StarOutlined } from "@ant-design/icons";
import { App, Button, Input, Popover } from "antd";
import { useState } from "react";
import { Link, useLocation } from "react-router";
import { useWords } from "../../app/words";

const KEPT = "hechang.views.projects";
interface Saved {
  name: string;
  search: string;
}

function read(): Saved[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found)
      ? (found as Saved[]).filter(({ name, search }) => name && typeof search === "string")
      : [];
  } catch {
    return [];
  }
}

function Inside({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const { search } = useLocation();
  const { message } = App.useApp();
  const [views, set] = useState(read);
  const [name, write] = useState("");
  const keep = (next: Saved[]) => {
    localStorage.setItem(KEPT, JSON.stringify(next));
    set(next);
  };
  const save = () => {
    const said = name.trim();
    if (!said) return;
    keep([...views.filter((one) => one.name !== said), { name: said, search }]);
    write("");
  };
  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    void message.success(t("projects_copied"));
  };
  return (
    <div className="saved-views">
      {views.length === 0 && <p className="quiet">{t("projects_no_views")}</p>}
      <ul>
        {views.map((one) => (
          <li key={one.name}>
            <Link to={{ search: one.search }} onClick={onDone}>
              {one.name}
            </Link>
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              aria-label={t("projects_drop_view", { name: one.name })}
              onClick={() => keep(views.filter((other) => other.name !== one.name))}
            />
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Input
          aria-label={t("projects_view_name")}
          placeholder={t("projects_view_name")}
          value={name}
          maxLength={60}
          onChange={(event) => write(event.target.value)}
        />
        <Button htmlType="submit" disabled={!name.trim()}>
          {t("projects_save")}
        </Button>
      </form>
      <Button type="link" icon={<LinkOutlined />} onClick={() => void copy()}>
        {t("projects_copy_link")}
      </Button>
      <p className="quiet">{t("projects_views_note")}</p>
    </div>
  );
}

export function SavedViews() {
  const { t } = useWords();
  const [open, show] = useState(false);
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={show}
      content={<Inside onDone={() => show(false)} />}
      destroyOnHidden
    >
      <Button icon={<StarOutlined />}>{t("projects_views")}</Button>
    </Popover>
  );
}
