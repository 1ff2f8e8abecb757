// What is wider than its place scrolls inside itself, by keyboard too.
import type { ReactNode } from "react";

export function Scrolling({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="scrolling" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
