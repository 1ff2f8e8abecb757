// The button that starts a drawing, what to do while it lasts, and the way to enter an area or a line without a mouse.
import { EditOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Modal } from "antd";
import type { Map } from "maplibre-gl";
import { useEffect, useState, type SyntheticEvent } from "react";
import { useWords } from "../../app/words";
import { FaultNote } from "../../parts/FaultNote";
import type { Corner } from "./code";
import { draw, WAYS, type Way } from "./draw";

interface Props {
  map: Map | null;
  way: Way | null;
  onWay: (way: Way | null) => void;
  onArea: (corners: Corner[]) => void;
  onLine: (stops: Corner[]) => void;
}

/** Lines of `longitude latitude` as corners; null where they are none, or too few. */
export function corners(text: string, least = 3): Corner[] | null {
  const lines = text.split("\n").map((line) =>
    line
      .trim()
      .split(/[\s,，;]+/)
      .filter(Boolean)
      .map(Number),
  );
  const found = lines.filter(({ length }) => length > 0);
  const right = found.every((pair) => pair.length === 2 && pair.every((number) => Number.isFinite(number)));
  return right && found.length >= least ? (found as Corner[]) : null;
}

interface Keys {
  /** What is entered; null while nothing is. */
  what: "area" | "line" | null;
  onClose: () => void;
  onDone: (corners: Corner[]) => void;
}

function ByKeys({ what, onClose, onDone }: Keys) {
  const { t } = useWords();
  const [text, put] = useState("");
  const line = what === "line";
  const found = corners(text, line ? 2 : 3);
  const use = () => {
    if (!found) return;
    onDone(found);
    onClose();
  };
  return (
    <Modal
      open={what !== null}
      onCancel={onClose}
      title={t(line ? "map_line_by_keys" : "map_draw_by_keys")}
      okText={t(line ? "map_line_use" : "map_draw_use")}
      cancelText={t("map_cancel")}
      onOk={use}
      okButtonProps={{ disabled: !found }}
    >
      <label>
        <span className="quiet">{t(line ? "map_line_stops" : "map_draw_corners")}</span>
        <Input.TextArea
          rows={6}
          value={text}
          onChange={({ target }) => put(target.value)}
          placeholder={"120.2 31.4\n120.5 31.4\n120.5 31.7"}
        />
      </label>
      {text && !found && <p role="alert">{t(line ? "map_line_bad" : "map_draw_bad")}</p>}
    </Modal>
  );
}

export function Draw({ map, way, onWay, onArea, onLine }: Props) {
  const { t } = useWords();
  const [typed, type] = useState<Keys["what"]>(null);
  const [fault, fail] = useState<Error | null>(null);
  useEffect(() => {
    if (!map || !way) return;
    let stop: (() => void) | null = null;
    let over = false;
    const end = (corners: Corner[]) => {
      onWay(null);
      (way === "line" ? onLine : onArea)(corners);
    };
    draw(map, way, end).then(
      (made) => (over ? made() : (stop = made)),
      (error: Error) => (fail(error), onWay(null)),
    );
    const escape = ({ key }: KeyboardEvent) => key === "Escape" && onWay(null);
    addEventListener("keydown", escape);
    return () => {
      over = true;
      stop?.();
      removeEventListener("keydown", escape);
    };
  }, [map, way]); // eslint-disable-line react-hooks/exhaustive-deps
  const ways = [...WAYS, "line" as const].map((one) => ({
    key: one,
    label: t(`map_draw_${one}`),
    disabled: !map,
    onClick: () => onWay(one),
  }));
  const byKeys =
    (what: Keys["what"]) =>
    ({ domEvent }: { domEvent: SyntheticEvent }) => {
      domEvent.preventDefault(); // else the same press of Enter presses what has the focus in the window it opens
      type(what);
    };
  const items = [
    ...ways,
    { key: "keys", label: t("map_draw_by_keys"), onClick: byKeys("area") },
    { key: "line-keys", label: t("map_line_by_keys"), onClick: byKeys("line") },
  ];
  return (
    <>
      {way ? (
        <Button icon={<EditOutlined />} type="primary" onClick={() => onWay(null)}>
          {t("map_draw_stop")}
        </Button>
      ) : (
        <Dropdown menu={{ items }} trigger={["click"]}>
          <Button icon={<EditOutlined />}>{t("map_draw")}</Button>
        </Dropdown>
      )}
      <ByKeys what={typed} onClose={() => type(null)} onDone={typed === "line" ? onLine : onArea} />
      <FaultNote fault={fault} onClose={() => fail(null)} />
    </>
  );
}
