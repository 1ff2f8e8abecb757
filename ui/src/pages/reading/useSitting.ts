// One sitting: who reads and for what reason, asked once and kept until the window closes.
import { useState } from "react";
import { rememberName, type Said } from "../../parts/Why";

const KEPT = "hechang.sitting";

function first(): Said | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Said | null;
  } catch {
    return null;
  }
}

export function useSitting() {
  const [said, set] = useState<Said | null>(first);
  const say = (next: Said) => {
    rememberName(next.by);
    sessionStorage.setItem(KEPT, JSON.stringify(next));
    set(next);
  };
  return { said, say };
}
