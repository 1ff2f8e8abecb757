// Who reads, and why: shown at the desk, asked once before the first decision.
import { EditOutlined } from "@ant-design/icons";
import { Button, Modal } from "antd";
import { useWords } from "../../app/words";
import { WhyForm, type Said } from "../../parts/Why";

interface Props {
  said: Said | null;
  open: boolean;
  onOpen: (open: boolean) => void;
  onSay: (said: Said) => Promise<unknown>;
}

export function Sitting({ said, open, onOpen, onSay }: Props) {
  const { t } = useWords();
  return (
    <>
      {said && (
        <span className="sitting quiet">
          {t("reading_sitting")} <strong>{said.by}</strong> · <bdi>{said.why}</bdi>
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("reading_sitting_change")}
            title={t("reading_sitting_change")}
            onClick={() => onOpen(true)}
          />
        </span>
      )}
      <Modal
        open={open}
        onCancel={() => onOpen(false)}
        footer={null}
        title={t("reading_sitting_title")}
        destroyOnHidden
        width={420}
      >
        <p className="quiet sitting-lead">{t("reading_sitting_lead")}</p>
        <WhyForm
          onSay={onSay}
          confirm={t("reading_sitting_begin")}
          reason={said?.why ?? t("reading_reason")}
          onDone={() => onOpen(false)}
        />
      </Modal>
    </>
  );
}
