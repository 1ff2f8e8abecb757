// The command palette and the keys: `/` or Ctrl+K to search, `g` and a letter to go, `?` for the list of keys.
import { Input, Modal } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from "react";
import { useNavigate } from "react-router";
import { address } from "../api/client";
import { PAGES } from "./menu";
import { useTo } from "./view";
import { useWords } from "./words";

interface Hit {
  key: string;
  label: string;
  note: string;
  path: string;
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable], [role=combobox]");

interface Found {
  rows: { id: string; name: string; place: string | null }[];
}

async function seek(q: string): Promise<Found> {
  const answer = await fetch(address("/api/tables/projects", { q, limit: 8, columns: "name,place" }));
  return answer.ok ? ((await answer.json()) as Found) : { rows: [] };
}

function useHits(text: string): Hit[] {
  const { t } = useWords();
  const said = useDeferredValue(text.trim());
  const found = useQuery({ queryKey: ["seek", said], queryFn: () => seek(said), enabled: said.length > 0 });
  const wanted = said.toLowerCase();
  const pages = PAGES.flatMap(({ path, menu }) =>
    menu ? [{ key: path, label: t(menu.word), note: `g ${menu.key}`, path }] : [],
  ).filter(({ label }) => !wanted || label.toLowerCase().includes(wanted));
  const rows = found.data?.rows ?? [];
  const projects = rows.map(({ id, name }) => ({ key: id, label: name, note: t("project"), path: `/projects/${id}` }));
  return [...pages, ...(said ? projects : [])];
}

/** Keys that work everywhere outside of fields. */
function useKeys(onOpen: (open: boolean) => void, onHelp: (open: boolean) => void): void {
  const go = useNavigate();
  const to = useTo();
  const waiting = useRef(0);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      const palette = event.key === "k" && (event.ctrlKey || event.metaKey);
      if (!palette && (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey)) return;
      const after = waiting.current > event.timeStamp - 1200;
      waiting.current = 0;
      const page = after && PAGES.find(({ menu }) => menu?.key === event.key);
      if (page) void go(to(page.path));
      else if (event.key === "g") waiting.current = event.timeStamp;
      else if (event.key === "c") void go(to("/row/projects/new"));
      else if (event.key === "?") onHelp(true);
      else if (palette || event.key === "/") onOpen(true);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [go, to, onOpen, onHelp]);
}

function Help({ open, close }: { open: boolean; close: () => void }) {
  const { t } = useWords();
  const keys: [string, string][] = [
    ["/", t("search")],
    ["c", t("new_project")],
    ...PAGES.flatMap(({ menu }): [string, string][] => (menu ? [[`g ${menu.key}`, t(menu.word)]] : [])),
    ["?", t("keys")],
  ];
  return (
    <Modal open={open} onCancel={close} footer={null} title={t("keys")}>
      <dl className="keys">
        {keys.map(([key, label]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

export function Palette({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  const { t } = useWords();
  const go = useNavigate();
  const to = useTo();
  const [help, setHelp] = useState(false);
  const [text, type] = useState("");
  const [at, move] = useState(0);
  const hits = useHits(text);
  useKeys(onOpen, setHelp);
  const pick = (hit: Hit | undefined) => {
    if (!hit) return;
    onOpen(false);
    type("");
    void go(to(hit.path));
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) move((at + step + hits.length) % Math.max(1, hits.length));
    else if (event.key === "Enter") pick(hits[at]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <Modal
        open={open}
        onCancel={() => onOpen(false)}
        footer={null}
        closable={false}
        title={t("search")}
        destroyOnHidden
      >
        <Input
          autoFocus
          allowClear
          role="combobox"
          aria-expanded
          aria-controls="hits"
          aria-activedescendant={hits[at] && `hit-${at}`}
          aria-label={t("search")}
          placeholder={t("search_hint")}
          value={text}
          maxLength={200}
          onChange={(event) => {
            type(event.target.value);
            move(0);
          }}
          onKeyDown={press}
        />
        <ul className="hits" id="hits" role="listbox" aria-label={t("search")}>
          {hits.map((hit, n) => (
            <li key={hit.key} id={`hit-${n}`} role="option" aria-selected={n === at} onClick={() => pick(hit)}>
              <span>{hit.label}</span>
              <small>{hit.note}</small>
            </li>
          ))}
        </ul>
      </Modal>
      <Help open={help} close={() => setHelp(false)} />
    </>
  );
}
