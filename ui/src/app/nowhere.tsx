// What stands where there is no page, or not yet.
import { Spin } from "antd";
import { useEffect } from "react";
import { Link } from "react-router";
import { useTo } from "./view";
import { useWords } from "./words";

/** Says that the page is not ready, for the time its script or its answers are on their way. */
export function useBusy(busy: boolean): void {
  useEffect(() => {
    if (busy) {
      delete document.documentElement.dataset["ready"];
      return;
    }
    const frame = requestAnimationFrame(() => (document.documentElement.dataset["ready"] = "1"));
    return () => cancelAnimationFrame(frame);
  }, [busy]);
}

export function Opening() {
  const { t } = useWords();
  useBusy(true);
  return (
    <div className="opening" role="status">
      <Spin delay={200} /> <span>{t("opening")}</span>
    </div>
  );
}

export function Nowhere() {
  const { t } = useWords();
  const to = useTo();
  useBusy(false);
  return (
    <main className="page">
      <h1>{t("nowhere")}</h1>
      <p>
        <Link to={to("/")}>{t("today")}</Link>
      </p>
    </main>
  );
}
