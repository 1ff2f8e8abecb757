import { Page } from "../../parts/Page";

export default function Stub() {
  return <Page title="…">{null}</Page>;
}
