// The bulletin as a text that fits into one message.
import { CopyOutlined } from "@ant-design/icons";
import { App, Button, Skeleton } from "antd";
import { $api } from "../../api/client";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";

export function Bulletin({ id }: { id: string }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const { data, error } = $api.useQuery("get", "/api/rounds/{round}/bulletin", { params: { path: { round: id } } });
  if (error) return <FaultNote fault={error as Error} />;
  if (!data) return <Skeleton active />;
  const copy = () => navigator.clipboard.writeText(data.text).then(() => message.success(t("rd_copied")));
  return (
    <div className="office-section">
      <p className="office-text">{data.text}</p>
      <p className="no-print">
        <Button icon={<CopyOutlined />} onClick={() => void copy()}>
          {t("rd_bulletin_copy")}
        </Button>
      </p>
    </div>
  );
}
