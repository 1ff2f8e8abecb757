// Light and dark from the tokens of the style sheet: antd gets the very same colours.
import { theme as antd, type ThemeConfig } from "antd";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";

export type Mode = "light" | "dark";
const KEPT = "hechang.theme";

function first(): Mode {
  const kept = localStorage.getItem(KEPT);
  if (kept === "light" || kept === "dark") return kept;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function config(mode: Mode): ThemeConfig {
  return {
    algorithm: mode === "dark" ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: token("accent"),
      colorInfo: token("accent"),
      colorLink: token("accent"),
      colorLinkHover: token("accent"),
      colorText: token("ink"),
      colorTextSecondary: token("quiet"),
      colorTextTertiary: token("quiet"),
      colorTextDescription: token("quiet"),
      colorTextPlaceholder: token("quiet"),
      colorTextLightSolid: token("on-accent"),
      colorBgBase: token("paper"),
      colorBgContainer: token("raised"),
      colorBgElevated: token("raised"),
      colorBgLayout: token("paper"),
      colorBorder: token("line"),
      colorBorderSecondary: token("line"),
      borderRadius: 6,
      fontFamily: "var(--font)",
      fontSize: 14,
      motion: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      wireframe: false,
    },
    components: {
      Table: { headerBg: token("soft"), rowHoverBg: token("soft"), cellPaddingBlock: 8 },
      Menu: { itemSelectedBg: token("accent-soft"), itemHeight: 36, itemBorderRadius: 6 },
      Segmented: { itemSelectedBg: token("accent-soft"), itemSelectedColor: token("accent"), trackBg: token("soft") },
      Layout: { siderBg: token("paper"), headerBg: token("paper"), bodyBg: token("paper") },
    },
  };
}

const Theme = createContext<{ mode: Mode; turn: () => void }>({ mode: "light", turn: () => undefined });
export const useTheme = () => useContext(Theme);

export function Themed({ children }: { children: (theme: ThemeConfig) => ReactNode }) {
  const [mode, set] = useState<Mode>(first);
  document.documentElement.dataset["theme"] = mode; // before the tokens are read
  const theme = useMemo(() => config(mode), [mode]);
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => localStorage.getItem(KEPT) ?? set(system.matches ? "dark" : "light");
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const turn = () => {
    const next = mode === "dark" ? "light" : "dark";
    localStorage.setItem(KEPT, next);
    set(next);
  };
  const held = useMemo(() => ({ mode, turn }), [mode]);
  return <Theme value={held}>{children(theme)}</Theme>;
}
