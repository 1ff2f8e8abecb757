// Reading a document in: a file, what is known of it, who and why; then straight to the desk.
import { FileAddOutlined, InboxOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Modal, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useSend } from "../../api/send";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import type { components } from "../../made/schema";
import { WhyForm, type Said } from "../../parts/Why";

type Read = components["schemas"]["ReadFile"];
interface Known {
  published?: string;
  publisher?: string;
}

function Inside({ close }: { close: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const go = useNavigate();
  const to = useTo();
  const send = useSend<Read>();
  const [file, choose] = useState<File | null>(null);
  const [form] = Form.useForm<Known>();
  const say = async (said: Said) => {
    const body = new FormData();
    const known = form.getFieldsValue();
    for (const [name, value] of Object.entries({ ...said, ...known })) if (value) body.set(name, value);
    if (file) body.set("file", file);
    const read = await send.mutateAsync({ path: "/api/documents", body });
    const n = Object.values(read.proposals).reduce((sum, some) => sum + some, 0);
    void message.success(read.known ? t("reading_read_known") : t("reading_read_done", { n }));
    close();
    void go(to(`/reading/${encodeURIComponent(read.document)}`));
  };
  return (
    <div className="read-in">
      <p className="quiet">{t("reading_read_lead")}</p>
      <Upload.Dragger
        maxCount={1}
        showUploadList={false}
        beforeUpload={(given) => {
          choose(given);
          return false; // sent below, with who and why
        }}
      >
        <InboxOutlined aria-hidden />
        <p>
          <bdi>{file ? file.name : t("reading_drop")}</bdi>
        </p>
      </Upload.Dragger>
      <Form<Known> form={form} layout="vertical">
        <Form.Item name="published" label={t("reading_published")} extra={t("reading_published_hint")}>
          <Input maxLength={40} placeholder="2022-09-28" />
        </Form.Item>
        <Form.Item name="publisher" label={t("reading_publisher")}>
          <Input maxLength={80} />
        </Form.Item>
      </Form>
      {file && <WhyForm onSay={say} confirm={t("reading_read_now")} reason={t("reading_read_in")} />}
    </div>
  );
}

export function ReadIn() {
  const { t } = useWords();
  const [open, show] = useState(false);
  return (
    <>
      <Button type="primary" icon={<FileAddOutlined />} onClick={() => show(true)}>
        {t("reading_read_in")}
      </Button>
      <Modal
        open={open}
        onCancel={() => show(false)}
        footer={null}
        title={t("reading_read_in")}
        destroyOnHidden
        width={460}
      >
        <Inside close={() => show(false)} />
      </Modal>
    </>
  );
}
