// The frame around every page: menu, day, branch, search, language, theme.
import { MenuOutlined, MoonOutlined, SearchOutlined, SunOutlined } from "@ant-design/icons";
import { Button, DatePicker, Drawer, Grid, Select, Tooltip } from "antd";
import dayjs from "dayjs";
import { useEffect, useState, type ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { boot } from "./boot";
import { PAGES } from "./menu";
import { Palette } from "./palette";
import { useTheme } from "./theme";
import { useEverywhere, useTo } from "./view";
import { useWords } from "./words";

const DAY = "YYYY-MM-DD";

function Menu({ onPick }: { onPick?: () => void }) {
  const { t } = useWords();
  const to = useTo();
  const { pathname } = useLocation();
  const here = (path: string) => (path === "/" ? pathname === "/" : pathname.startsWith(path));
  return (
    <nav className="menu" aria-label={t("pages")}>
      <ul>
        {PAGES.filter((page) => page.menu).map(({ path, menu }) => (
          <li key={path}>
            <Link to={to(path)} aria-current={here(path) ? "page" : undefined} onClick={onPick}>
              {menu?.icon}
              <span>{menu && t(menu.word)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <div>
        <a className="plain-pages" href={to("/today")}>
          {t("plain_pages")}
        </a>
        <Account />
      </div>
    </nav>
  );
}

/** Who has signed in, or where to sign in; who sits at this machine needs neither. */
function Account() {
  const { t } = useWords();
  if (boot.reader === "local") return null;
  const signIn = `/sign-in?next=${encodeURIComponent("/desk/")}`;
  return (
    <a className="account" href={boot.user ? "/account" : signIn} title={boot.user || undefined}>
      {boot.user || t("signin")}
    </a>
  );
}

function Day() {
  const { t } = useWords();
  const [{ on }, set] = useEverywhere();
  return (
    <DatePicker
      className="day"
      aria-label={t("as_of")}
      value={dayjs(on || boot.day)}
      allowClear={Boolean(on)}
      onChange={(day) => void set({ on: day && day.format(DAY) !== boot.day ? day.format(DAY) : "" })}
      format={DAY}
      status={on ? "warning" : ""}
    />
  );
}

function Branch() {
  const { t } = useWords();
  const [{ branch }, set] = useEverywhere();
  if (boot.branches.length < 2) return null;
  return (
    <Select
      aria-label={t("branch")}
      value={branch || "main"}
      options={boot.branches.map((name) => ({ value: name, label: name }))}
      onChange={(name) => void set({ branch: name === "main" ? "" : name })}
      popupMatchSelectWidth={false}
    />
  );
}

function Language() {
  const { t, lang } = useWords();
  const [, set] = useEverywhere();
  const turn = () => {
    const other = lang === "zh" ? "en" : "zh";
    void set({ lang: other });
    void fetch(`/desk/?lang=${other}`); // the server remembers it for the next visit
  };
  return (
    <Button type="text" className="language" onClick={turn} lang={lang === "zh" ? "en" : "zh"}>
      {t("other_language")}
    </Button>
  );
}

function Light() {
  const { t } = useWords();
  const { mode, turn } = useTheme();
  const icon = mode === "dark" ? <SunOutlined /> : <MoonOutlined />;
  const label = t(mode === "dark" ? "light_mode" : "dark_mode");
  return (
    <Tooltip title={label}>
      <Button type="text" aria-label={label} icon={icon} onClick={turn} />
    </Tooltip>
  );
}

export function Frame({ children }: { children: ReactNode }) {
  const { t } = useWords();
  const to = useTo();
  const { pathname } = useLocation();
  const wide = Grid.useBreakpoint().lg ?? innerWidth >= 992;
  const [menu, open] = useState(false);
  const [search, seek] = useState(false);
  useEffect(() => {
    document.querySelector("main")?.scrollTo({ top: 0 });
  }, [pathname]);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header className="head">
        {!wide && <Button type="text" aria-label={t("menu")} icon={<MenuOutlined />} onClick={() => open(true)} />}
        <Link className="brand" to={to("/")}>
          <span aria-hidden>合</span>
          <strong>{boot.name}</strong>
        </Link>
        <span className="grow" />
        <Button className="seek" icon={<SearchOutlined />} aria-label={t("search")} onClick={() => seek(true)}>
          {wide && <span className="quiet">{t("search")}</span>}
          {wide && <kbd>/</kbd>}
        </Button>
        <Day />
        <Branch />
        <Language />
        <Light />
        {wide && <Account />}
      </header>
      {wide ? (
        <aside className="side">
          <Menu />
        </aside>
      ) : (
        <Drawer open={menu} onClose={() => open(false)} placement="left" size={260} title={boot.name}>
          <Menu onPick={() => open(false)} />
        </Drawer>
      )}
      <div className="content" id="content">
        {children}
      </div>
      <Palette open={search} onOpen={seek} />
    </div>
  );
}
