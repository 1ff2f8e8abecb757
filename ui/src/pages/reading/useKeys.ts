// Keys of the desk: one press each, never while somebody writes, chooses from a menu, or goes elsewhere with `g`.
import { useEffect, useRef } from "react";

const GO = 1200; // ms after `g` in which a letter means another page

const busy = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  target.closest(
    "input, textarea, select, [contenteditable], [role=combobox], [role=menu], [role=dialog], .ant-modal",
  ) !== null;

export function useKeys(keys: Record<string, () => void>, active: boolean): void {
  const known = useRef(keys);
  known.current = keys;
  useEffect(() => {
    if (!active) return;
    let went = -GO;
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || busy(event.target)) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const going = event.timeStamp - went < GO;
      went = key === "g" ? event.timeStamp : -GO;
      const act = going ? undefined : known.current[key];
      if (!act) return;
      event.preventDefault();
      event.stopImmediatePropagation(); // `?` means the keys of this desk here
      act();
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, [active]);
}
