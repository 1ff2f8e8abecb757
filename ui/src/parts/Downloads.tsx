// What is shown, as a file: the same selection, in the formats an office and a program read.
import { DownloadOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { address } from "../api/client";
import { useWords } from "../app/words";

interface Props {
  /** Address without its ending, e.g. `/api/tables/projects`. */
  path: string;
  query?: Record<string, string | number | undefined>;
  formats?: string[];
}

export function Downloads({ path, query = {}, formats = ["xlsx", "csv", "json", "parquet"] }: Props) {
  const { t } = useWords();
  const items = formats.map((format) => ({
    key: format,
    label: (
      <a href={address(`${path}.${format}`, query)} download>
        .{format}
      </a>
    ),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button icon={<DownloadOutlined />}>{t("download")}</Button>
    </Dropdown>
  );
}
