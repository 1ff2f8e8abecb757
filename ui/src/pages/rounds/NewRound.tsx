// Opening a round: name, month, last day, bodies; one form a body goes out.
import { useQuery } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api } from "../../api/client";
import { useSend } from "../../api/send";
import { boot } from "../../app/boot";
import { useTo } from "../../app/view";
import { useWords } from "../../app/words";
import { WhyForm } from "../../parts/Why";

interface Wanted {
  name: string;
  period: string;
  due: string;
  bodies: string[];
}

/** The month that is just over on the region's day, and the tenth of the next one. */
function usual(day: string): Omit<Wanted, "bodies" | "name"> {
  const [year = 0, month = 1] = day.split("-").map(Number);
  const last = month > 1 ? [year, month - 1] : [year - 1, 12];
  const next = month < 12 ? [year, month + 1] : [year + 1, 1];
  const two = (n = 0) => String(n).padStart(2, "0");
  return { period: `${last[0]}-${two(last[1])}`, due: `${next[0]}-${two(next[1])}-10` };
}

function useBodies() {
  const { lang } = useWords();
  return useQuery({
    queryKey: ["bodies of a round"],
    queryFn: () => api.GET("/api/tables/{table}", { params: { path: { table: "bodies" }, query: { limit: 1000 } } }),
    select: ({ data }) =>
      ((data as unknown as { rows: { id: string; name: string; name_en: string | null }[] })?.rows ?? []).map(
        (one) => ({
          value: one.id,
          label: (lang === "en" && one.name_en) || one.name,
        }),
      ),
  });
}

export function NewRound({ onDone }: { onDone: () => void }) {
  const { t } = useWords();
  const to = useTo();
  const go = useNavigate();
  const bodies = useBodies();
  const send = useSend<{ revision: number; id: string }>();
  const [wanted, want] = useState<Wanted>({ name: "", bodies: [], ...usual(boot.day) });
  const open = async (said: { by: string; why: string }) => {
    const { id } = await send.mutateAsync({ path: "/api/rounds", body: { ...wanted, ...said } });
    onDone();
    await go(to(`/rounds/${encodeURIComponent(id)}`));
  };
  const text = (name: "name" | "period" | "due", label: string, placeholder: string) => (
    <Form.Item label={label} htmlFor={`round-${name}`}>
      <Input
        id={`round-${name}`}
        value={wanted[name]}
        placeholder={placeholder}
        maxLength={80}
        onChange={({ target }) => want({ ...wanted, [name]: target.value })}
      />
    </Form.Item>
  );
  return (
    <>
      <Form layout="vertical" component="div">
        {text("name", t("rd_name"), `${wanted.period} 月度填报`)}
        {text("period", t("rd_period"), "2022-09")}
        {text("due", t("rd_due"), "2022-10-10")}
        <Form.Item label={t("rd_bodies")} htmlFor="round-bodies">
          <Select
            id="round-bodies"
            mode="multiple"
            showSearch={{ optionFilterProp: "label" }}
            loading={bodies.isLoading}
            options={bodies.data ?? []}
            value={wanted.bodies}
            onChange={(chosen: string[]) => want({ ...wanted, bodies: chosen })}
          />
        </Form.Item>
      </Form>
      <WhyForm onSay={open} confirm={t("rd_open_go")} />
    </>
  );
}
