// What went wrong, where, and how to mend it: the server's words in the reader's language, with all findings.
import { Alert } from "antd";
import { Fault, type Finding } from "../api/client";
import { useWords } from "../app/words";

interface Said {
  fault?: string;
  mend?: string;
}

function Line({ finding }: { finding: Finding }) {
  const { lang } = useWords();
  const said = finding[lang];
  const text = typeof said === "object" && said ? (said as Said) : { fault: String(said ?? "") };
  const where = [finding["file"], finding["sheet"], finding["cell"]].filter(Boolean).join(" ");
  return (
    <li>
      {where && <code>{where}</code>} {text.fault} {text.mend}
    </li>
  );
}

export function FaultNote({ fault, onClose }: { fault: Error | null | undefined; onClose?: () => void }) {
  const { lang, t } = useWords();
  if (!fault) return null;
  const known = fault instanceof Fault ? fault : new Fault(0, "page", t("page_fault"), t("page_fault"));
  const more = known.findings.length > 0 && (
    <ul className="findings">
      {known.findings.slice(0, 100).map((finding, n) => (
        <Line key={n} finding={finding} />
      ))}
    </ul>
  );
  const closable = onClose ? { closable: { onClose } } : {};
  return <Alert type="error" showIcon title={known[lang]} description={more || undefined} {...closable} role="alert" />;
}
