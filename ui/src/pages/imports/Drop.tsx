// The place to drop a file: by mouse, or by keyboard with Enter.
import { InboxOutlined } from "@ant-design/icons";
import { Spin, Upload } from "antd";
import type { ReactNode } from "react";
import { useWords } from "../../app/words";

export const ACCEPTED = ".xlsx,.xlsm,.csv,.tsv,.geojson,.gpkg,.parquet,.zip";

interface Props {
  /** Called once with all files of one drop. */
  onFiles: (files: File[]) => void;
  lead: ReactNode;
  hint?: ReactNode;
  /** Name of the file that is being read. */
  reading?: string | undefined;
  small?: boolean;
  many?: boolean;
  accept?: string;
}

export function Drop({ onFiles, lead, hint, reading, small = false, many = false, accept = ACCEPTED }: Props) {
  const { t } = useWords();
  return (
    <div className={small ? "office-drop small no-print" : "office-drop no-print"}>
      <Upload.Dragger
        accept={accept}
        multiple={many}
        showUploadList={false}
        disabled={reading !== undefined}
        beforeUpload={(file, all) => {
          if (file === all[0]) onFiles(all);
          return false;
        }}
      >
        {reading === undefined ? (
          <>
            <p className="icon">
              <InboxOutlined aria-hidden />
            </p>
            <p className="lead">{lead}</p>
            {hint && <p className="quiet">{hint}</p>}
          </>
        ) : (
          <p className="lead" role="status">
            <Spin size="small" /> {t("im_reading", { name: reading })}
          </p>
        )}
      </Upload.Dragger>
    </div>
  );
}
