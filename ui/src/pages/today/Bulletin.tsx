// One press makes the bulletin: a Word file, and a picture 1080 pixels wide for a message.
import { FileImageOutlined, FileWordOutlined } from "@ant-design/icons";
import { Button, Modal, Skeleton } from "antd";
import { useEffect, useState } from "react";
import { $api, address } from "../../api/client";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { FaultNote } from "../../parts/FaultNote";
import { draw } from "./picture";

export function Bulletin() {
  const { t } = useWords();
  const [open, show] = useState(false);
  return (
    <>
      <Button icon={<FileWordOutlined />} href={address("/api/bulletin.docx")} download>
        {t("today_bulletin")}
      </Button>
      <Button icon={<FileImageOutlined />} onClick={() => show(true)}>
        {t("today_picture")}
      </Button>
      <Modal
        open={open}
        onCancel={() => show(false)}
        footer={null}
        title={t("today_picture")}
        width={560}
        destroyOnHidden
      >
        <Asked />
      </Modal>
    </>
  );
}

function Asked() {
  const { data, error } = $api.useQuery("get", "/api/picture");
  if (error) return <FaultNote fault={error as Error} />;
  return data ? <Drawn texts={data} /> : <Skeleton active paragraph={{ rows: 12 }} />;
}

function Drawn({ texts }: { texts: components["schemas"]["PictureShape"] }) {
  const { t, lang } = useWords();
  const [url, keep] = useState("");
  const [fault, fail] = useState<Error | null>(null);
  useEffect(() => {
    let made = "";
    let gone = false;
    draw(texts, lang)
      .then((blob) => {
        if (gone) return;
        made = URL.createObjectURL(blob);
        keep(made);
      })
      .catch((error: Error) => fail(error));
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [texts, lang]);
  if (fault) return <FaultNote fault={fault} />;
  if (!url) return <Skeleton active paragraph={{ rows: 12 }} />;
  const said = `${texts.title} ${texts.period}. ${texts.figures.map((one) => `${one.label} ${one.value}`).join("; ")}. ${texts.stamp.join(" · ")}`;
  return (
    <div className="picture">
      <Button type="primary" href={url} download={texts.file}>
        {t("today_save_picture")}
      </Button>
      <img src={url} alt={said} />
    </div>
  );
}
